using FlowMatrix.Testing;
using Microsoft.Playwright;

namespace FlowMatrix.EndToEnd.Page;

/// <summary>One headless Chromium for all tests of a class; eng/setup.sh installs it.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
        "--no-first-run",
    ];

    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    /// <summary>The folder where screenshots and pages are left.</summary>
    public static string Output { get; } =
        Directory.CreateDirectory(Path.Combine(Repository.Folder, "artifacts", "screenshots")).FullName;

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = "/usr/bin/chromium",
                Args = Arguments,
                Timeout = 60_000,
            }
        );
    }

    public async Task DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    /// <summary>Opens the page in a new window and waits until it is drawn.</summary>
    /// <param name="hash">The fragment of its address, after the #.</param>
    internal async Task<OpenPage> OpenAsync(string path, string hash = "", int width = 1360, int height = 820)
    {
        var page = await _browser.NewPageAsync(
            new()
            {
                ViewportSize = new() { Width = width, Height = height },
                AcceptDownloads = true,
            }
        );
        page.SetDefaultTimeout(20_000);
        var open = new OpenPage(page);
        await page.GotoAsync($"{new Uri(path)}#{hash}");
        await open.DrawnAsync();
        return open;
    }

    /// <summary>The path of a file that eng/fetch-test-tools.sh has fetched.</summary>
    public static string TestTool(string path) => Path.Combine(Repository.Folder, "artifacts", "test-tools", path);

    /// <summary>An empty page.</summary>
    public async Task<IPage> BlankAsync() => await _browser.NewPageAsync();
}
