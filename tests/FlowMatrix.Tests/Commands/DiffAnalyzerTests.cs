using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Commands;

/// <summary>Comparisons with an analyzer, on one side or on both.</summary>
public sealed class DiffAnalyzerTests : IDisposable
{
    private const string Username = "admin";
    private const string Password = "very secret";
    private const string Same = "flowmatrix: 0 added, 0 removed, 0 changed, 29 the same\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_of_the_same_state_does_not_differ_from_the_analyzer()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());

        var run = await Run.WithAsync("diff", Sample.Estate, "-a", Authority(analyzer), "-f", "csv");

        Assert.Equal((0, Same), (run.ExitCode, run.Error));
        Assert.Single(run.Lines);
    }

    [Fact]
    public async Task The_file_is_the_earlier_side_and_the_analyzer_the_later_one()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(2, connections: 1));
        var before = _folder.PathOf("before.csv");
        await Run.WithAsync("-a", Authority(analyzer), "--from-host", "host-0000", "-o", before);

        var run = await Run.WithAsync("diff", before, "-a", Authority(analyzer), "-f", "csv");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("added", Assert.Single(run.Lines.Skip(1)).Split(',')[0]);
    }

    [Fact]
    public async Task The_variable_names_the_analyzer_too()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        var environment = new RunEnvironment
        {
            Variables = new Dictionary<string, string> { ["SKYDIVE_ANALYZER"] = Authority(analyzer) },
        };

        var run = await Run.WithAsync(environment, "diff", Sample.Estate);

        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task The_analyzer_then_and_now()
    {
        var graph = FakeGraph.Recorded();
        graph.Past = FakeGraph.Generated(2, connections: 1);
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);

        var run = await Run.WithAsync("diff", "-a", Authority(analyzer), "--before-at", "-24h", "-f", "csv");

        Assert.Equal((1, "flowmatrix: 29 added, 2 removed, 0 changed, 0 the same\n"), (run.ExitCode, run.Error));
        Assert.Contains(analyzer.Queries, query => query.StartsWith("G.At('-24h').", StringComparison.Ordinal));
        Assert.Contains(analyzer.Queries, query => query.StartsWith("G.V()", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_analyzer_at_two_times()
    {
        var graph = new FakeGraph
        {
            PastAt = { ["-24h"] = FakeGraph.Recorded(), ["-1h"] = FakeGraph.Generated(2, connections: 1) },
        };
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);

        var run = await Run.WithAsync(
            "diff",
            "-a",
            Authority(analyzer),
            "--before-at",
            "-24h",
            "--after-at",
            "-1h",
            "-f",
            "ndjson"
        );

        Assert.Equal((1, "flowmatrix: 2 added, 29 removed, 0 changed, 0 the same\n"), (run.ExitCode, run.Error));
        Assert.Equal(2, run.Lines.Count(line => line.StartsWith("{\"change\":\"added\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_file_and_the_analyzer_at_a_time()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            new FakeGraph { PastAt = { ["-1h"] = FakeGraph.Recorded() } }
        );

        var run = await Run.WithAsync("diff", Sample.Estate, "-a", Authority(analyzer), "--after-at", "-1h");

        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task A_duration_applies_to_both_times()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(new FakeGraph { Past = FakeGraph.Recorded() });

        var run = await Run.WithAsync(
            "diff",
            "-a",
            Authority(analyzer),
            "--before-at",
            "-24h",
            "--after-at",
            "-1h",
            "--duration",
            "1m",
            "-f",
            "csv"
        );

        Assert.Equal((0, Same), (run.ExitCode, run.Error));
        Assert.All(analyzer.Queries, query => Assert.Matches(@"^G\.Context\('-(24|1)h', 60\)", query));
    }

    [Fact]
    public async Task Credentials_are_used_for_both_sides_and_wrong_ones_are_reported_but_not_shown()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            new FakeGraph { Past = FakeGraph.Recorded() },
            new() { Username = Username, Password = Password }
        );
        string[] arguments =
        [
            "diff",
            "-a",
            Authority(analyzer),
            "--before-at",
            "-24h",
            "--after-at",
            "-1h",
            "-f",
            "csv",
        ];

        var run = await Run.WithAsync([.. arguments, "--username", Username, "--password", Password]);
        var wrong = await Run.WithAsync([.. arguments, "--username", Username, "--password", "guessed"]);
        var none = await Run.WithAsync(arguments);

        Assert.Equal((0, Same), (run.ExitCode, run.Error));
        Assert.DoesNotContain("guessed", wrong.Failed(3, "refuses these credentials").Error);
        none.Failed(3, "--username");
    }

    [Theory]
    [InlineData("diff", "FILE", "-a", "127.0.0.1:1")]
    [InlineData("diff", "-a", "127.0.0.1:1", "--before-at", "-1h")]
    public async Task An_unreachable_analyzer_is_an_error_and_not_a_difference(params string[] arguments)
    {
        var output = _folder.PathOf("diff.csv");

        var run = await Run.WithAsync([
            .. arguments.Select(argument => argument == "FILE" ? Sample.Estate : argument),
            "--retries",
            "0",
            "-o",
            output,
        ]);

        run.Failed(3, "127.0.0.1:1", "connection refused");
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public async Task An_analyzer_that_fails_for_one_side_fails_the_comparison()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            new FakeGraph { Past = FakeGraph.Recorded() },
            new()
            {
                Intercept = async query =>
                    query.Gremlin.Contains("-24h", StringComparison.Ordinal)
                    && await query.AbortAsync("[{\"Metadata\":"),
            }
        );

        var run = await Run.WithAsync(
            "diff",
            "-a",
            Authority(analyzer),
            "--before-at",
            "-24h",
            "--after-at",
            "-1h",
            "--retries",
            "0",
            "-o",
            _folder.PathOf("diff.csv")
        );

        run.Failed(3, Authority(analyzer));
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public async Task An_analyzer_without_a_history_is_reported()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());

        var run = await Run.WithAsync("diff", "-a", Authority(analyzer), "--before-at", "-24h");

        run.Failed(3, "history");
    }

    [Fact]
    public async Task An_invalid_time_is_wrong_usage_of_its_option() =>
        (await Run.WithAsync("diff", "-a", "127.0.0.1:1", "--before-at", "yesterday")).Failed(
            2,
            "--before-at: \"yesterday\" is n"
        );

    [Fact]
    public async Task A_baseline_is_compared_with_the_analyzer_too()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());

        var run = await Run.WithAsync("-a", Authority(analyzer), "--baseline", Sample.Estate);

        Assert.Equal((0, Same), (run.ExitCode, run.Error));
    }

    private static string Authority(FakeAnalyzer analyzer) => analyzer.Address.Authority;
}
