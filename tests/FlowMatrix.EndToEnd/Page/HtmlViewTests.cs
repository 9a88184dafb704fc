using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.EndToEnd.Page;

/// <summary>Every view of the page in a real browser; screenshots are left in artifacts/screenshots.</summary>
[Trait("Needs", "Chromium")]
public sealed class HtmlViewTests(Browser browser) : IClassFixture<Browser>
{
    private const string TwoFrames =
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))";

    [Theory]
    [InlineData(30)]
    [InlineData(300)]
    [InlineData(3_000)]
    public async Task Every_view_is_drawn_without_an_error_or_a_request(int rows)
    {
        await using var open = await browser.OpenAsync(GeneratedPage.Write(rows));
        foreach (
            var (view, drawing) in new[]
            {
                ("map", "#map canvas"),
                ("matrix", "#heat canvas"),
                ("chord", "#chord .ribbon"),
                ("sankey", "#sankey .band"),
                ("table", "#table [data-index]"),
            }
        )
        {
            await open.Page.ClickAsync($"#tab-{view}");
            await open.DrawnAsync(view);
            Assert.True(await open.Page.Locator(drawing).CountAsync() > 0, view);
            await open.RunAsync<double>(TwoFrames);
            await open.ShootAsync($"{view}-{rows.ToString(CultureInfo.InvariantCulture)}");
        }

        open.AssertQuiet();
    }

    [Fact]
    public async Task The_matrix_is_drawn_with_more_cells_than_a_call_may_have_arguments()
    {
        await using var open = await browser.OpenAsync(GeneratedPage.Write(150_000), "view=matrix");

        Assert.True(await open.RunAsync<int>("() => heat.cells.size") > 125_000);
        open.AssertQuiet();
    }

    [Fact]
    public async Task A_chord_diagram_without_marks_has_no_signs()
    {
        await using var open = await browser.OpenAsync(GeneratedPage.Write(30), "view=chord");

        Assert.Equal("", await open.Page.TextContentAsync("#chord > g[aria-hidden]"));
        open.AssertQuiet();
    }

    [Fact]
    public async Task Dark_colours_are_drawn_as_well()
    {
        await using var open = await browser.OpenAsync(GeneratedPage.Write(30), "theme=dark");

        await open.ShootAsync("map-30-dark");
        await open.Page.ClickAsync("#tab-matrix");
        await open.ShootAsync("matrix-30-dark");

        Assert.Equal("dark", await open.RunAsync<string>("() => document.documentElement.dataset.scheme"));
        open.AssertQuiet();
    }

    [Fact]
    public async Task A_large_map_shows_closed_hosts_and_how_many_arrows_are_left_out()
    {
        await using var open = await browser.OpenAsync(GeneratedPage.Write(20_000));

        Assert.True(await open.RunAsync<bool>("() => mapPicture.model.places.every(place => !place.open)"));
        Assert.True(await open.Page.IsDisabledAsync("#open-all"));
        Assert.Contains("thinnest arrows are not drawn", await open.Page.TextContentAsync("#map-note"));
        Assert.True(await open.RunAsync<int>("() => mapPicture.cy.edges().length") <= 1_200);
        await open.ShootAsync("map-20000");
        open.AssertQuiet();
    }

    [Fact]
    public async Task A_map_of_too_many_hosts_asks_for_a_filter()
    {
        using var folder = new TemporaryFolder();
        var rows = Enumerable
            .Range(0, 3_001)
            .Select(i =>
                $"TCP,host-{i},10.0.{i / 250}.{i % 250},22,/usr/sbin/sshd,sshd,host-0,10.0.0.0,/usr/bin/ssh,ssh"
            );
        var matrix = folder.Write(
            "matrix.csv",
            $"{string.Join('\n', rows.Prepend(string.Join(',', RowFields.Key)))}\n"
        );
        (await Run.WithAsync("-i", matrix, "-o", folder.PathOf("page.html"))).Succeeded();
        await using var open = await browser.OpenAsync(folder.PathOf("page.html"));

        Assert.Contains("3,001 hosts are too many", await open.Page.TextContentAsync("#map-note"));
        await open.Page.FillAsync("#search", "host:host-1");
        await open.Page.WaitForSelectorAsync("#map canvas");
        open.AssertQuiet();
    }

    [Fact]
    public async Task Hosts_open_and_close_and_a_process_shows_only_its_neighbours()
    {
        await using var open = await browser.OpenAsync(GeneratedPage.Write(300));
        Assert.Equal(0, await open.RunAsync<int>("() => mapPicture.cy.nodes('.process').length"));

        await open.Page.ClickAsync("#open-all");
        var processes = await open.RunAsync<int>("() => mapPicture.cy.nodes('.process').length");
        Assert.True(processes > 50);

        await open.RunAsync<object>("() => mapPicture.cy.nodes('.process.serves')[0].emit('tap')");
        var near = await open.RunAsync<int>("() => mapPicture.cy.nodes('.process').length");
        Assert.InRange(near, 2, processes - 1);
        Assert.Contains("focus=", open.Page.Url);
        await open.ShootAsync("map-300-focus");

        await open.Page.ClickAsync(".focus-tools .choice button:nth-of-type(2)");
        Assert.True(await open.RunAsync<int>("() => mapPicture.cy.nodes('.process').length") > near);
        await open.Page.ClickAsync("#unfocus");
        await open.Page.ClickAsync("#close-all");
        Assert.Equal(0, await open.RunAsync<int>("() => mapPicture.cy.nodes('.process').length"));
        open.AssertQuiet();
    }

    [Fact]
    public async Task The_map_can_be_used_with_the_keyboard()
    {
        await using var open = await browser.OpenAsync(GeneratedPage.Write(30));
        await open.Page.FocusAsync("#map");

        await open.Page.Keyboard.PressAsync("ArrowRight");
        await open.Page.Keyboard.PressAsync("ArrowDown");
        Assert.Contains("arrow", await open.Page.TextContentAsync("#announcement"));
        await open.Page.Keyboard.PressAsync("Enter");

        Assert.Contains("focus=", open.Page.Url);
        await open.Page.Keyboard.PressAsync("Escape");
        await open.Page.Keyboard.PressAsync("Escape");
        Assert.DoesNotContain("focus=", open.Page.Url);
        open.AssertQuiet();
    }

    [Fact]
    public async Task The_heat_map_can_be_used_with_the_keyboard()
    {
        await using var open = await browser.OpenAsync(
            GeneratedPage.Write(300),
            "view=matrix&level=host&order=connections"
        );
        await open.Page.FocusAsync("#heat");

        await open.Page.Keyboard.PressAsync("ArrowRight");
        await open.Page.Keyboard.PressAsync("Control+ArrowRight");
        Assert.Matches("→ .*: [0-9,]+ connection", await open.Page.TextContentAsync("#announcement"));
        await open.Page.Keyboard.PressAsync("Enter");

        Assert.True(await open.Page.IsVisibleAsync("#selection"));
        await open.ShootAsync("matrix-300-selected");
        open.AssertQuiet();
    }
}
