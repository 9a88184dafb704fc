using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.EndToEnd.Page;

/// <summary>The page of a comparison marks added, removed and changed rows in every view.</summary>
[Trait("Needs", "Chromium")]
public sealed class HtmlChangeTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private const string Header =
        "protocol,service_host,service_address,service_port,service_path,service_name,client_host,"
        + "client_address,client_path,client_name\n";

    private const string Stays = "TCP,db,10.0.0.1,3306,/usr/sbin/mysqld,mysqld,web,10.0.0.2,/usr/bin/php,php\n";
    private const string Goes = "TCP,db,10.0.0.1,22,/usr/sbin/sshd,sshd,admin,10.0.0.9,/usr/bin/ssh,ssh\n";
    private const string Comes = "UDP,db,10.0.0.1,53,/usr/sbin/named,named,web,10.0.0.2,/usr/bin/dig,dig\n";
    private const string Moves = "TCP,db,10.0.0.1,6379,/usr/bin/redis,redis,web,10.0.0.2,/usr/bin/php,php\n";

    private const string Moved = "TCP,db,10.0.0.7,6379,/usr/bin/redis,redis,web,10.0.0.2,/opt/php,php\n";
    private const string Before = Stays + Goes + Moves;
    private const string After = Stays + Comes + Moved;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_view_shows_what_was_added_removed_and_changed()
    {
        await using var open = await browser.OpenAsync(await PageAsync());

        Assert.Equal(
            ["= 1 unchanged", "+ 1 added", "− 1 removed", "~ 1 changed"],
            await open.Page.Locator("#marks .kind").AllTextContentsAsync()
        );
        Assert.Equal(
            ["+ :53/udp", "~ :6379", "− :22"],
            await open.RunAsync<string[]>("() => mapPicture.cy.edges('.marked').map(edge => edge.data('ports')).sort()")
        );
        Assert.Equal(
            "dashed",
            await open.RunAsync<string>("() => mapPicture.cy.edges('.mark-removed').style('line-style')")
        );
        Assert.Contains(
            "− sshd",
            await open.RunAsync<string[]>(
                "() => mapPicture.cy.nodes('.mark-removed').map(node => node.data('label').split('\\n')[0])"
            )
        );
        await open.ShootAsync("change-map");

        await open.Page.ClickAsync("#tab-matrix");
        await open.DrawnAsync("matrix");
        Assert.Equal(
            ["+", "~", "−"],
            await open.RunAsync<string[]>(
                "() => [...heat.cells.values()].map(cell => markOf(cell.rows).sign).filter(sign => sign).sort()"
            )
        );
        await open.ShootAsync("change-matrix");

        foreach (var (view, shape) in new[] { ("chord", ".ribbon"), ("sankey", ".band") })
        {
            await open.Page.ClickAsync($"#tab-{view}");
            await open.DrawnAsync(view);
            Assert.Equal(
                ["+", "~", "−"],
                (await open.Page.Locator($"#{view} text.sign").AllTextContentsAsync()).Order(StringComparer.Ordinal)
            );
            Assert.Contains(
                "1 removed",
                await open.Page.GetAttributeAsync($"#{view} {shape}.mark-removed", "aria-label")
            );
            Assert.NotEqual(
                "none",
                await open.RunAsync<string>(
                    "shape => getComputedStyle(document.querySelector(shape)).strokeDasharray",
                    $"{shape}.mark-removed"
                )
            );
            await open.ShootAsync($"change-{view}");
        }

        await open.Page.ClickAsync("#tab-table");
        await open.DrawnAsync("table");
        Assert.Equal(
            ["− removed ", "= unchanged ", "~ changed ", "+ added "],
            await open.Page.Locator("#table .td.change").AllTextContentsAsync()
        );
        await open.ShootAsync("change-table");
        open.AssertQuiet();
    }

    [Fact]
    public async Task A_changed_row_shows_what_it_was_and_what_it_is()
    {
        await using var open = await browser.OpenAsync(await PageAsync(), "view=table&show=changed");

        var cells = await open.Page.Locator("#table [data-index] .td").AllTextContentsAsync();
        Assert.Equal(
            ["~ changed ", "service address 10.0.0.1; client path /usr/bin/php", "TCP", "db", "10.0.0.7"],
            cells.Take(5)
        );
        await open.Page.ClickAsync("#row-0");
        Assert.Contains(
            "was service address 10.0.0.1; client path /usr/bin/php",
            await open.Page.TextContentAsync("#selection")
        );
        open.AssertQuiet();
    }

    [Fact]
    public async Task The_kinds_of_change_are_a_filter_that_a_link_keeps()
    {
        var path = await PageAsync();
        await using var first = await browser.OpenAsync(path);
        await first.Page.ClickAsync("[data-kind=same]");
        await first.Page.ClickAsync("[data-kind=added]");
        Assert.Equal("2 of 4 rows", await first.Found.TextContentAsync());
        await first.FilterAsync("change:removed", "1 of 4 rows");

        await using var second = await browser.OpenAsync(path, new Uri(first.Page.Url).Fragment[1..]);

        Assert.Equal("1 of 4 rows", await second.Found.TextContentAsync());
        Assert.Equal("false", await second.Page.GetAttributeAsync("[data-kind=added]", "aria-pressed"));
        Assert.Equal("true", await second.Page.GetAttributeAsync("[data-kind=changed]", "aria-pressed"));
        second.AssertQuiet();
    }

    [Fact]
    public async Task A_large_comparison_shows_only_the_differences_at_first()
    {
        var rows = string.Concat(
            Enumerable
                .Range(1, 300)
                .Select(i =>
                    Stays
                        .Replace("10.0.0.2,", $"10.0.1.{i % 250},", StringComparison.Ordinal)
                        .Replace(",web,", $",web{i},", StringComparison.Ordinal)
                )
        );
        await using var open = await browser.OpenAsync(await PageAsync(rows + Goes, rows + Comes));

        Assert.Equal("2 of 302 rows", await open.Found.TextContentAsync());
        await open.Page.ClickAsync("[data-kind=same]");
        Assert.Equal("302 rows", await open.Found.TextContentAsync());
        open.AssertQuiet();
    }

    [Fact]
    public async Task Rows_are_saved_as_the_csv_of_the_comparison()
    {
        const string More = """
            TCP,db,10.0.0.1,8082,/usr/bin/skydive,skydive,web,10.0.0.2,/usr/bin/agent,agent
            TCP,db,10.0.0.1,8082,/usr/bin/skydive,skydive,web,10.0.0.3,/usr/bin/agent,agent
            UDP,db,10.0.0.1,8082,/usr/bin/skydive,skydive,web,10.0.0.2,/usr/bin/agent,agent
            TCP,db,10.0.0.1,22,/usr/bin/skydive,skydive,web,10.0.0.2,/usr/bin/agent,agent
            TCP,db,10.0.0.1,23,=1+2,"=HYPERLINK(""x"",1)",-web,10.0.0.2,+a,@agent
            TCP,db,10.0.0.1,24,'quoted,＝1,'=web,10.0.0.2,＠a,－b

            """;
        await AssertSavesAsTheToolAsync(Before, After + More);
        await AssertSavesAsTheToolAsync(
            Before,
            After + More,
            "--key",
            "service_host,service_name,client_host,client_name"
        );
        await AssertSavesAsTheToolAsync(Before + More, After, "--key", "service_port,client_name");
    }

    [Fact]
    public async Task Rows_of_recorded_estates_are_saved_as_csv_too()
    {
        var rows = _folder.PathOf("page.html");
        string[] compare = ["--baseline", Sample.Estate, "--baseline-key", "service_name,client_host"];
        await AssertSavesAsTheToolAsync(
            rows,
            ["-i", Sample.Estate, "-i", Sample.Flows, "--alias", @"vm-2=vm-1", .. compare]
        );
    }

    private async Task AssertSavesAsTheToolAsync(string before, string after, params string[] more) =>
        await AssertSavesAsTheToolAsync(
            _folder.PathOf("page.html"),
            ["diff", _folder.Write("before.csv", Header + before), _folder.Write("after.csv", Header + after), .. more]
        );

    private async Task AssertSavesAsTheToolAsync(string path, string[] compare)
    {
        var expected = await Run.WithAsync([
            .. compare,
            "-f",
            "csv",
            "--spreadsheet-safe",
            "--columns",
            "connections,match,direction,via",
        ]);
        Assert.Equal(1, expected.ExitCode);
        Assert.Equal(1, (await Run.WithAsync([.. compare, "-o", path])).ExitCode);
        await using var open = await browser.OpenAsync(path, "view=table&show=added%2Cremoved%2Cchanged");

        var download = await open.Page.RunAndWaitForDownloadAsync(() => open.Page.ClickAsync("#save-csv"));

        Assert.Equal(expected.Text, await File.ReadAllTextAsync(await download.PathAsync()));
    }

    private Task<string> PageAsync() => PageAsync(Before, After);

    private async Task<string> PageAsync(string before, string after)
    {
        var path = _folder.PathOf("changes.html");
        var run = await Run.WithAsync(
            "diff",
            _folder.Write("before.csv", Header + before),
            _folder.Write("after.csv", Header + after),
            "-o",
            path
        );
        Assert.Equal(1, run.ExitCode);
        return path;
    }
}
