using FlowMatrix.Testing;
using Microsoft.Playwright;

namespace FlowMatrix.EndToEnd.Page;

/// <summary>One headless Chromium for all tests of a class; eng/test.sh installs it.</summary>
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

    /// <summary>Where screenshots and pages are left to be looked at.</summary>
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

    /// <summary>The page in a new window, drawn.</summary>
    /// <param name="hash">What follows the # of its address.</param>
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

    /// <summary>What eng/fetch-test-tools.sh has fetched.</summary>
    public static string TestTool(string path) => Path.Combine(Repository.Folder, "artifacts", "test-tools", path);

    /// <summary>A window with nothing in it.</summary>
    public async Task<IPage> BlankAsync() => await _browser.NewPageAsync();
}
