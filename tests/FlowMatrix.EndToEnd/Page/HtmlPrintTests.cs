using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;
using Microsoft.Playwright;

namespace FlowMatrix.EndToEnd.Page;

/// <summary>Each view as printed; the PDF files are left in artifacts/screenshots.</summary>
[Trait("Needs", "Chromium")]
public sealed class HtmlPrintTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("map", "#map-print")]
    [InlineData("matrix", ".heat canvas")]
    [InlineData("chord", "#chord")]
    [InlineData("sankey", "#sankey")]
    [InlineData("table", "#table")]
    public async Task A_view_is_printed_dark_on_white_without_its_tools(string view, string drawing)
    {
        await using var open = await browser.OpenAsync(
            GeneratedPage.Write(Recorded.Match("hosts.json", "addresses.json"), "sample"),
            $"view={view}&theme=dark"
        );

        // The page as it is while the browser prints it.
        await open.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await open.RunAsync<object>("() => dispatchEvent(new Event('beforeprint'))");
        Assert.False(await open.Page.Locator(".tools").First.IsVisibleAsync());
        Assert.True(await open.Page.IsVisibleAsync(drawing));
        Assert.Equal(
            "rgb(255, 255, 255)",
            await open.RunAsync<string>("() => getComputedStyle(document.body).backgroundColor")
        );
        await open.RunAsync<object>("() => dispatchEvent(new Event('afterprint'))");
        await open.Page.EmulateMediaAsync(new() { Media = Media.Null });

        await PrintAsync(open, view);
        Assert.Equal("dark", await open.RunAsync<string>("() => document.documentElement.dataset.scheme"));
        open.AssertQuiet();
    }

    [Fact]
    public async Task A_printed_comparison_keeps_its_counts_and_a_table_all_its_rows()
    {
        var before = _folder.PathOf("before.csv");
        await Run.OnSampleAsync("--not", "--port", "3306", "-o", before);
        await Run.OnSampleAsync("--not", "--port", "53", "--baseline", before, "-o", _folder.PathOf("page.html"));
        await using var open = await browser.OpenAsync(_folder.PathOf("page.html"), "view=table", height: 400);

        await open.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await open.RunAsync<object>("() => dispatchEvent(new Event('beforeprint'))");

        Assert.Equal(28, await open.Page.Locator("#table [data-index]").CountAsync());
        Assert.True(await open.Page.IsVisibleAsync("#marks"));
        await open.Page.EmulateMediaAsync(new() { Media = Media.Null });
        await PrintAsync(open, "change-table");
        open.AssertQuiet();
    }

    private static async Task PrintAsync(OpenPage open, string name) =>
        await open.Page.PdfAsync(
            new()
            {
                Path = Path.Combine(Browser.Output, $"print-{name}.pdf"),
                PreferCSSPageSize = true,
                PrintBackground = true,
            }
        );
}
