using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Graphs;

/// <summary>A picture of the graph that <see cref="DotFormat"/> writes, drawn by Graphviz.</summary>
internal sealed class GraphvizFormat(string name) : Format
{
    private static readonly DotFormat Dot = new();

    public override string Name => name;

    public override string Description => "a picture";

    public override bool DrawsPrograms => true;

    public override bool IsBinary =>
        name is not ("svg" or "plain" or "plain-ext" or "xdot" or "json0" or "canon" or "imap");

    public override async Task WriteAsync(Matrix matrix, Stream output, FormatOptions options, CancellationToken cancel)
    {
        await Graphviz.DrawAsync(
            options.Graphviz,
            name,
            options.Engine,
            (input, token) =>
            {
                Dot.Write(matrix, input, options, token);
                return Task.CompletedTask;
            },
            output,
            cancel
        );
    }
}
