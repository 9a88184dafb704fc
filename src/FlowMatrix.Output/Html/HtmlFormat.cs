using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Html;

/// <summary>
/// One file for people who never ran the tool: the matrix and the program that shows it, in a page that asks nothing
/// of any network. The page itself is made of the files in Web/.
/// </summary>
internal sealed class HtmlFormat : Format
{
    public override string Name => "html";

    public override string Description => "an interactive page in one file";

    public override IReadOnlyList<string> Extensions => [".html", ".htm"];

    protected internal override void Write(
        Matrix matrix,
        Stream output,
        FormatOptions options,
        CancellationToken cancel
    ) => new HtmlContent(matrix, HtmlMarks.FromDifferences(matrix)).Write(output, cancel);
}
