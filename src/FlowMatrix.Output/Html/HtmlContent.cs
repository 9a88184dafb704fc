using System.Text;
using System.Text.Json;

namespace FlowMatrix.Output.Html;

/// <summary>A page: its rows, and a mark for each.</summary>
/// <param name="Marks">Null for a page without marks.</param>
internal sealed record HtmlContent(HtmlRows Rows, HtmlMarks? Marks)
{
    private const string Page = "page.html";
    private const string Data = "data";

    /// <summary>Writes properties into the data of the page, for views that not every page has.</summary>
    public Action<Utf8JsonWriter> WriteMore { get; init; } = _ => { };

    /// <summary>Writes all of it; the stream stays open.</summary>
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
