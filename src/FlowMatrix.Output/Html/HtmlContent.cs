using System.Text;
using System.Text.Json;

namespace FlowMatrix.Output.Html;

/// <summary>
/// The content of a web page, and the step that writes the page: <see cref="HtmlTemplate"/> with the data of
/// <see cref="HtmlData"/> in it. The script in Web/app/ builds all views from this data in the browser.
/// </summary>
/// <param name="Marks">The mark of each row in a comparison or a check; null for a page without marks.</param>
internal sealed record HtmlContent(HtmlRows Rows, HtmlMarks? Marks)
{
    private const string Page = "page.html";
    private const string Data = "data";

    /// <summary>Writes further properties into the JSON data of the page, such as the rules of a check.</summary>
    public Action<Utf8JsonWriter> WriteMore { get; init; } = _ => { };

    /// <summary>Writes the whole page. The stream stays open.</summary>
    public void Write(Stream output, CancellationToken cancel)
    {
        var template = HtmlTemplate.Read(Page);
        using var html = new StreamWriter(output, new UTF8Encoding(false), 64 * 1024, leaveOpen: true);
        foreach (var part in template.Parts)
        {
            cancel.ThrowIfCancellationRequested();
            if (part.Placeholder == Data)
            {
                html.Flush();
                HtmlData.Write(this, output, cancel);
            }
            else
            {
                html.Write(part.Text);
            }
        }
    }
}
