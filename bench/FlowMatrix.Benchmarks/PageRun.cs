using System.Globalization;
using FlowMatrix.Testing.Estates;
using Microsoft.Playwright;

namespace FlowMatrix.Benchmarks;

/// <summary>
/// Measures the time from loading the page to the first picture, in Debian's Chromium: for each size and view several
/// loads, each in a new window.
/// </summary>
internal static class PageRun
{
    private const string PictureAt = """
        () => new Promise(done => {
          const look = () => document.documentElement.dataset.drawn
            ? requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())))
            : setTimeout(look, 1);
          look();
        })
        """;

    private static readonly int[] Sizes = [30, 300, 3_000, 20_000];
    private static readonly string[] Views = ["map", "matrix", "chord", "sankey", "table"];

    public static async Task RunAsync(int loads, TextWriter report)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu"] }
        );
        await report.WriteLineAsync(
            $"milliseconds to the first picture, median (longest) of {loads} loads, Chromium {browser.Version}"
        );
        await report.WriteLineAsync(
            $"{"rows".PadLeft(8)} {"page, KB".PadLeft(10)} {string.Concat(Views.Select(view => view.PadLeft(16)))}"
        );
        foreach (var rows in Sizes)
        {
            var bytes = GeneratedMatrix.Page(GeneratedMatrix.Create(rows));
            var path = Path.Combine(
                Path.GetTempPath(),
                $"flowmatrix-bench-{rows.ToString(CultureInfo.InvariantCulture)}.html"
            );
            await File.WriteAllBytesAsync(path, bytes);
            await report.WriteAsync($"{$"{rows}".PadLeft(8)} {$"{bytes.Length / 1024}".PadLeft(10)} ");
            foreach (var view in Views)
            {
                await LoadAsync(browser, path, view); // the file is in the cache then
                var times = new List<double>();
                for (var i = 0; i < loads; i++)
                {
                    times.Add(await LoadAsync(browser, path, view));
                }

                times.Sort();
                await report.WriteAsync($"{times[times.Count / 2]:0} ({times[^1]:0})".PadLeft(16));
            }

            await report.WriteLineAsync();
            File.Delete(path);
        }
    }

    private static async Task<double> LoadAsync(IBrowser browser, string path, string view)
    {
        var page = await browser.NewPageAsync(
            new()
            {
                ViewportSize = new() { Width = 1360, Height = 820 },
            }
        );
        await page.GotoAsync($"{new Uri(path)}#view={view}", new() { WaitUntil = WaitUntilState.Commit });
        var time = await page.EvaluateAsync<double>(PictureAt);
        await page.CloseAsync();
        return time;
    }
}
