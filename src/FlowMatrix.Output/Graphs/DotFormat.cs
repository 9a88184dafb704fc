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
/// A graph in Graphviz's language: one cluster per host, one node per process, and edges from client to service with
/// the ports. External addresses stand apart. Written without a library, see CONTRIBUTING.md, "Why each dependency is
/// there".
/// </summary>
internal sealed class DotFormat : Format, IWriter<Matrix>, IWriter<GroupedMatrix>, IWriter<MatrixDiff>
{
    /// <summary>Explains the picture to people who see one for the first time.</summary>
    private const string Legend =
        "An arrow runs from client to service, with the ports of the service; thicker: more connections; "
        + "dashed: UDP; blue box: serves";

    private const int MaxPortsShown = 6;

    /// <summary>
    /// With more edges than this, their labels would cover each other. Then the ports are shown at the services, the
    /// edges of each service have their own colour, and clients are on the left and services on the right.
    /// </summary>
    private const int MaxLabelledEdges = 60;

    /// <summary>The layout engines that draw clusters. With the others, the label of a node has its host.</summary>
    private static readonly string[] ClusterEngines = ["dot", "fdp", "osage"];

    /// <summary>Dark enough on white, and distinguishable for most people with colour blindness.</summary>
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

    /// <summary>Draws all edges, or only those that differ if all of them would be unreadable.</summary>
    public Task WriteAsync(MatrixDiff content, Stream output, FormatOptions options, CancellationToken cancel)
    {
        var graph = ProcessGraph.From(content, onlyDifferences: false);
        if (graph.Edges.Count > MaxLabelledEdges)
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
        var style = new DotStyle(
            graph.Edges.Count > MaxLabelledEdges,
            ClusterEngines.Contains(options.Engine) && by is null or GroupBy.Process,
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
                WriteHost(dot, host, texts, style);
            }
        }

        dot.WriteLine();
        foreach (var edge in graph.Edges)
        {
            cancel.ThrowIfCancellationRequested();
            WriteEdge(dot, edge, texts, style);
        }

        // At the end, because attributes of the graph that come before its clusters also apply to the clusters.
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
            "dot" when edges > MaxLabelledEdges =>
                $"rankdir=LR, nodesep=0.22, ranksep={Math.Clamp(edges / 30, 3, 15)}, remincross=true",
            "dot" => "rankdir=LR, nodesep=0.18, ranksep=1.6, newrank=true, remincross=true",
            "fdp" => "K=1.2, sep=\"+24\", esep=\"+8\", splines=true, outputorder=edgesfirst",
            "osage" => "pack=48, splines=true, outputorder=edgesfirst",
            "patchwork" => "size=\"14,14\", ratio=0.6",
            _ => "overlap=prism, overlap_scaling=4, sep=\"+14\", esep=\"+8\", splines=true, outputorder=edgesfirst",
        };

    /// <summary>Writes the addresses that belong to no known host, and the networks named with <c>--name</c>.</summary>
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
                    + $"tooltip={Quote($"external address {place}")}];"
            );
        }
    }

    private static void WriteHost(StreamWriter dot, IGrouping<int, GraphNode> host, RowTexts texts, DotStyle style)
    {
        dot.WriteLine();
        if (style.Clusters)
        {
            dot.WriteLine($"  subgraph cluster_{host.First().Number} {{");
            dot.WriteLine(
                $"    label={Quote(texts.Host(host.Key))}; labeljust=l; fontsize=13; style=\"rounded,filled\"; "
                    + "fillcolor=\"#f1f5f9\"; color=\"#94a3b8\"; margin=14;"
            );
        }

        foreach (var node in host)
        {
            WriteProcess(dot, node, texts, style);
        }

        if (style.Clusters)
        {
            dot.WriteLine("  }");
        }
    }

    private static void WriteProcess(StreamWriter dot, GraphNode node, RowTexts texts, DotStyle style)
    {
        var (name, path) = (texts.Name(node.Process), texts.Path(node.Process));
        var isHost = style.By is GroupBy.Host or GroupBy.Network;
        var shown = isHost ? EndNames.Host(texts, node.Host) : EndNames.Process(texts, node.Process);
        shown += style.Crowded && node.Serves.Count > 0 ? $"\n:{Ports(node.Serves)}" : "";
        shown += style.Clusters || node.Host == 0 || isHost ? "" : $"\n{texts.Host(node.Host)}";
        var color = style.Crowded ? ColorOf(node) : Colors[0];
        var colors = node.Serves.Count > 0 ? $", fillcolor=\"#dbeafe\", color=\"{color}\"" : "";
        var isKnown = isHost ? node.Host != 0 : node.Process != 0;
        var unknown = !isKnown ? ", style=\"rounded,filled,dashed\"" : "";
        var tip =
            isHost ? shown
            : isKnown ? $"{name} {path}".Trim()
            : ProcessLabel.Unknown;
        dot.WriteLine($"    p{node.Number} [label={Quote(shown)}, tooltip={Quote(tip)}{colors}{unknown}];");
    }

    private static void WriteEdge(StreamWriter dot, GraphEdge edge, RowTexts texts, DotStyle style)
    {
        // One to four points thick, for one to many thousands of connections.
        var width = 1 + Math.Min(3, Math.Log10(Math.Max(1, edge.Stats.Connections)) * 1.2);
        var change = style.Compared ? DiffStyle.Get(edge.DiffKind) : null;
        var udp =
            change is not null ? change.Style
            : edge.Ports.All(port => port.Protocol == Protocol.Udp) ? ", style=dashed"
            : "";
        var ports = $"{change?.Label}{Ports(edge.Ports)}";
        var tip = $"{ports}: {edge.Stats.Connections} connection{(edge.Stats.Connections == 1 ? "" : "s")}";
        if (style.Explain)
        {
            var via = edge.Via.Select(texts.Address).Order(StringComparer.Ordinal);
            tip += $"; {Explanation.Describe(edge.Stats.Match, edge.Stats.Direction, via)}";
        }

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
        else if (style.Crowded)
        {
            // The label of a service with one port has the port already.
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
        var more = ports.Count - MaxPortsShown;
        return GraphText.Ports(ports.Take(MaxPortsShown)) + (more > 0 ? $" +{more}" : "");
    }

    /// <summary>
    /// Quotes a text. Quotes and backslashes are escaped with a backslash, and "&amp;" becomes an entity, because
    /// Graphviz reads entities in every label. Source: Graphviz, "The DOT language" and "escString".
    /// </summary>
    private static string Quote(string text) =>
        "\""
        + text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)
        + "\"";

    /// <param name="Crowded">There are too many edges for a label on each.</param>
    /// <param name="Clusters">Hosts are drawn as boxes around their processes.</param>
    /// <param name="Explain">Tooltips of edges explain how the rows were matched.</param>
    /// <param name="By">What a node stands for in a grouped matrix; null if it is not grouped.</param>
    /// <param name="Compared">Edges are marked as added, removed or changed.</param>
    private readonly record struct DotStyle(bool Crowded, bool Clusters, bool Explain, GroupBy? By, bool Compared);
}
