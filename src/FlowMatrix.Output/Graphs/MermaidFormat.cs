using System.Globalization;
using System.Text;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Output.Graphs;

/// <summary>A flowchart that GitHub and GitLab draw in a page of text. Source: mermaid.js.org, "Flowcharts".</summary>
internal sealed class MermaidFormat : GraphFormat
{
    /// <summary>From so many edges on, Mermaid's layout fails on boxes within boxes: the host stands in the label instead.</summary>
    private const int Crowd = 60;

    /// <summary>What is drawn where nothing else is configured, as on GitHub and GitLab. Source: Mermaid, maxEdges and maxTextSize.</summary>
    private const int MostArrows = 500;
    private const int MostCharacters = 50_000;

    public override string Name => "mermaid";

    public override string Description => "a flowchart for GitHub, GitLab and wikis";

    public override IReadOnlyList<string> Extensions => [".mmd", ".mermaid"];

    protected override void Write(
        ProcessGraph graph,
        GraphText names,
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
        var boxes = graph.Edges.Count <= Crowd;
        text.WriteLine("flowchart LR");
        foreach (var host in graph.Nodes.GroupBy(node => (node.Host, Name: boxes ? names.Host(node) : null)))
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
                    names.IsExternal(node) ? ("([", "])")
                    : node.Serves.Count > 0 ? ("[", "]")
                    : ("(", ")");
                var label =
                    boxes || names.Host(node) is not { } place ? names.Label(node) : $"{names.Label(node)} ({place})";
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

        if (graph.Edges.Count > MostArrows || text.Characters > MostCharacters)
        {
            options.Warn(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"mermaid: {Counted.Text(graph.Edges.Count, "arrow")} and {text.Characters:N0} characters: GitHub and GitLab draw nothing of more than "
                        + $"{MostArrows:N0} arrows or {MostCharacters:N0} characters; use filters, --group-by, or another format"
                )
            );
        }
    }

    /// <summary>All but harmless characters as "#number;", which Mermaid reads in place of HTML's entities.</summary>
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
