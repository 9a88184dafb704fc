using System.Text;
using System.Text.RegularExpressions;
using FlowMatrix.Core;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Core.Views;
using FlowMatrix.Sources.Skydive.Reading;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.EndToEnd.Page;

/// <summary>Names of processes and hosts are never run as code, and the page sends no requests.</summary>
[Trait("Needs", "Chromium")]
public sealed partial class HtmlSafetyTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly string[] Names =
    [
        "<img src=x onerror=alert(1)>",
        "</script><script>alert(2)</script>",
        "\"'><svg onload=alert(3)>",
        "<!--<script>",
        "javascript:alert(4)",
        "שלום\u200f\u202eabc",
        "line\u2028break",
        "${alert(5)}",
        "&lt;b&gt;",
        "__proto__",
        "constructor",
    ];

    [Fact]
    public async Task Hostile_names_stay_text_in_every_view()
    {
        await using var open = await browser.OpenAsync(GeneratedPage.Write(Hostile(), "hostile"), "view=table");

        var text = string.Concat(await open.Page.Locator("#table [data-index]").AllTextContentsAsync());
        Assert.All(
            Names.Where(name => name.All(c => c is >= ' ' and <= '~')),
            name => Assert.Contains(name, text, StringComparison.Ordinal)
        );
        Assert.Contains("\\u202eabc", text, StringComparison.Ordinal);
        foreach (var view in new[] { "map", "matrix", "chord", "sankey", "table" })
        {
            await open.Page.ClickAsync($"#tab-{view}");
            await open.DrawnAsync(view);
            await open.ShootAsync($"hostile-{view}");
        }

        await open.Page.ClickAsync("#select-all");
        Assert.Equal(
            0,
            await open
                .Page.Locator("#view img, #selection img, #view svg[onload], #view script, #selection script")
                .CountAsync()
        );
        open.AssertQuiet();
    }

    [Fact]
    public async Task The_content_security_policy_blocks_other_scripts_and_all_requests()
    {
        await using var open = await browser.OpenAsync(GeneratedPage.Write(Hostile(), "hostile"));

        var outcome = await open.RunAsync<string>(
            """
            async () => {
              const script = document.createElement('script');
              script.textContent = 'window.ran = true';
              document.body.append(script);
              const fetched = await fetch('http://127.0.0.1:9/').then(() => 'fetched', () => 'refused');
              return `${window.ran === true ? 'ran' : 'held'} ${fetched}`;
            }
            """
        );

        Assert.Equal("held refused", outcome);
    }

    [Fact]
    public void The_page_has_one_content_security_policy_with_hashes_only()
    {
        var html = Encoding.UTF8.GetString(GeneratedMatrix.Page(Hostile()));

        var policy = Assert.Single(Policy().Matches(html)).Groups[1].Value;
        Assert.StartsWith("default-src 'none'; script-src 'sha256-", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch(
            "<(link|img|iframe|object|embed)\\b|<script[^>]* src=|@import|url\\(",
            html.Split("<script>")[0]
        );
        Assert.Equal(html.Split("<script").Length, html.Split("</script>").Length + ScriptsNamedInTexts(html));
    }

    [Fact]
    public void The_same_matrix_gives_the_same_bytes()
    {
        var bytes = GeneratedMatrix.Page(GeneratedMatrix.Create(300));

        Assert.Equal(bytes, GeneratedMatrix.Page(GeneratedMatrix.Create(300)));
        Assert.True(bytes.Length < 1_500_000);
        Assert.Contains("Permission is hereby granted", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }

    /// <summary>Libraries contain the word in strings, where it opens or closes no element.</summary>
    private static int ScriptsNamedInTexts(string html) =>
        Regex.Count(html, "<script") - Regex.Count(html, "<script(>| type=)");

    private static Matrix Hostile()
    {
        List<SocketSpec> server =
        [
            new SocketSpec("TCP", "0.0.0.0", 80, "0.0.0.0", 0, "LISTEN", $"/srv/{Names[1]}", Names[1], 1),
        ];
        List<SocketSpec> client = [];
        for (var i = 0; i < Names.Length; i++)
        {
            server.Add(
                new SocketSpec(
                    "TCP",
                    "10.9.0.1",
                    80,
                    "10.9.0.2",
                    40000 + i,
                    "ESTABLISHED",
                    $"/srv/{Names[1]}",
                    Names[1],
                    1
                )
            );
            client.Add(
                new SocketSpec(
                    "TCP",
                    "10.9.0.2",
                    40000 + i,
                    "10.9.0.1",
                    80,
                    "ESTABLISHED",
                    $"/opt/{Names[i]}",
                    Names[i],
                    2
                )
            );
        }

        var estate = new EstateSpec(
            [new HostSpec(Names[0], ["10.9.0.1"], server), new HostSpec(Names[5], ["10.9.0.2"], client)],
            [],
            Past: false
        );
        var table = new SocketTable();
        new AnswerReader(table, FailureKind.Input, "test").Read(
            new MemoryStream(estate.Json()),
            CancellationToken.None
        );
        return Matcher.Match(Estate.From(table), MatchExtras.Rows);
    }

    [GeneratedRegex("http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\"")]
    private static partial Regex Policy();
}
