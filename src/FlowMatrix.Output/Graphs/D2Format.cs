using System.Text;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Output.Graphs;

/// <summary>A diagram in D2's language. Source: d2lang.com, "Strings" and "Containers".</summary>
internal sealed class D2Format : GraphFormat
{
    public override string Name => "d2";

    public override string Description => "a diagram in D2's language";

    protected override void Write(
        ProcessGraph graph,
        GraphText texts,
        Stream output,
        FormatOptions options,
        CancellationToken cancel
    )
    {
        using var text = new StreamWriter(output, new UTF8Encoding(false), 64 * 1024, leaveOpen: true)
        {
            NewLine = "\n",
        };
        var keys = new string[graph.Nodes.Count];

        // D2's default layout, dagre, fails on edges between nested boxes: "Cannot set properties of undefined".
        text.WriteLine("vars: {d2-config: {layout-engine: elk}}");
        text.WriteLine("direction: right");
        foreach (var host in graph.Nodes.GroupBy(node => (node.Host, Name: texts.Host(node))))
        {
            cancel.ThrowIfCancellationRequested();
            var key = $"h{host.First().Number}";
            var indent = host.Key.Name is null ? "" : "  ";
            if (host.Key.Name is { } name)
            {
                text.WriteLine($"{key}: {Quote(name)} {{");
            }

            foreach (var node in host)
            {
                keys[node.Number] = host.Key.Name is null ? $"p{node.Number}" : $"{key}.p{node.Number}";
                var style = texts.IsExternal(node) ? " {style.stroke-dash: 4}" : "";
                text.WriteLine($"{indent}p{node.Number}: {Quote(texts.Label(node))}{style}");
            }

            if (host.Key.Name is not null)
            {
                text.WriteLine("}");
            }
        }

        foreach (var edge in graph.Edges)
        {
            cancel.ThrowIfCancellationRequested();
            text.WriteLine(
                $"{keys[edge.Client.Number]} -> {keys[edge.Service.Number]}: {Quote(GraphText.Ports(edge.Ports))}"
            );
        }
    }

    /// <summary>Quotes a text. Between single quotes only the quote itself needs escaping: it is doubled.</summary>
    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
