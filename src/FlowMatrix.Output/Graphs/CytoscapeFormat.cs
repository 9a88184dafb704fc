using System.Globalization;
using System.Text.Json;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Output.Graphs;

/// <summary>
/// Elements for Cytoscape and Cytoscape.js; a host is the parent of its processes. Source: js.cytoscape.org, "Elements
/// JSON".
/// </summary>
internal sealed class CytoscapeFormat : GraphFormat
{
    private const int FlushAt = 64 * 1024;

    public override string Name => "cytoscape";

    public override string Description => "elements for Cytoscape and Cytoscape.js";

    public override IReadOnlyList<string> Extensions => [".cyjs"];

    protected override void Write(
        ProcessGraph graph,
        GraphText texts,
        Stream output,
        FormatOptions options,
        CancellationToken cancel
    )
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString("format_version"u8, "1.0");
        json.WriteString("generated_by"u8, "flowmatrix");
        json.WriteStartObject("elements"u8);
        json.WriteStartArray("nodes"u8);
        foreach (var host in graph.Nodes.GroupBy(node => (node.Host, Name: texts.Host(node))))
        {
            var parent = host.Key.Name is null
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"h{host.First().Number}");
            if (parent is not null)
            {
                WriteElement(json, parent, host.Key.Name!, () => { });
            }

            foreach (var node in host)
            {
                WriteElement(json, Id(node), texts.Label(node), () => WriteFields(json, node, parent, texts));
                Flush(json, cancel);
            }
        }

        json.WriteEndArray();
        json.WriteStartArray("edges"u8);
        foreach (var edge in graph.Edges)
        {
            WriteElement(
                json,
                $"{Id(edge.Client)}>{Id(edge.Service)}",
                GraphText.Ports(edge.Ports),
                () =>
                {
                    json.WriteString("source"u8, Id(edge.Client));
                    json.WriteString("target"u8, Id(edge.Service));
                    json.WriteNumber("connections"u8, edge.Stats.Connections);
                    json.WriteString("match"u8, RowFields.Text(edge.Stats.Match));
                }
            );
            Flush(json, cancel);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void WriteElement(Utf8JsonWriter json, string id, string label, Action writeMore)
    {
        json.WriteStartObject();
        json.WriteStartObject("data"u8);
        json.WriteString("id"u8, id);
        json.WriteString("label"u8, label);
        writeMore();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, GraphNode node, string? parent, GraphText texts)
    {
        if (parent is not null)
        {
            json.WriteString("parent"u8, parent);
        }

        json.WriteString("path"u8, texts.Path(node));
        json.WriteBoolean("external"u8, texts.IsExternal(node));
        json.WriteString("serves"u8, GraphText.Ports(node.Serves));
    }

    private static string Id(GraphNode node) => string.Create(CultureInfo.InvariantCulture, $"p{node.Number}");

    private static void Flush(Utf8JsonWriter json, CancellationToken cancel)
    {
        if (json.BytesPending > FlushAt)
        {
            cancel.ThrowIfCancellationRequested();
            json.Flush();
        }
    }
}
