using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Skydive;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Testing.Skydive;
using static FlowMatrix.Tests.Sources.Skydive.AnalyzerErrorTests;

namespace FlowMatrix.Tests.Sources.Skydive;

public sealed class AnalyzerLoginTests
{
    private const string Secret = "s3cr&t pass";

    private static readonly FakeAnalyzerSettings Guarded = new() { Username = "admin", Password = Secret };

    [Fact]
    public async Task One_login_serves_all_requests()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(12), Guarded);

        await ReadAsync(analyzer, hostsPerRequest: 1);

        Assert.Equal(1, analyzer.Logins);
        Assert.All(analyzer.Requests.Skip(1), request => Assert.False(request.Headers.ContainsKey("Authorization")));
    }

    [Fact]
    public async Task Without_a_login_page_credentials_are_sent_with_every_request()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Generated(3),
            Guarded with
            {
                HasLogin = false,
            }
        );

        await ReadAsync(analyzer, hostsPerRequest: 1);

        Assert.Equal(1, analyzer.Logins);
        Assert.All(analyzer.Requests.Skip(1), request => Assert.StartsWith("Basic ", request.Headers["Authorization"]));
    }

    [Fact]
    public async Task An_expired_token_is_renewed_between_requests()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Generated(12),
            Guarded with
            {
                TokenUses = 6,
            }
        );

        var table = await ReadAsync(analyzer, hostsPerRequest: 1);

        Assert.Equal(12 * 7, table.Sockets.Count);
        Assert.InRange(analyzer.Logins, 2, 4);
    }

    [Fact]
    public async Task Wrong_credentials_are_sent_once()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded(), Guarded);

        var failure = await FailAsync(analyzer.Options with { Username = "admin", Password = "guessed wrong" });

        Assert.EndsWith("refuses these credentials: check --username and --password-file", failure.Message);
        Assert.Single(analyzer.Requests);
    }

    [Fact]
    public async Task A_new_token_that_is_refused_is_not_renewed()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded(), Guarded with { TokenUses = 0 });

        var failure = await FailAsync(Options(analyzer));

        Assert.Contains("refuses these credentials", failure.Message);
        Assert.Equal(2, analyzer.Requests.Count);
    }

    [Fact]
    public async Task Without_a_user_name_the_error_names_the_options()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded(), Guarded);

        var failure = await FailAsync(analyzer.Options);

        Assert.Contains("requires credentials: give --username and --password-file", failure.Message);
        Assert.Equal(0, analyzer.Logins);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(503)]
    public async Task Credentials_are_in_no_message_even_if_the_analyzer_echoes_them(int status)
    {
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"admin:{Secret}"));
        var echoed = new List<string>();
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            Guarded with
            {
                Intercept = query =>
                    query.AnswerAsync(
                        status,
                        $"bad: {Secret} {Uri.EscapeDataString(Secret)} {basic} "
                            + $"{query.Http.Request.Headers["X-Auth-Token"]}"
                    ),
            }
        );

        var failure = await Assert.ThrowsAsync<Failure>(() =>
            new AnalyzerSource(Options(analyzer), new()).ReadAsync(
                new ReadProgress { Detail = echoed.Add, Warn = echoed.Add },
                default
            )
        );

        Assert.Contains("bad: *** *** *** ***", failure.Message);
        Assert.All(echoed.Append(failure.Message), text => Assert.DoesNotContain(Secret, text));
    }

    [Theory]
    [InlineData("http://skydive.invalid:8082/", true)]
    [InlineData("https://skydive.invalid:8082/", false)]
    [InlineData("http://localhost:1/", false)]
    [InlineData("http://127.0.0.2:1/", false)]
    [InlineData("http://[::1]:1/", false)]
    public void Credentials_sent_unencrypted_to_another_machine_are_a_warning(string address, bool warned)
    {
        var warnings = new List<string>();
        var options = new AnalyzerOptions(new Uri(address), TimeProvider.System)
        {
            Username = "admin",
            Password = Secret,
        };

        using var client = new AnalyzerClient(options, new ReadProgress { Warn = warnings.Add });

        Assert.Equal(warned, warnings.Count == 1);
        Assert.All(warnings, text => Assert.DoesNotContain(Secret, text));
    }

    [Fact]
    public void Without_credentials_there_is_no_warning()
    {
        var options = new AnalyzerOptions(new Uri("http://skydive.invalid:8082/"), TimeProvider.System);

        using var client = new AnalyzerClient(options, new ReadProgress { Warn = text => Assert.Fail(text) });
    }

    private static AnalyzerOptions Options(FakeAnalyzer analyzer) =>
        analyzer.Options with
        {
            Username = "admin",
            Password = Secret,
        };

    private static Task<SocketTable> ReadAsync(FakeAnalyzer analyzer, int hostsPerRequest) =>
        new AnalyzerSource(Options(analyzer), new() { HostsPerRequest = hostsPerRequest }).ReadAsync(
            new ReadProgress(),
            default
        );
}
