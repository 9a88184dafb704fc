using System.Globalization;
using System.Text;
using FlowMatrix.Matrices;
using FlowMatrix.Tables;

namespace FlowMatrix.Formats;

/// <summary>
/// Graphviz's language: a cluster a host, a node a process, an edge from client to service with its ports; external
/// peers stand apart. Written by us: the DotNetGraph package, which was meant for it, cannot be had.
/// </summary>
internal sealed class DotFormat : Format
{
    private const int MostPortsShown = 6;

    public override string Name => "dot";

    public override string Description => "a graph in Graphviz's language";

    public override IReadOnlyList<string> Extensions => [".dot", ".gv"];

    protected internal override void Write(
        Matrix matrix, Stream output, FormatOptions options, CancellationToken cancel)
    {
        using var dot = new StreamWriter(output, new UTF8Encoding(false), 64 * 1024, leaveOpen: true) { NewLine = "\n" };
        var graph = ProcessGraph.From(matrix);
        var texts = new RowTexts(matrix, Printable.Escape);
        WriteHead(dot, options);
        foreach (var host in graph.Nodes.GroupBy(node => node.Host))
        {
            cancel.ThrowIfCancellationRequested();
            WriteHost(dot, host, texts);
        }

        dot.WriteLine();
        foreach (var edge in graph.Edges)
        {
            cancel.ThrowIfCancellationRequested();
            WriteEdge(dot, edge);
        }

        dot.WriteLine("}");
    }

    private static void WriteHead(StreamWriter dot, FormatOptions options)
    {
        dot.WriteLine("digraph flowmatrix {");
        dot.WriteLine("  graph [bgcolor=\"#ffffff\", fontname=\"Helvetica,Arial,sans-serif\", pad=0.3, charset=\"UTF-8\"];");
        dot.WriteLine(options.Engine is "dot"
            ? "  graph [rankdir=LR, nodesep=0.18, ranksep=1.6, newrank=true, remincross=true];"
            : "  graph [overlap=prism, overlap_scaling=4, sep=\"+14\", esep=\"+8\", splines=true, outputorder=edgesfirst];");
        dot.WriteLine("  node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", color=\"#5b6b7d\", "
            + "fontname=\"Helvetica,Arial,sans-serif\", fontsize=11, height=0.34, margin=\"0.12,0.05\"];");
        dot.WriteLine("  edge [color=\"#64748bcc\", fontcolor=\"#334155\", fontname=\"Helvetica,Arial,sans-serif\", "
            + "fontsize=9, arrowsize=0.6];");
    }

    private static void WriteHost(StreamWriter dot, IGrouping<int, GraphNode> host, RowTexts texts)
    {
        dot.WriteLine();
        if (host.Key == 0)
        {
            foreach (var node in host)
            {
                var name = texts.Name(node.Process);
                var address = texts.Address(node.Address);
                dot.WriteLine($"  p{node.Number} [label={Quote(name.Length == 0 ? address : $"{name}\n{address}")}, "
                    + "shape=box, style=\"filled,dashed\", fillcolor=\"#fff7ed\", color=\"#c2410c\", "
                    + $"tooltip={Quote($"external peer {address}")}];");
            }

            return;
        }

        dot.WriteLine($"  subgraph cluster_{host.First().Number} {{");
        dot.WriteLine($"    label={Quote(texts.Host(host.Key))}; labeljust=l; fontsize=13; style=\"rounded,filled\"; "
            + "fillcolor=\"#f1f5f9\"; color=\"#94a3b8\"; margin=14;");
        foreach (var node in host)
        {
            WriteProcess(dot, node, texts);
        }

        dot.WriteLine("  }");
    }

    private static void WriteProcess(StreamWriter dot, GraphNode node, RowTexts texts)
    {
        var (name, path) = (texts.Name(node.Process), texts.Path(node.Process));
        var shown = name.Length > 0 ? name : path.Length > 0 ? path : "?";
        var look = node.Serves.Count > 0 ? ", fillcolor=\"#dbeafe\", color=\"#1d4ed8\"" : "";
        var unknown = node.Process == 0 ? ", style=\"rounded,filled,dashed\"" : "";
        dot.WriteLine($"    p{node.Number} [label={Quote(shown)}, "
            + $"tooltip={Quote(node.Process == 0 ? "process not known" : $"{name} {path}".Trim())}{look}{unknown}];");
    }

    private static void WriteEdge(StreamWriter dot, GraphEdge edge)
    {
        // From one connection to many thousands, between one and four points thick.
        var width = 1 + Math.Min(3, Math.Log10(Math.Max(1, edge.Connections)) * 1.2);
        var udp = edge.Ports.All(port => port.Protocol == Protocol.Udp) ? ", style=dashed" : "";
        dot.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  p{edge.Client.Number} -> p{edge.Service.Number} [label={Quote(Ports(edge))}, penwidth={width:0.0}{udp}, "
            + $"tooltip={Quote($"{edge.Connections} connections")}];"));
    }

    private static string Ports(GraphEdge edge)
    {
        var shown = edge.Ports.Take(MostPortsShown)
            .Select(port => port.Protocol == Protocol.Tcp ? $"{port.Port}" : $"{port.Port}/{port.Protocol.Name().ToLowerInvariant()}");
        var more = edge.Ports.Count - MostPortsShown;
        return string.Join(", ", shown) + (more > 0 ? $" +{more}" : "");
    }

    /// <summary>
    /// A quoted string: a quote and a backslash get one before them, and "&amp;" is written as an entity, since
    /// Graphviz reads entities in every label. Source: Graphviz, "The DOT language" and "escString".
    /// </summary>
    private static string Quote(string text) => "\"" + text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal) + "\"";
}
