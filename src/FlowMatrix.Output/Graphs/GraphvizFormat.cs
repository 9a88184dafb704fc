using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Graphs;

/// <summary>A picture that Graphviz draws from the graph of <see cref="DotFormat"/>.</summary>
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

    private async Task DrawAsync(
        Func<Stream, CancellationToken, Task> write,
        Stream output,
        FormatOptions options,
        CancellationToken cancel
    )
    {
        if (name != "pdf")
        {
            await Graphviz.DrawAsync(options.Graphviz, name, options.Engine, write, output, cancel);
            return;
        }

        using var pdf = new MemoryStream();
        await Graphviz.DrawAsync(options.Graphviz, name, options.Engine, write, pdf, cancel);
        SetCreationDate(pdf.GetBuffer().AsSpan(0, (int)pdf.Length));
        pdf.Position = 0;
        await pdf.CopyToAsync(output, cancel);
    }

    /// <summary>
    /// Overwrites the time of drawing, so that the same matrix gives the same bytes. Newer versions of Graphviz read it
    /// from SOURCE_DATE_EPOCH, older ones do not.
    /// </summary>
    private static void SetCreationDate(Span<byte> pdf)
    {
        var key = "/CreationDate (D:"u8;
        var date = "19700101000000"u8;
        var start = pdf.LastIndexOf(key);
        if (start >= 0 && pdf.Length >= start + key.Length + date.Length)
        {
            date.CopyTo(pdf[(start + key.Length)..]);
        }
    }
}
