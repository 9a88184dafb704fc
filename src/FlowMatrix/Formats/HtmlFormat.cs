using System.Text;
using FlowMatrix.Matrices;

namespace FlowMatrix.Formats;

/// <summary>
/// One file for people who never ran the tool: the matrix and the program that shows it, in a page that asks nothing
/// of any network. The page itself is made of the files in Web/.
/// </summary>
internal sealed class HtmlFormat : Format
{
    private const string Page = "page.html";
    private const string Data = "data";

    public override string Name => "html";

    public override string Description => "a page to explore, in one file";

    public override IReadOnlyList<string> Extensions => [".html", ".htm"];

    protected internal override void Write(
        Matrix matrix, Stream output, FormatOptions options, CancellationToken cancel)
    {
        var template = HtmlTemplate.Read(Page);
        using var html = new StreamWriter(output, new UTF8Encoding(false), 64 * 1024, leaveOpen: true);
        foreach (var part in template.Parts)
        {
            cancel.ThrowIfCancellationRequested();
            if (part.Placeholder == Data)
            {
                html.Flush();
                HtmlData.Write(matrix, output, cancel);
            }
            else
            {
                html.Write(part.Text);
            }
        }
    }
}
