using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using FlowMatrix.Sources.Skydive.Saving;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Sources.Skydive;

/// <summary>A password is in no message, in whatever encoding an analyzer echoes it.</summary>
public sealed class SecretMaskTests
{
    private const string Password = "s3cr&t +p\u00e4ss\"w/%41<\u20ac>\U0001F98A";

    private static readonly Dictionary<string, Func<string, string>> Encodings = new()
    {
        ["plain"] = text => text,
        ["percent"] = Uri.EscapeDataString,
        ["percent, small digits"] = text =>
            Regex.Replace(Uri.EscapeDataString(text), "%..", digits => digits.Value.ToLowerInvariant()),
        ["form"] = text => WebUtility.UrlEncode(text),
        ["every byte percent"] = text => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => $"%{b:x2}")),
        ["json"] = text => JsonEncodedText.Encode(text).ToString(),
        ["json, every character"] = text => string.Concat(text.Select(c => $"\\u{(int)c:x4}")),
        ["json, slashes"] = text =>
            text.Replace("\\", @"\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("/", "\\/", StringComparison.Ordinal),
        ["html"] = WebUtility.HtmlEncode,
        ["html, decimal"] = text => string.Concat(text.EnumerateRunes().Select(rune => $"&#{rune.Value:00000};")),
        ["html, hex"] = text => string.Concat(text.EnumerateRunes().Select(rune => $"&#x{rune.Value:X};")),
        ["go"] = text =>
            string.Concat(
                Encoding
                    .UTF8.GetBytes(text)
                    .Select(b => b is > 0x20 and < 0x7f and not ((byte)'"' or (byte)'\\') ? $"{(char)b}" : $"\\x{b:x2}")
            ),
        ["base64"] = text => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)),
        ["basic"] = text => Convert.ToBase64String(Encoding.UTF8.GetBytes($"admin:{text}")),
        ["hex"] = text => Convert.ToHexString(Encoding.UTF8.GetBytes(text)),
    };

    public static TheoryData<string, string> Forms
    {
        get
        {
            var forms = new TheoryData<string, string>();
            foreach (var inner in Encodings)
            {
                foreach (var outer in Encodings.Where(outer => outer.Key is not ("basic" or "base64" or "hex")))
                {
                    forms.Add($"{inner.Key} in {outer.Key}", outer.Value(inner.Value(Password)));
                }
            }

            return forms;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_password_is_masked_in_every_encoding_and_in_two_nested_ones(string how, string echoed)
    {
        var masked = Masking("admin", Password).InQuote($"before {echoed} after");

        Assert.True(masked == "before *** after", $"{how}: {masked}");
    }

    [Fact]
    public void Any_password_is_masked_in_any_encoding() =>
        Gen.Select(Gen.String[Gen.Char[' ', '~'], 1, 20], Gen.Int[0, Encodings.Count - 1])
            .Sample(
                (password, encoding) =>
                {
                    var echoed = Encodings.Values.ElementAt(encoding)(password);
                    var masked = Masking("admin", password).InQuote($"\u0001{echoed}\u0001");
                    return masked == "\u0001***\u0001";
                },
                iter: 3000
            );

    [Fact]
    public void Other_text_is_unchanged()
    {
        const string text = "a%20b &amp; c\\u0041 + \\ % & &; \ud800 …\"s3c\"";

        Assert.Equal(text, Masking("admin", Password).InQuote(text));
        Assert.Equal(text, new SecretMask().InQuote(text));
    }

    [Theory]
    [InlineData("\"x s3cr&…", "\"x ***…")]
    [InlineData("\"x s3cr%26t%2…", "\"x ***…")]
    [InlineData("\"x s3cr&am…", "\"x ***…")]
    public void A_prefix_of_the_password_is_masked_before_an_ellipsis(string text, string masked) =>
        Assert.Equal(masked, Masking("admin", Password).InQuote(text));

    [Theory]
    [InlineData("wrong: correct hor", "wrong: ***")]
    [InlineData("wrong: \"correct hor\", sorry", "wrong: \"***\", sorry")]
    [InlineData("wrong: 'correct hors' sorry", "wrong: '***' sorry")]
    [InlineData("wrong: correct hor... sorry", "wrong: ***... sorry")]
    [InlineData("wrong: correct+hors%2", "wrong: ***")]
    [InlineData("wrong: &quot;correct hor&quot;", "wrong: &quot;***&quot;")]
    [InlineData("wrong: \"correct\"", "wrong: \"correct\"")]
    [InlineData("wrong: correct hor, sorry", "wrong: correct hor, sorry")]
    public void A_long_prefix_of_the_password_is_masked_where_a_text_may_have_been_cut(string text, string masked) =>
        Assert.Equal(masked, Masking("admin", "correct horse+").InQuote(text));

    [Theory]
    [InlineData("Gr\u00fcnes Haus", "GR\u00dcNES HAUS", "***")]
    [InlineData("Gr\u00fcnes Haus", "gr%C3%BCnes+haus", "***")]
    [InlineData("Gr\u00fcnes Haus", "GR\u00dcNES H\u2026", "***\u2026")]
    [InlineData("Abcde", "abcde", "abcde")]
    public void A_long_password_is_masked_in_any_case(string password, string echoed, string masked) =>
        Assert.Equal(masked, Masking("admin", password).InQuote(echoed));

    [Theory]
    [InlineData(" two words ", "bad: two words", "bad:***")]
    [InlineData(" two words ", "bad:two words!", "bad:***!")]
    [InlineData(" ab ", "bad: ab", "bad: ab")]
    public void A_password_is_masked_without_its_surrounding_spaces(string password, string echoed, string masked) =>
        Assert.Equal(masked, Masking("admin", password).InQuote(echoed));

    [Theory]
    [InlineData("s3cret ")]
    [InlineData(" s3 ")]
    public async Task A_password_that_ends_with_a_space_is_masked_at_the_end_of_an_answer(string password)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            Guarded with
            {
                Password = password,
                Intercept = query => query.AnswerAsync(400, $"bad password: {password}"),
            }
        );

        var run = await Run.WithAsync(
            new RunEnvironment
            {
                Variables = new Dictionary<string, string>
                {
                    ["SKYDIVE_USERNAME"] = "admin",
                    ["SKYDIVE_PASSWORD"] = password,
                },
            },
            ["-a", analyzer.Address.Authority, "--retries", "0"]
        );

        run.Failed(3, "***");
        Assert.DoesNotContain("s3", run.Error);
    }

    [Fact]
    public void Names_of_options_stay_readable_if_the_password_is_one()
    {
        var mask = Masking("admin", "password");

        Assert.Equal("check --password, not \"***\"", mask.InMessage("check --password, not \"password\""));
        Assert.Equal("check --password", Masking("admin", "password1").InMessage("check --password"));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_password_that_an_answer_echoes_is_masked(int status)
    {
        var echoed = string.Join(" | ", Encodings.Select(encoding => encoding.Value(Password)));
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            Guarded with
            {
                Intercept = query => query.AnswerAsync(status, echoed),
            }
        );

        var run = await RunAsync(analyzer);

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("*** | *** | ***", run.Error);
        AssertHidden(run.Error);
    }

    [Theory]
    [InlineData(4000)]
    [InlineData(16 * 1024)]
    public async Task A_password_is_masked_where_the_answer_is_cut(int limit)
    {
        foreach (var (_, encode) in Encodings)
        {
            for (var cut = 1; cut < 12; cut += 3)
            {
                var padding = new string(' ', limit - cut);
                await using var analyzer = await FakeAnalyzer.StartAsync(
                    FakeGraph.Recorded(),
                    Guarded with
                    {
                        Intercept = query => query.AnswerAsync(400, $".{padding}{encode(Password)}{padding}"),
                    }
                );

                var run = await RunAsync(analyzer);

                Assert.DoesNotContain("s3", run.Error);
                AssertHidden(run.Error);
            }
        }
    }

    [Fact]
    public async Task A_password_is_masked_in_a_field_of_a_socket_and_in_reports()
    {
        foreach (var (_, encode) in Encodings)
        {
            var value = JsonEncodedText.Encode(encode(Password)).ToString();
            using var folder = new TemporaryFolder();
            await using var analyzer = await FakeAnalyzer.StartAsync(
                FakeGraph.Recorded(),
                Guarded with
                {
                    Intercept = query =>
                        query.Number == 1
                            ? Task.FromResult(false)
                            : query.AnswerAsync(
                                200,
                                $$$"""[{"ID":"a","Host":"{{{value}}}","Metadata":"""
                                    + $$$"""{"Type":"host","Name":"h","Sockets":[{"Protocol":"{{{value}}}"}]}}]"""
                            ),
                }
            );
            var policy = folder.Write("flows.yaml", "allow:\n  - reason: all\n    host: '*'\n");

            var run = await RunAsync(
                analyzer,
                "check",
                "-p",
                policy,
                "--report",
                "text",
                "--report",
                $"junit={folder.PathOf("r")}",
                "--report",
                $"sarif={folder.PathOf("s")}"
            );

            Assert.NotEqual(0, run.ExitCode);
            AssertHidden(run.Error);
            AssertHidden(await File.ReadAllTextAsync(folder.PathOf("r")));
            AssertHidden(await File.ReadAllTextAsync(folder.PathOf("s")));
        }
    }

    [Theory]
    [InlineData("http://admin:SECRET@127.0.0.1:1/x")]
    [InlineData("//admin:SECRET@127.0.0.1:1/x")]
    [InlineData("/x/SECRET?a=SECRET#SECRET")]
    [InlineData("http://127.0.0.1:1/SECRET")]
    public async Task A_password_is_masked_in_a_redirect(string location)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            Guarded with
            {
                Intercept = query =>
                {
                    query.Http.Response.Headers.Location = location.Replace(
                        "SECRET",
                        Uri.EscapeDataString(Password),
                        StringComparison.Ordinal
                    );
                    return query.AnswerAsync(302, "");
                },
            }
        );

        var run = await RunAsync(analyzer);

        run.Failed(3, "redirects to");
        AssertHidden(run.Error);
    }

    [Fact]
    public async Task The_answer_of_a_login_is_not_quoted()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            Guarded with
            {
                Password = "other",
            }
        );

        var run = await RunAsync(analyzer);

        run.Failed(3, "refuses these credentials: check --username and --password-file");
        Assert.DoesNotContain("Wrong credentials", run.Error);
    }

    private static FakeAnalyzerSettings Guarded => new() { Username = "admin", Password = Password };

    private static SecretMask Masking(string username, string password)
    {
        var mask = new SecretMask();
        mask.Add(password);
        mask.Add($"{username}:{password}");
        return mask;
    }

    private static Task<Run> RunAsync(FakeAnalyzer analyzer, params string[] command) =>
        Run.WithAsync(
            new RunEnvironment
            {
                Variables = new Dictionary<string, string>
                {
                    ["SKYDIVE_USERNAME"] = "admin",
                    ["SKYDIVE_PASSWORD"] = Password,
                },
            },
            [.. command, "-a", analyzer.Address.Authority, "--retries", "0"]
        );

    private static void AssertHidden(string text)
    {
        foreach (var (_, encode) in Encodings)
        {
            Assert.DoesNotContain(encode(Password), text, StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotContain(
            "s3cr",
            WebUtility.HtmlDecode(WebUtility.UrlDecode(text)),
            StringComparison.OrdinalIgnoreCase
        );
    }
}
