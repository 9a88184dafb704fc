using System.Globalization;
using System.Text;
using System.Xml;
using FlowMatrix.Matrices;

namespace FlowMatrix.Formats;

/// <summary>
/// A graph for yEd, Gephi, networkx and their like; flat, with the host as an attribute, since not all of them read
/// nested graphs. Source: graphml.graphdrawing.org, "GraphML Primer".
/// </summary>
internal sealed class GraphmlFormat : Format
{
    private const string Namespace = "http://graphml.graphdrawing.org/xmlns";

    private static readonly (string Id, string On, string Type)[] Keys =
    [
        ("label", "node", "string"), ("host", "node", "string"), ("path", "node", "string"), ("address", "node", "string"),
        ("external", "node", "boolean"), ("serves", "node", "string"),
        ("ports", "edge", "string"), ("connections", "edge", "int"), ("match", "edge", "string"),
    ];

    public override string Name => "graphml";

    public override bool DrawsPrograms => true;

    public override string Description => "a graph for yEd, Gephi and networkx";

    public override bool ShowsChanges => false;

    protected internal override void Write(
        Matrix matrix, Stream output, FormatOptions options, CancellationToken cancel)
    {
        using var xml = XmlWriter.Create(output, new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n", CloseOutput = false,
        });
        var graph = ProcessGraph.From(matrix);
        var names = new GraphText(matrix);
        xml.WriteStartElement("graphml", Namespace);
        foreach (var (id, on, type) in Keys)
        {
            xml.WriteStartElement("key", Namespace);
            xml.WriteAttributeString("id", id);
            xml.WriteAttributeString("for", on);
            xml.WriteAttributeString("attr.name", id);
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
            WriteData(xml, "ports", GraphText.Ports(edge.Ports));
            WriteData(xml, "connections", edge.Connections.ToString(CultureInfo.InvariantCulture));
            WriteData(xml, "match", Column.MatchText(edge.Match));
            xml.WriteEndElement();
        }

        xml.WriteEndDocument();
    }

    private static void WriteNode(XmlWriter xml, GraphNode node, GraphText names)
    {
        xml.WriteStartElement("node", Namespace);
        xml.WriteAttributeString("id", Id(node));
        WriteData(xml, "label", names.Label(node));
        WriteData(xml, "host", names.Host(node) ?? "");
        WriteData(xml, "path", names.Path(node));
        WriteData(xml, "address", names.Address(node));
        WriteData(xml, "external", names.IsExternal(node) ? "true" : "false");
        WriteData(xml, "serves", GraphText.Ports(node.Serves));
        xml.WriteEndElement();
    }

    private static string Id(GraphNode node) => string.Create(CultureInfo.InvariantCulture, $"p{node.Number}");

    private static void WriteData(XmlWriter xml, string key, string value)
    {
        if (value.Length > 0)
        {
            xml.WriteStartElement("data", Namespace);
            xml.WriteAttributeString("key", key);
            xml.WriteString(GraphText.ForXml(value));
            xml.WriteEndElement();
        }
    }
}
