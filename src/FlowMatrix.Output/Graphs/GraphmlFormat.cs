using System.Globalization;
using System.Text;
using System.Xml;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Output.Graphs;

/// <summary>
/// A graph for yEd, Gephi, networkx and similar programs. It is flat, with the host as an attribute, because not all of
/// them read nested graphs. yEd shows only labels in its own elements; the second label of a node is its host. Gephi
/// shows the attribute "label" at nodes and edges, and draws edges as thick as their "weight". Source:
/// graphml.graphdrawing.org, "GraphML Primer"; yEd's manual, "GraphML"; Gephi, "GraphML format".
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
        GraphText texts,
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
            WriteNode(xml, node, texts);
        }

        foreach (var edge in graph.Edges)
        {
            cancel.ThrowIfCancellationRequested();
            xml.WriteStartElement("edge", Namespace);
            xml.WriteAttributeString("source", Id(edge.Client));
            xml.WriteAttributeString("target", Id(edge.Service));
            WriteYedEdge(xml, GraphText.Ports(edge.Ports));
            WriteData(xml, "edge_label", GraphText.Ports(edge.Ports));

            // At least 1, so that the edge is visible even if the input has no number of connections.
            WriteData(xml, "weight", Math.Max(1, edge.Stats.Connections).ToString(CultureInfo.InvariantCulture));
            WriteData(xml, "ports", GraphText.Ports(edge.Ports));
            WriteData(xml, "connections", edge.Stats.Connections.ToString(CultureInfo.InvariantCulture));
            WriteData(xml, "match", RowFields.Text(edge.Stats.Match));
            xml.WriteEndElement();
        }

        xml.WriteEndDocument();
    }

    private static void WriteNode(XmlWriter xml, GraphNode node, GraphText texts)
    {
        xml.WriteStartElement("node", Namespace);
        xml.WriteAttributeString("id", Id(node));
        WriteYedNode(xml, node, texts);
        WriteData(xml, "label", texts.Label(node));
        WriteData(xml, "host", texts.Host(node) ?? "");
        WriteData(xml, "path", texts.Path(node));
        WriteData(xml, "address", texts.Address(node));
        WriteData(xml, "external", texts.IsExternal(node) ? "true" : "false");
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

    private static void WriteYedNode(XmlWriter xml, GraphNode node, GraphText texts)
    {
        xml.WriteStartElement("data", Namespace);
        xml.WriteAttributeString("key", NodeGraphics);
        xml.WriteStartElement("ShapeNode", YedNamespace);
        xml.WriteStartElement("Fill", YedNamespace);
        xml.WriteAttributeString(
            "color",
            texts.IsExternal(node) ? "#FFF7ED"
                : node.Serves.Count > 0 ? "#DBEAFE"
                : "#FFFFFF"
        );
        xml.WriteEndElement();
        WriteYedLabel(xml, "NodeLabel", texts.Label(node));
        if (texts.Host(node) is { } host)
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

    /// <param name="side">The side of the node on which the label stands ("s" is below it); null for a label
    /// inside.</param>
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
