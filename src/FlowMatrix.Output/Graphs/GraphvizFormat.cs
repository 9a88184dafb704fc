using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Graphs;

/// <summary>A picture of the graph that <see cref="DotFormat"/> writes, drawn by Graphviz.</summary>
internal sealed class GraphvizFormat(string name) : Format, IWriter<Matrix>, IWriter<GroupedMatrix>, IWriter<MatrixDiff>
{
    private static readonly DotFormat Dot = new();

    public override string Name => name;

    public override string Description => "a picture";

    public override MatchExtras Needs => Dot.Needs;

    public override bool IsBinary =>
        name is not ("svg" or "plain" or "plain-ext" or "xdot" or "json0" or "canon" or "imap");

    public Task WriteAsync(Matrix content, Stream output, FormatOptions options, CancellationToken cancel) =>
        DrawAsync((input, token) => Dot.WriteAsync(content, input, options, token), output, options, cancel);

    public Task WriteAsync(GroupedMatrix content, Stream output, FormatOptions options, CancellationToken cancel) =>
        DrawAsync((input, token) => Dot.WriteAsync(content, input, options, token), output, options, cancel);

    public Task WriteAsync(MatrixDiff content, Stream output, FormatOptions options, CancellationToken cancel) =>
        DrawAsync((input, token) => Dot.WriteAsync(content, input, options, token), output, options, cancel);

    private Task DrawAsync(
        Func<Stream, CancellationToken, Task> write,
        Stream output,
        FormatOptions options,
        CancellationToken cancel
    ) => Graphviz.DrawAsync(options.Graphviz, name, options.Engine, write, output, cancel);
}
