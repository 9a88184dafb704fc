using System.Globalization;
using System.Text;
using System.Xml;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Output.Graphs;

/// <summary>
/// A graph for yEd, Gephi, networkx and their like; flat, with the host as an attribute, since not all of them read
/// nested graphs. yEd shows nothing but labels of its own, the second of which is the host; Gephi takes "label" for the
/// text of nodes and edges and "weight" for the thickness of edges. Source: graphml.graphdrawing.org, "GraphML Primer"; yEd's
/// manual, "GraphML"; Gephi, "GraphML format".
/// </summary>
internal sealed class GraphmlFormat : GraphFormat
{
    private const string Namespace = "http://graphml.graphdrawing.org/xmlns";

    private const string YedNamespace = "http://www.yworks.com/xml/graphml";
    private const string NodeGraphics = "nodegraphics";
    private const string EdgeGraphics = "edgegraphics";

    private static readonly (string Id, string On, string Name, string Type)[] Keys =
    [
        ("label", "node", "label", "string"),
        ("host", "node", "host", "string"),
        ("path", "node", "path", "string"),
        ("address", "node", "address", "string"),
        ("external", "node", "external", "boolean"),
        ("serves", "node", "serves", "string"),
        ("edge_label", "edge", "label", "string"),
        ("weight", "edge", "weight", "double"),
        ("ports", "edge", "ports", "string"),
        ("connections", "edge", "connections", "int"),
        ("match", "edge", "match", "string"),
    ];

    public override string Name => "graphml";

    public override string Description => "a graph for yEd, Gephi and networkx";

    protected override void Write(
        ProcessGraph graph,
        GraphText names,
        Stream output,
        FormatOptions options,
        CancellationToken cancel
    )
    {
        using var xml = XmlWriter.Create(
            output,
            new XmlWriterSettings
            {
                Encoding = new UTF8Encoding(false),
                Indent = true,
                NewLineChars = "\n",
                CloseOutput = false,
            }
        );
        xml.WriteStartElement("graphml", Namespace);
        xml.WriteAttributeString("xmlns", "y", null, YedNamespace);
        WriteYedKey(xml, NodeGraphics, "node");
        WriteYedKey(xml, EdgeGraphics, "edge");
        foreach (var (id, on, name, type) in Keys)
        {
            xml.WriteStartElement("key", Namespace);
            xml.WriteAttributeString("id", id);
            xml.WriteAttributeString("for", on);
            xml.WriteAttributeString("attr.name", name);
            xml.WriteAttributeString("attr.type", type);
            xml.WriteEndElement();
        }

        xml.WriteStartElement("graph", Namespace);
        xml.WriteAttributeString("edgedefault", "directed");
        foreach (var node in graph.Nodes)
        {
            cancel.ThrowIfCancellationRequested();
            WriteNode(xml, node, names);
        }

        foreach (var edge in graph.Edges)
        {
            cancel.ThrowIfCancellationRequested();
            xml.WriteStartElement("edge", Namespace);
            xml.WriteAttributeString("source", Id(edge.Client));
            xml.WriteAttributeString("target", Id(edge.Service));
            WriteYedEdge(xml, GraphText.Ports(edge.Ports));
            WriteData(xml, "edge_label", GraphText.Ports(edge.Ports));

            // A row that is there stands for a connection, also where an input doesn't count them: no arrow without a width.
            WriteData(xml, "weight", Math.Max(1, edge.Stats.Connections).ToString(CultureInfo.InvariantCulture));
            WriteData(xml, "ports", GraphText.Ports(edge.Ports));
            WriteData(xml, "connections", edge.Stats.Connections.ToString(CultureInfo.InvariantCulture));
            WriteData(xml, "match", RowFields.Text(edge.Stats.Match));
            xml.WriteEndElement();
        }

        xml.WriteEndDocument();
    }

    private static void WriteNode(XmlWriter xml, GraphNode node, GraphText names)
    {
        xml.WriteStartElement("node", Namespace);
        xml.WriteAttributeString("id", Id(node));
        WriteYedNode(xml, node, names);
        WriteData(xml, "label", names.Label(node));
        WriteData(xml, "host", names.Host(node) ?? "");
        WriteData(xml, "path", names.Path(node));
        WriteData(xml, "address", names.Address(node));
        WriteData(xml, "external", names.IsExternal(node) ? "true" : "false");
        WriteData(xml, "serves", GraphText.Ports(node.Serves));
        xml.WriteEndElement();
    }

    private static void WriteYedKey(XmlWriter xml, string id, string on)
    {
        xml.WriteStartElement("key", Namespace);
        xml.WriteAttributeString("id", id);
        xml.WriteAttributeString("for", on);
        xml.WriteAttributeString("yfiles.type", id);
        xml.WriteEndElement();
    }

    private static void WriteYedNode(XmlWriter xml, GraphNode node, GraphText names)
    {
        xml.WriteStartElement("data", Namespace);
        xml.WriteAttributeString("key", NodeGraphics);
        xml.WriteStartElement("ShapeNode", YedNamespace);
        xml.WriteStartElement("Fill", YedNamespace);
        xml.WriteAttributeString(
            "color",
            names.IsExternal(node) ? "#FFF7ED"
                : node.Serves.Count > 0 ? "#DBEAFE"
                : "#FFFFFF"
        );
        xml.WriteEndElement();
        WriteYedLabel(xml, "NodeLabel", names.Label(node));
        if (names.Host(node) is { } host)
        {
            WriteYedLabel(xml, "NodeLabel", host, "s");
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteYedEdge(XmlWriter xml, string ports)
    {
        xml.WriteStartElement("data", Namespace);
        xml.WriteAttributeString("key", EdgeGraphics);
        xml.WriteStartElement("PolyLineEdge", YedNamespace);
        xml.WriteStartElement("Arrows", YedNamespace);
        xml.WriteAttributeString("source", "none");
        xml.WriteAttributeString("target", "standard");
        xml.WriteEndElement();
        WriteYedLabel(xml, "EdgeLabel", ports);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    /// <param name="side">On which it stands outside of a node, as a point of the compass; null within it.</param>
    private static void WriteYedLabel(XmlWriter xml, string element, string text, string? side = null)
    {
        xml.WriteStartElement(element, YedNamespace);
        if (side is not null)
        {
            xml.WriteAttributeString("modelName", "sides");
            xml.WriteAttributeString("modelPosition", side);
        }

        xml.WriteString(LegalXml.From(text));
        xml.WriteEndElement();
    }

    private static string Id(GraphNode node) => string.Create(CultureInfo.InvariantCulture, $"p{node.Number}");

    private static void WriteData(XmlWriter xml, string key, string value)
    {
        if (value.Length > 0)
        {
            xml.WriteStartElement("data", Namespace);
            xml.WriteAttributeString("key", key);
            xml.WriteString(LegalXml.From(value));
            xml.WriteEndElement();
        }
    }
}
