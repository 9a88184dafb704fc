using FlowMatrix.Core.Model;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.EndToEnd.Page;

/// <summary>The filter of all views, links to a view, and saving rows as CSV.</summary>
[Trait("Needs", "Chromium")]
public sealed class HtmlFilterTests(Browser browser) : IClassFixture<Browser>
{
    private static Matrix Sample => Recorded.Match("hosts.json", "addresses.json");

    [Fact]
    public async Task The_filter_narrows_every_view()
    {
        await using var open = await browser.OpenAsync(GeneratedPage.Write(Sample, "sample"));

        await open.FilterAsync("port:3306", "5 of 29 rows");
        Assert.Equal(6, await open.RunAsync<int>("() => mapPicture.cy.nodes('.process').length"));
        await open.FilterAsync("port:3306 -client:uwsgi", "4 of 29 rows");
        await open.FilterAsync("mariadb cinder", "2 of 29 rows");
        await open.Page.ClickAsync("#tab-table");
        Assert.Equal(2, await open.Page.Locator("#table [data-index]").CountAsync());
        await open.FilterAsync("nothing-of-that-name", "0 of 29 rows");
        foreach (var view in new[] { "map", "matrix", "chord", "sankey", "table" })
        {
            await open.Page.ClickAsync($"#tab-{view}");
            await open.DrawnAsync(view);
        }

        open.AssertQuiet();
    }

    [Fact]
    public async Task A_link_shows_the_same_view_and_filter()
    {
        var path = GeneratedPage.Write(Sample, "sample");
        await using var first = await browser.OpenAsync(path);
        await first.Page.ClickAsync("#tab-table");
        await first.Page.ClickAsync("[data-sort=client_name]");
        await first.FilterAsync("beam", "12 of 29 rows");
        var shown = await first.Page.Locator("#table [data-index]").AllTextContentsAsync();

        await using var second = await browser.OpenAsync(path, new Uri(first.Page.Url).Fragment[1..]);

        Assert.Equal(shown, await second.Page.Locator("#table [data-index]").AllTextContentsAsync());
        Assert.Equal("beam", await second.Page.InputValueAsync("#search"));
        await second.Page.ClickAsync("#tab-map");
        await second.Page.GoBackAsync();
        await second.DrawnAsync("table");
        second.AssertQuiet();
    }

    [Theory]
    [InlineData("view=constructor", "map")]
    [InlineData("view=rules", "map")]
    [InlineData("view=matrix&level=constructor&order=__proto__", "matrix")]
    [InlineData("view=sankey&by=toString", "sankey")]
    [InlineData("view=table&sort=constructor&theme=constructor&show=constructor", "table")]
    [InlineData("open=%25,host&steps=1e9&focus=constructor", "map")]
    [InlineData("q=constructor:x+__proto__:", "map")]
    public async Task Invalid_words_in_a_link_are_ignored(string hash, string view)
    {
        await using var open = await browser.OpenAsync(GeneratedPage.Write(Sample, "sample"), hash);

        await open.DrawnAsync(view);

        Assert.Equal("true", await open.Page.GetAttributeAsync($"#tab-{view}", "aria-selected"));
        Assert.Equal("◐ Auto", await open.Page.TextContentAsync("#theme"));
        open.AssertQuiet();
    }

    [Fact]
    public async Task Selected_rows_are_saved_as_the_CSV_that_the_tool_writes()
    {
        await using var open = await browser.OpenAsync(GeneratedPage.Write(Sample, "sample"), "view=table");
        await open.Page.ClickAsync("#row-0");
        await open.Page.ClickAsync("#row-2", new() { Modifiers = [Microsoft.Playwright.KeyboardModifier.Shift] });

        var download = await open.Page.RunAndWaitForDownloadAsync(() => open.Page.ClickAsync("#save-csv"));

        var lines = await File.ReadAllLinesAsync(await download.PathAsync());
        Assert.Equal(4, lines.Length);
        Assert.StartsWith(
            "protocol,service_host,service_address,service_port,service_path,service_name,client_host",
            lines[0]
        );
        Assert.StartsWith("TCP,vm-1,10.0.0.15,2379,/usr/bin/etcd,etcd,vm-1,10.0.0.15,", lines[1]);
        Assert.Contains("3 rows", await open.Page.TextContentAsync("#selection"));
    }

    [Fact]
    public async Task Of_twenty_thousand_rows_only_those_in_sight_are_in_the_document()
    {
        await using var open = await browser.OpenAsync(GeneratedPage.Write(20_000), "view=table");

        await open.Page.FocusAsync("#table");
        await open.Page.Keyboard.PressAsync("End");
        await open.Page.WaitForSelectorAsync("#row-19999");

        Assert.True(await open.Page.Locator("#table [data-index]").CountAsync() < 100);
        open.AssertQuiet();
    }
}
