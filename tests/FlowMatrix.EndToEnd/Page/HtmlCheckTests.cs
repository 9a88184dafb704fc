using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.EndToEnd.Page;

/// <summary>The page of a policy check shows rows that no rule allows in every view, and the rules.</summary>
[Trait("Needs", "Chromium")]
public sealed class HtmlCheckTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private const string Policy = """
        allow:
          - reason: all but the bus and the name server
            not:
              to-port: [5672, 53]
          - reason: the bus, <b>until</b> it is gone
            owner: bus@example.com
            expires: 2020-01-31
            to-port: 5672
          - reason: nobody needs it
            to-port: 9999
        require:
          - reason: the time must be right
            to-port: 123
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_view_shows_the_rows_that_no_rule_allows()
    {
        await using var open = await browser.OpenAsync(await PageAsync(Policy, 1));

        Assert.Equal(
            ["✓ 17 allowed", "✗ 12 not allowed"],
            await open.Page.Locator("#marks .kind").AllTextContentsAsync()
        );
        Assert.Contains("violations", await open.Page.TextContentAsync("#marks-summary"));
        Assert.Contains(
            "✗ :53/udp",
            await open.RunAsync<string[]>("() => mapPicture.cy.edges('.mark-denied').map(edge => edge.data('ports'))")
        );
        await open.ShootAsync("check-map");
        await open.Page.ClickAsync("#tab-matrix");
        Assert.Equal(
            12,
            await open.RunAsync<int>(
                "() => [...heat.cells.values()].filter(cell => markOf(cell.rows).sign === '✗').length"
            )
        );
        await open.ShootAsync("check-matrix");
        foreach (var view in new[] { "chord", "sankey" })
        {
            await open.Page.ClickAsync($"#tab-{view}");
            await open.DrawnAsync(view);
            Assert.All(
                await open.Page.Locator($"#{view} text.sign").AllTextContentsAsync(),
                sign => Assert.StartsWith("✗", sign)
            );
            await open.ShootAsync($"check-{view}");
        }

        await open.Page.ClickAsync("#tab-table");
        await open.FilterAsync("check:not port:53", "1 of 29 rows");
        Assert.Equal(
            ["✗ not allowed ", "no rule allows it"],
            (await open.Page.Locator("#table [data-index] .td").AllTextContentsAsync()).Take(2)
        );
        await open.FilterAsync("port:5672", "11 of 29 rows");
        Assert.Contains("until 2020-01-31", await open.Page.Locator("#table .td.why").First.TextContentAsync());
        open.AssertQuiet();
    }

    [Fact]
    public async Task The_rules_are_listed_with_their_results()
    {
        await using var open = await browser.OpenAsync(await PageAsync(Policy, 1), "view=rules");

        var rules = await open.Page.Locator(".rules tbody tr").AllInnerTextsAsync();
        Assert.Equal(["✗ missing", "! expired", "? unused", "✓ met"], rules.Select(rule => rule.Split('\t')[0]));
        Assert.Contains("the bus, <b>until</b> it is gone\tbus@example.com\t2020-01-31", rules[1]);
        Assert.Equal(
            ["state: ! expired", "kind: allow", "rows: 11", "rule: to-port: 5672"],
            (await open.Page.Locator(".rules th").AllInnerTextsAsync())
                .Zip(rules[1].Split('\t'), (heading, cell) => $"{heading}: {cell}")
                .Take(4)
        );
        await open.ShootAsync("check-rules");
        open.AssertQuiet();
    }

    [Fact]
    public async Task The_page_of_a_failed_check_reports_the_reason()
    {
        await using var open = await browser.OpenAsync(
            await PageAsync("allow:\n  - color: <img src=x onerror=alert(1)>\n", 2)
        );

        Assert.Contains("The policy could not be checked", await open.Page.TextContentAsync("#marks"));
        Assert.Contains("color", await open.Page.TextContentAsync("#marks"));
        Assert.False(await open.Page.IsVisibleAsync("#tabs"));
        await open.ShootAsync("check-failed");
        open.AssertQuiet();
    }

    private async Task<string> PageAsync(string policy, int exitCode)
    {
        var path = _folder.PathOf("check.html");
        var run = await Run.WithAsync(
            "check",
            "--input",
            Sample.Estate,
            "--policy",
            _folder.Write("flows.yaml", policy),
            "--report",
            $"html={path}"
        );
        Assert.Equal(exitCode, run.ExitCode);
        return path;
    }
}
