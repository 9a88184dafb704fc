using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Html;

/// <summary>
/// An interactive page in one file, for people who do not have the tool. It holds the matrix and the script that shows
/// it, and loads nothing from any network. The page is assembled from the files in Web/.
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
