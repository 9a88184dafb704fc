using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Html;

/// <summary>
/// One file for people who never ran the tool: the matrix and the program that shows it, in a page that asks nothing
/// of any network. The page itself is made of the files in Web/.
/// </summary>
internal sealed class HtmlFormat : Format, IWriter<Matrix>, IWriter<GroupedMatrix>, IWriter<MatrixDiff>
{
    public override string Name => "html";

    public override string Description => "an interactive page in one file";

    public override IReadOnlyList<string> Extensions => [".html", ".htm"];

    public Task WriteAsync(Matrix content, Stream output, FormatOptions options, CancellationToken cancel) =>
        WriteAsync(new HtmlContent(HtmlRows.From(content), Marks: null), output, cancel);

    public Task WriteAsync(GroupedMatrix content, Stream output, FormatOptions options, CancellationToken cancel) =>
        WriteAsync(new HtmlContent(HtmlRows.From(content), Marks: null), output, cancel);

    public Task WriteAsync(MatrixDiff content, Stream output, FormatOptions options, CancellationToken cancel) =>
        WriteAsync(new HtmlContent(HtmlRows.From(content), HtmlMarks.From(content)), output, cancel);

    private static Task WriteAsync(HtmlContent page, Stream output, CancellationToken cancel)
    {
        page.Write(output, cancel);
        return Task.CompletedTask;
    }
}
