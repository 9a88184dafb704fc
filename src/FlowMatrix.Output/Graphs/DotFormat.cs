using System.Globalization;
using System.Text;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output.Graphs;

/// <summary>
/// Graphviz's language: a cluster a host, a node a process, an edge from client to service with its ports; external
/// peers stand apart. Written by us: the DotNetGraph package, which was meant for it, cannot be had.
/// </summary>
internal sealed class DotFormat : Format, IWriter<Matrix>, IWriter<GroupedMatrix>, IWriter<MatrixDiff>
{
    /// <summary>For people who never saw such a picture.</summary>
    private const string Legend =
        "An arrow runs from client to service, with the ports of the service; thicker: more connections; dashed: UDP; blue box: serves";

    private const int MostPortsShown = 6;

    /// <summary>
    /// From so many edges on, labels on them would cover each other: the ports stand at the services instead, each
    /// service's edges have a colour, and the layout is two columns, clients left and services right.
    /// </summary>
    private const int Crowd = 60;

    /// <summary>The layouts that draw clusters; in the others a node says its host itself.</summary>
    private static readonly string[] DrawClusters = ["dot", "fdp", "osage"];

    /// <summary>Dark enough on white, and told apart by most of those who see fewer colours.</summary>
    private static readonly string[] Colors =
    [
        "#1d4ed8",
        "#b45309",
        "#047857",
        "#be185d",
        "#6d28d9",
        "#0e7490",
        "#4d7c0f",
        "#b91c1c",
    ];

    public override string Name => "dot";

    public override MatchExtras Needs => MatchExtras.Programs;

    public override string Description => "a graph in Graphviz's language";

    public override IReadOnlyList<string> Extensions => [".dot", ".gv"];

    public Task WriteAsync(Matrix content, Stream output, FormatOptions options, CancellationToken cancel)
    {
        Write(ProcessGraph.From(content), content, by: null, diff: null, output, options, cancel);
        return Task.CompletedTask;
    }

    public Task WriteAsync(GroupedMatrix content, Stream output, FormatOptions options, CancellationToken cancel)
    {
        Write(ProcessGraph.From(content), content.Matrix, content.By, diff: null, output, options, cancel);
        return Task.CompletedTask;
    }

    /// <summary>Where all edges would not be readable, only those that differ.</summary>
    public Task WriteAsync(MatrixDiff content, Stream output, FormatOptions options, CancellationToken cancel)
    {
        var graph = ProcessGraph.From(content, onlyDifferences: false);
        if (graph.Edges.Count > Crowd)
        {
            graph = ProcessGraph.From(content, onlyDifferences: true);
        }

        Write(graph, content.Matrix, by: null, content, output, options, cancel);
        return Task.CompletedTask;
    }

    private static void Write(
        ProcessGraph graph,
        Matrix matrix,
        GroupBy? by,
        MatrixDiff? diff,
        Stream output,
        FormatOptions options,
        CancellationToken cancel
    )
    {
        using var dot = new StreamWriter(output, new UTF8Encoding(false), 64 * 1024, leaveOpen: true)
        {
            NewLine = "\n",
        };
        var texts = new RowTexts(matrix, Printable.Escape);
        var look = new Look(
            graph.Edges.Count > Crowd,
            DrawClusters.Contains(options.Engine) && by is null or GroupBy.Process,
            options.Explain,
            by,
            diff is not null
        );
        WriteHead(dot, options, graph.Edges.Count);
        foreach (var host in graph.Nodes.GroupBy(node => node.Host))
        {
            cancel.ThrowIfCancellationRequested();
            if (by is null or GroupBy.Process && matrix.IsExternal(host.Key))
            {
                WriteExternals(dot, host, texts);
            }
            else
            {
                WriteHost(dot, host, texts, look);
            }
        }

        dot.WriteLine();
        foreach (var edge in graph.Edges)
        {
            cancel.ThrowIfCancellationRequested();
            WriteEdge(dot, edge, texts, look);
        }

        // At the end: attributes of a graph before its clusters apply to them, too.
        dot.WriteLine(
            $"  graph [label={Quote(diff is null ? Legend : DiffStyle.Legend(diff))}, labelloc=b, fontsize=10];"
        );
        dot.WriteLine("}");
    }

    private static void WriteHead(StreamWriter dot, FormatOptions options, int edges)
    {
        dot.WriteLine("digraph flowmatrix {");
        dot.WriteLine(
            "  graph [bgcolor=\"#ffffff\", fontname=\"Helvetica,Arial,sans-serif\", pad=0.3, charset=\"UTF-8\"];"
        );
        dot.WriteLine($"  graph [{Layout(options.Engine, edges)}];");
        dot.WriteLine(
            "  node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", color=\"#5b6b7d\", "
                + "fontname=\"Helvetica,Arial,sans-serif\", fontsize=11, "
                + $"height=0.34, margin=\"0.12,0.05\"{(options.Engine == "patchwork" ? ", area=9" : "")}];"
        );
        dot.WriteLine(
            "  edge [color=\"#64748bcc\", fontcolor=\"#334155\", fontname=\"Helvetica,Arial,sans-serif\", "
                + "fontsize=9, arrowsize=0.6];"
        );
    }

    private static string Layout(string engine, int edges) =>
        engine switch
        {
            "dot" when edges > Crowd =>
                $"rankdir=LR, nodesep=0.22, ranksep={Math.Clamp(edges / 30, 3, 15)}, remincross=true",
            "dot" => "rankdir=LR, nodesep=0.18, ranksep=1.6, newrank=true, remincross=true",
            "fdp" => "K=1.2, sep=\"+24\", esep=\"+8\", splines=true, outputorder=edgesfirst",
            "osage" => "pack=48, splines=true, outputorder=edgesfirst",
            "patchwork" => "size=\"14,14\", ratio=0.6",
            _ => "overlap=prism, overlap_scaling=4, sep=\"+14\", esep=\"+8\", splines=true, outputorder=edgesfirst",
        };

    /// <summary>Addresses that are nobody's, and networks that a user gave a name.</summary>
    private static void WriteExternals(StreamWriter dot, IEnumerable<GraphNode> nodes, RowTexts texts)
    {
        dot.WriteLine();
        foreach (var node in nodes)
        {
            var name = texts.Name(node.Process);
            var place =
                node.Host != 0 ? texts.Host(node.Host)
                : node.Address != 0 ? texts.Address(node.Address)
                : EndNames.External;
            dot.WriteLine(
                $"  p{node.Number} [label={Quote(name.Length == 0 ? place : $"{name}\n{place}")}, "
                    + "shape=box, style=\"filled,dashed\", fillcolor=\"#fff7ed\", color=\"#c2410c\", "
                    + $"tooltip={Quote($"external peer {place}")}];"
            );
        }
    }

    private static void WriteHost(StreamWriter dot, IGrouping<int, GraphNode> host, RowTexts texts, Look look)
    {
        dot.WriteLine();
        if (look.Clusters)
        {
            dot.WriteLine($"  subgraph cluster_{host.First().Number} {{");
            dot.WriteLine(
                $"    label={Quote(texts.Host(host.Key))}; labeljust=l; fontsize=13; style=\"rounded,filled\"; "
                    + "fillcolor=\"#f1f5f9\"; color=\"#94a3b8\"; margin=14;"
            );
        }

        foreach (var node in host)
        {
            WriteProcess(dot, node, texts, look);
        }

        if (look.Clusters)
        {
            dot.WriteLine("  }");
        }
    }

    private static void WriteProcess(StreamWriter dot, GraphNode node, RowTexts texts, Look look)
    {
        var (name, path) = (texts.Name(node.Process), texts.Path(node.Process));
        var isPlace = look.By is GroupBy.Host or GroupBy.Network;
        var shown = isPlace ? EndNames.Host(texts, node.Host) : EndNames.Process(texts, node.Process);
        shown += look.Crowded && node.Serves.Count > 0 ? $"\n:{Ports(node.Serves)}" : "";
        shown += look.Clusters || node.Host == 0 || isPlace ? "" : $"\n{texts.Host(node.Host)}";
        var color = look.Crowded ? ColorOf(node) : Colors[0];
        var colors = node.Serves.Count > 0 ? $", fillcolor=\"#dbeafe\", color=\"{color}\"" : "";
        var isKnown = isPlace ? node.Host != 0 : node.Process != 0;
        var unknown = !isKnown ? ", style=\"rounded,filled,dashed\"" : "";
        dot.WriteLine(
            $"    p{node.Number} [label={Quote(shown)}, "
                + $"tooltip={Quote(isPlace ? shown : isKnown ? $"{name} {path}".Trim() : ProcessLabel.Unknown)}{colors}{unknown}];"
        );
    }

    private static void WriteEdge(StreamWriter dot, GraphEdge edge, RowTexts texts, Look look)
    {
        // From one connection to many thousands, between one and four points thick.
        var width = 1 + Math.Min(3, Math.Log10(Math.Max(1, edge.Stats.Connections)) * 1.2);
        var change = look.Compared ? DiffStyle.Get(edge.DiffKind) : null;
        var udp =
            change is not null ? change.Style
            : edge.Ports.All(port => port.Protocol == Protocol.Udp) ? ", style=dashed"
            : "";
        var ports = $"{change?.Words}{Ports(edge.Ports)}";
        var tip =
            $"{ports}: {edge.Stats.Connections} connection{(edge.Stats.Connections == 1 ? "" : "s")}"
            + (
                look.Explain
                    ? $"; {Explanation.Describe(edge.Stats.Match, edge.Stats.Direction, edge.Via.Select(texts.Address).Order(StringComparer.Ordinal))}"
                    : ""
            );
        dot.Write(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  p{edge.Client.Number} -> p{edge.Service.Number} [penwidth={width:0.0}{udp}, "
                    + $"tooltip={Quote(tip)}"
            )
        );
        if (change is not null)
        {
            dot.WriteLine($", color=\"{change.Color}\", fontcolor=\"{change.Color}\", label={Quote(ports)}];");
        }
        else if (look.Crowded)
        {
            // A service with one port has it in its own label.
            var label = edge.Service.Serves.Count > 1 || edge.Service.Host == 0 ? $", headlabel={Quote(ports)}" : "";
            var aside = edge.Client.Serves.Count > 0 ? ", constraint=false" : "";
            dot.WriteLine($", color=\"{ColorOf(edge.Service)}b0\"{label}{aside}];");
        }
        else
        {
            dot.WriteLine($", label={Quote(ports)}];");
        }
    }

    private static string ColorOf(GraphNode node) => Colors[node.Number % Colors.Length];

    private static string Ports(SortedSet<(Protocol Protocol, ushort Port)> ports)
    {
        var shown = ports
            .Take(MostPortsShown)
            .Select(port =>
                port.Protocol == Protocol.Tcp
                    ? $"{port.Port}"
                    : $"{port.Port}/{port.Protocol.Name().ToLowerInvariant()}"
            );
        var more = ports.Count - MostPortsShown;
        return string.Join(", ", shown) + (more > 0 ? $" +{more}" : "");
    }

    /// <summary>
    /// A quoted string: a quote and a backslash get one before them, and "&amp;" is written as an entity, since
    /// Graphviz reads entities in every label. Source: Graphviz, "The DOT language" and "escString".
    /// </summary>
    private static string Quote(string text) =>
        "\""
        + text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)
        + "\"";

    /// <param name="Crowded">There are more edges than can each have a label.</param>
    /// <param name="Clusters">Hosts are drawn as boxes around their processes.</param>
    /// <param name="Explain">Edges say in their tooltip how they came to be.</param>
    /// <param name="By">What a node is, where the matrix is grouped.</param>
    /// <param name="Compared">Edges say what became of them.</param>
    private readonly record struct Look(bool Crowded, bool Clusters, bool Explain, GroupBy? By, bool Compared);
}
