using System.Text.Json;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.EndToEnd.Page;

/// <summary>axe-core finds no violation of WCAG 2 A and AA in any view, light and dark.</summary>
[Trait("Needs", "Chromium")]
public sealed class HtmlAccessibilityTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private const string Check = """
        async () => {
          const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
          const found = await axe.run(document, { runOnly });
          const place = node => `${node.html} (${node.failureSummary})`;
          const places = rule => rule.nodes.slice(0, 3).map(place).join(' | ');
          return JSON.stringify({
            passes: found.passes.map(rule => rule.id),
            violations: found.violations.map(rule => `${rule.id}: ${rule.help}: ${places(rule)}`),
          });
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task The_page_of_a_matrix_is_accessible(string theme) =>
        await CheckViewsAsync(
            GeneratedPage.Write(Recorded.Match("hosts.json", "addresses.json"), "sample"),
            theme,
            "map",
            "matrix",
            "chord",
            "sankey",
            "table"
        );

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task The_page_of_a_comparison_is_accessible(string theme)
    {
        var before = _folder.PathOf("before.csv");
        await Run.OnSampleAsync("--not", "--port", "3306", "-o", before);
        await Run.OnSampleAsync("--not", "--port", "53", "--baseline", before, "-o", _folder.PathOf("page.html"));

        await CheckViewsAsync(_folder.PathOf("page.html"), theme, "map", "chord", "sankey", "table");
    }

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task The_page_of_a_check_is_accessible(string theme)
    {
        var policy = _folder.Write(
            "flows.yaml",
            "allow:\n  - reason: web\n    to-port: 3306\n  - reason: old\n    expires: 2020-01-01\n"
                + "    to-port: 53\nrequire:\n  - reason: time\n    to-port: 123\n"
        );
        await Run.WithAsync(
            "check",
            "-i",
            Sample.Estate,
            "-p",
            policy,
            "--report",
            $"html={_folder.PathOf("page.html")}"
        );

        await CheckViewsAsync(_folder.PathOf("page.html"), theme, "table", "rules", "sankey");
    }

    /// <summary>Checks each view, a selection, and the dialog.</summary>
    private async Task CheckViewsAsync(string path, string theme, params string[] views)
    {
        await using var open = await browser.OpenAsync(path, $"view={views[0]}&theme={theme}");
        await open.RunAsync<object>(await File.ReadAllTextAsync(Browser.TestTool("axe-core/axe.min.js")));
        foreach (var view in views)
        {
            await open.Page.ClickAsync($"#tab-{view}");
            await open.DrawnAsync(view);
            await AssertAccessibleAsync(open, $"{view}, {theme}");
            if (view is "sankey" or "table")
            {
                await open.Page.Locator(view == "table" ? "#row-0" : "#sankey .band").First.DispatchEventAsync("click");
                await AssertAccessibleAsync(open, $"{view} with a selection, {theme}");
                await open.Page.Keyboard.PressAsync("Escape");
            }
        }

        await open.Page.ClickAsync("#about");
        await AssertAccessibleAsync(open, $"about, {theme}");
    }

    private static async Task AssertAccessibleAsync(OpenPage open, string where)
    {
        var found = JsonDocument.Parse(await open.RunAsync<string>(Check)).RootElement;
        Assert.True(
            found.GetProperty("violations").GetArrayLength() == 0,
            $"{where}: {found.GetProperty("violations")}"
        );
        Assert.Contains(
            "color-contrast",
            found.GetProperty("passes").EnumerateArray().Select(rule => rule.GetString())
        );
    }
}
