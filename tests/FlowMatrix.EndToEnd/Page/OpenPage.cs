using Microsoft.Playwright;

namespace FlowMatrix.EndToEnd.Page;

/// <summary>A page in the browser, with its console messages, errors, dialogs and requests.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly List<string> _trouble = [];
    private readonly List<string> _requests = [];

    public OpenPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) => _trouble.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => _trouble.Add(error);
        page.Dialog += (_, dialog) => _trouble.Add($"dialog: {dialog.Message}");
        page.Request += (_, request) => _requests.Add(request.Url);
    }

    public IPage Page { get; }

    public ILocator Found => Page.Locator("#found");

    public Task DrawnAsync(string view = "") =>
        Page.WaitForFunctionAsync(
            "view => view ? document.documentElement.dataset.drawn === view : document.documentElement.dataset.drawn",
            view
        );

    public Task<T> RunAsync<T>(string script, object? argument = null) => Page.EvaluateAsync<T>(script, argument);

    /// <summary>Types into the filter and waits until the page shows this number of rows.</summary>
    public async Task FilterAsync(string filter, string expectedCount)
    {
        await Page.FillAsync("#search", filter);
        await Page.WaitForFunctionAsync("text => document.getElementById('found').textContent === text", expectedCount);
    }

    public async Task ShootAsync(string name) =>
        await Page.ScreenshotAsync(
            new() { Path = Path.Combine(Browser.Output, $"{name}.png"), Animations = ScreenshotAnimations.Disabled }
        );

    /// <summary>
    /// Asserts that there were no messages, errors and dialogs, and no request but the one for the page itself.
    /// </summary>
    public void AssertQuiet()
    {
        Assert.Empty(_trouble);
        var request = Assert.Single(_requests);
        Assert.StartsWith("file:", request);
    }

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
