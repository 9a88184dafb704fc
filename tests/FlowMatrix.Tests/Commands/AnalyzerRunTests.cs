using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Commands;

/// <summary>The whole tool with an analyzer.</summary>
public sealed class AnalyzerRunTests : IDisposable
{
    private const string Username = "admin";
    private const string Password = "very secret";

    private static readonly string[] Recordings =
    [
        "-i",
        Recorded.PathOf("hosts.json"),
        "-i",
        Recorded.PathOf("addresses.json"),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--hosts-per-request", "1")]
    [InlineData("--hosts-per-request", "50")]
    public async Task An_analyzer_gives_the_same_bytes_as_its_recorded_answers(params string[] options)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());

        var live = await Run.WithAsync(["--analyzer", Authority(analyzer), .. options]);

        Assert.Equal((await Run.WithAsync(Recordings)).Output, live.Succeeded().Output);
    }

    [Fact]
    public async Task The_address_may_come_from_the_variable()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        var environment = new RunEnvironment
        {
            Variables = new Dictionary<string, string> { ["SKYDIVE_ANALYZER"] = Authority(analyzer) },
        };

        var live = await Run.WithAsync(environment);

        Assert.Equal(30, live.Succeeded().Lines.Length);
    }

    [Fact]
    public async Task Flows_are_added_on_request()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());

        var live = await Run.WithAsync("-a", Authority(analyzer), "--use-flows");

        Assert.Equal(
            (await Run.WithAsync([.. Recordings, "-i", Recorded.PathOf("flow-sockets.json")])).Text,
            live.Succeeded().Text
        );
    }

    [Theory]
    [InlineData("saved.json")]
    [InlineData("saved.json.gz")]
    public async Task Saved_answers_give_the_same_bytes_later(string name)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());

        var live = await Run.WithAsync(
            "-a",
            Authority(analyzer),
            "--use-flows",
            "--save",
            _folder.PathOf(name),
            "-f",
            "json"
        );
        var later = await Run.WithAsync("-i", _folder.PathOf(name), "-f", "json");

        Assert.Equal(live.Succeeded().Output, later.Succeeded().Output);
        Assert.Equal([name], _folder.Files);
    }

    [Fact]
    public async Task A_time_in_the_past_is_sent_in_the_form_that_the_analyzer_expects()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(new FakeGraph { Past = FakeGraph.Recorded() });

        var live = await Run.WithAsync("-a", Authority(analyzer), "--at", "-10m", "--duration", "1m");

        Assert.Equal(30, live.Succeeded().Lines.Length);
        Assert.All(analyzer.Queries, query => Assert.StartsWith("G.Context('-10m', 60)", query));
    }

    [Theory]
    [InlineData("option")]
    [InlineData("file")]
    [InlineData("variables")]
    public async Task A_login_works_with_options_files_and_variables(string way)
    {
        await using var analyzer = await StartLockedAsync();
        var environment = new RunEnvironment();
        string[] arguments = ["-a", Authority(analyzer)];
        if (way == "option")
        {
            arguments = [.. arguments, "--username", Username, "--password", Password];
        }
        else if (way == "file")
        {
            arguments =
            [
                .. arguments,
                "--username",
                Username,
                "--password-file",
                _folder.Write("pw", $"{Password}\r\nmore"),
            ];
        }
        else
        {
            environment = environment with
            {
                Variables = new Dictionary<string, string>
                {
                    ["SKYDIVE_USERNAME"] = Username,
                    ["SKYDIVE_PASSWORD"] = Password,
                },
            };
        }

        var run = await Run.WithAsync(environment, arguments);

        Assert.Equal(30, run.Succeeded().Lines.Length);
        Assert.Equal(1, analyzer.Logins);
    }

    [Fact]
    public async Task Wrong_credentials_are_refused_and_not_shown()
    {
        await using var analyzer = await StartLockedAsync();

        var run = await Run.WithAsync(
            "-a",
            Authority(analyzer),
            "--username",
            Username,
            "--password",
            "guessed",
            "-v",
            "--retries",
            "0"
        );

        run.Failed(3, "refuses these credentials");
        Assert.DoesNotContain("guessed", run.Error);
    }

    [Fact]
    public async Task Missing_credentials_are_reported_with_the_options_to_give()
    {
        await using var analyzer = await StartLockedAsync();

        var run = await Run.WithAsync("-a", Authority(analyzer));

        run.Failed(3, "--username");
    }

    [Theory]
    [InlineData(200, "<html>hello</html>", "text/html", "web page")]
    [InlineData(200, "hello", "application/json", "JSON")]
    [InlineData(200, "[\"vm-1\",", "application/json", "truncated")]
    [InlineData(404, "nothing here", "text/plain", "not a Skydive analyzer")]
    public async Task An_invalid_response_is_reported(int status, string text, string type, string message)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Intercept = query => query.AnswerAsync(status, text, type) }
        );

        var run = await Run.WithAsync(
            "-a",
            Authority(analyzer),
            "-o",
            _folder.PathOf("m.csv"),
            "--save",
            _folder.PathOf("s.json")
        );

        run.Failed(3, Authority(analyzer), message);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public async Task An_analyzer_without_hosts_that_report_is_an_error_with_a_remedy()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(new FakeGraph());

        var run = await Run.WithAsync("-a", Authority(analyzer));

        run.Failed(4, "socketinfo", "agent.topology.probes");
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("1", 2)]
    public async Task Transient_errors_are_retried_as_often_as_retries_allows(string retries, int tries)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Intercept = query => query.AnswerAsync(503, "starting") }
        );

        var run = await Run.WithAsync("-a", Authority(analyzer), "--retries", retries);

        run.Failed(3, "503", "starting");
        Assert.Equal(tries, analyzer.Queries.Count);
    }

    [Fact]
    public async Task An_answer_that_never_ends_fails_after_the_timeout()
    {
        var (clock, stalled) = (new FakeClock(), new TaskCompletionSource());
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Intercept = query => query.StallAsync("[", stalled) }
        );
        var environment = new RunEnvironment { Time = clock };
        var run = Run.WithAsync(environment, "-a", Authority(analyzer), "--timeout", "7s", "--retries", "0");
        await stalled.Task;

        await clock.AdvanceAsync(7);

        (await run.WaitAsync(TimeSpan.FromSeconds(60))).Failed(3, "within 7 s", "--timeout");
    }

    [Fact]
    public async Task Tls_follows_the_options()
    {
        using var authority = new TestCertificates();
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Certificate = authority.Issue(), ClientAuthority = authority.Authority }
        );
        using var own = authority.Issue("client");
        var ca = _folder.Write("ca.pem", TestCertificates.Pem(authority.Authority));
        var cert = _folder.Write("cert.pem", TestCertificates.Pem(own));
        var key = _folder.Write("key.pem", TestCertificates.KeyPem(own));
        string[] client = ["-a", Authority(analyzer), "--ssl", "--cert", cert, "--key", key, "--retries", "0"];

        var trusted = await Run.WithAsync([.. client, "--cacert", ca]);
        var unchecked_ = await Run.WithAsync([.. client, "--insecure"]);
        var untrusted = await Run.WithAsync(client);
        var plain = await Run.WithAsync("-a", Authority(analyzer), "--retries", "0");

        Assert.Equal(30, trusted.Succeeded().Lines.Length);
        Assert.Equal(30, unchecked_.Lines.Length);
        Assert.Equal(
            $"flowmatrix: warning: https://{Authority(analyzer)}: TLS certificate verification is skipped "
                + "(--insecure)\n",
            unchecked_.Error
        );
        untrusted.Failed(3, "certificate", "--cacert");
        plain.Failed(3, "--ssl");
    }

    [Fact]
    public async Task Verbose_output_lists_the_retries_and_no_password()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new()
            {
                Username = Username,
                Password = Password,
                Intercept = async query => query.Number == 1 && await query.AnswerAsync(503, $"not now, {Password}"),
            }
        );

        var run = await Run.WithAsync("-a", Authority(analyzer), "--username", Username, "--password", Password, "-v");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("try 2 of 4", run.Error);
        Assert.DoesNotContain(Password, run.Error);
    }

    private static string Authority(FakeAnalyzer analyzer) => analyzer.Address.Authority;

    private static Task<FakeAnalyzer> StartLockedAsync() =>
        FakeAnalyzer.StartAsync(FakeGraph.Recorded(), new() { Username = Username, Password = Password });
}
