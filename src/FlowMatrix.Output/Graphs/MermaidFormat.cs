using System.Globalization;
using System.Text;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Output.Graphs;

/// <summary>A flowchart that GitHub and GitLab draw in Markdown. Source: mermaid.js.org, "Flowcharts".</summary>
internal sealed class MermaidFormat : GraphFormat
{
    /// <summary>
    /// With more edges, Mermaid's layout fails on nested boxes. Then the host is part of the label instead.
    /// </summary>
    private const int MaxEdgesWithBoxes = 60;

    /// <summary>
    /// Default limits of Mermaid, which GitHub and GitLab use. Source: Mermaid, maxEdges and maxTextSize.
    /// </summary>
    private const int MaxEdges = 500;
    private const int MaxTextSize = 50_000;

    public override string Name => "mermaid";

    public override string Description => "a flowchart for GitHub, GitLab and wikis";

    public override IReadOnlyList<string> Extensions => [".mmd", ".mermaid"];

    protected override void Write(
        ProcessGraph graph,
        GraphText texts,
        Stream output,
        FormatOptions options,
        CancellationToken cancel
    )
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(false), 64 * 1024, leaveOpen: true)
        {
            NewLine = "\n",
        };
        var text = new CountedText(writer);
        var boxes = graph.Edges.Count <= MaxEdgesWithBoxes;
        text.WriteLine("flowchart LR");
        foreach (var host in graph.Nodes.GroupBy(node => (node.Host, Name: boxes ? texts.Host(node) : null)))
        {
            cancel.ThrowIfCancellationRequested();
            var indent = host.Key.Name is null ? "  " : "    ";
            if (host.Key.Name is { } name)
            {
                text.WriteLine($"  subgraph h{host.First().Number}[\"{Escape(name)}\"]");
            }

            foreach (var node in host)
            {
                var (open, close) =
                    texts.IsExternal(node) ? ("([", "])")
                    : node.Serves.Count > 0 ? ("[", "]")
                    : ("(", ")");
                var label =
                    boxes || texts.Host(node) is not { } place ? texts.Label(node) : $"{texts.Label(node)} ({place})";
                text.WriteLine($"{indent}p{node.Number}{open}\"{Escape(label)}\"{close}");
            }

            if (host.Key.Name is not null)
            {
                text.WriteLine("  end");
            }
        }

        foreach (var edge in graph.Edges)
        {
            cancel.ThrowIfCancellationRequested();
            var arrow = edge.Ports.All(port => port.Protocol == Protocol.Udp) ? "-.->" : "-->";
            text.WriteLine(
                $"  p{edge.Client.Number} {arrow}|\"{Escape(GraphText.Ports(edge.Ports))}\"| p{edge.Service.Number}"
            );
        }

        if (graph.Edges.Count > MaxEdges || text.Characters > MaxTextSize)
        {
            options.Warn(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"mermaid: the chart has {Counted.Text(graph.Edges.Count, "arrow")} and {text.Characters:N0} characters; GitHub and GitLab draw no chart of more than "
                        + $"{MaxEdges:N0} arrows or {MaxTextSize:N0} characters; use filters, --group-by, or another format"
                )
            );
        }
    }

    /// <summary>
    /// Escapes ASCII characters that may have a meaning as "#number;", Mermaid's form of HTML entities.
    /// </summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ =
                c > '~' || char.IsAsciiLetterOrDigit(c) || " .,:/-()".Contains(c, StringComparison.Ordinal)
                    ? escaped.Append(c)
                    : escaped.Append(CultureInfo.InvariantCulture, $"#{(int)c};");
        }

        return escaped.ToString();
    }

    private sealed class CountedText(StreamWriter writer)
    {
        public long Characters { get; private set; }

        public void WriteLine(string line)
        {
            writer.WriteLine(line);
            Characters += line.Length + 1;
        }
    }
}
