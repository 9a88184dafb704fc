using System.Security.Cryptography.X509Certificates;
using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Skydive;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Sources.Skydive.Subscribing;
using FlowMatrix.Testing.Skydive;
using static FlowMatrix.Tests.Sources.Skydive.AnalyzerErrorTests;

namespace FlowMatrix.Tests.Sources.Skydive;

public sealed class AnalyzerTlsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_given_authority_is_trusted_and_HTTP_2_is_used()
    {
        await using var analyzer = await StartAsync(_certificates.Issue());

        var table = await ReadAsync(analyzer.Options with { Tls = new() { CaCertificate = AuthorityFile() } });

        Assert.Equal(2, table.Ranges.Count);
        Assert.All(analyzer.Requests, request => Assert.Equal("HTTP/2", request.Protocol));
    }

    [Fact]
    public async Task A_file_may_contain_several_authorities()
    {
        using var other = new TestCertificates("Other CA");
        await using var analyzer = await StartAsync(_certificates.Issue());
        var bundle =
            TestCertificates.Pem(other.Authority) + "\n" + TestCertificates.Pem(_certificates.Authority) + "\n";

        await ReadAsync(analyzer.Options with { Tls = new() { CaCertificate = _folder.Write("bundle.pem", bundle) } });
    }

    [Fact]
    public async Task An_unknown_issuer_is_reported_with_the_option_to_trust_it()
    {
        await using var analyzer = await StartAsync(_certificates.Issue());

        var failure = await FailAsync(analyzer.Options);

        Assert.Equal(
            $"https://127.0.0.1:{analyzer.Address.Port}: the analyzer's certificate is not valid: it is issued by "
                + "\"CN=Test CA\", which is not trusted by this machine; give the certificate of its issuer "
                + "with --cacert, or skip verification with --insecure",
            failure.Message
        );
        Assert.Empty(analyzer.Requests);
    }

    [Fact]
    public async Task Another_issuer_than_the_given_one_is_reported()
    {
        using var other = new TestCertificates("Other CA");
        await using var analyzer = await StartAsync(other.Issue());

        var failure = await FailAsync(analyzer.Options with { Tls = new() { CaCertificate = AuthorityFile() } });

        Assert.Contains("it is issued by \"CN=Other CA\", which is not trusted by ", failure.Message);
        Assert.Contains("authority.pem", failure.Message);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_reported()
    {
        await using var analyzer = await StartAsync(_certificates.Issue("skydive.example"));

        var failure = await FailAsync(analyzer.Options with { Tls = new() { CaCertificate = AuthorityFile() } });

        Assert.Contains("it is for \"skydive.example\", not for 127.0.0.1", failure.Message);
        Assert.Contains("--cacert", failure.Message);
    }

    [Fact]
    public async Task An_expired_certificate_is_reported()
    {
        await using var analyzer = await StartAsync(_certificates.Issue(expired: true));

        var failure = await FailAsync(analyzer.Options with { Tls = new() { CaCertificate = AuthorityFile() } });

        Assert.Contains($"it expired on {DateTime.UtcNow.AddDays(-1):yyyy-MM-dd}", failure.Message);
    }

    [Fact]
    public async Task Insecure_accepts_any_certificate()
    {
        await using var analyzer = await StartAsync(_certificates.Issue("skydive.example", expired: true));

        await ReadAsync(analyzer.Options with { Tls = new() { Insecure = true } });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_certificate_and_its_key_can_be_in_one_file_or_two(bool oneFile)
    {
        await using var analyzer = await StartAsync(_certificates.Issue(), _certificates.Authority);
        using var own = _certificates.Issue("client");
        var (certificate, key) = (TestCertificates.Pem(own), TestCertificates.KeyPem(own));

        await ReadAsync(
            analyzer.Options with
            {
                Tls = new()
                {
                    CaCertificate = AuthorityFile(),
                    Certificate = _folder.Write("client.pem", oneFile ? $"{certificate}\n{key}\n" : certificate),
                    Key = oneFile ? null : _folder.Write("client.key", key),
                },
            }
        );
    }

    [Fact]
    public async Task Without_a_client_certificate_the_message_names_the_options_for_one()
    {
        await using var analyzer = await StartAsync(_certificates.Issue(), _certificates.Authority);

        var failure = await FailAsync(
            analyzer.Options with
            {
                Tls = new() { CaCertificate = AuthorityFile() },
                Retries = 0,
            }
        );

        Assert.Contains("--cert", failure.Message);
    }

    [Theory]
    [InlineData("query", "none")]
    [InlineData("query", "untrusted")]
    [InlineData("query", "expired")]
    [InlineData("subscribe", "none")]
    [InlineData("subscribe", "untrusted")]
    [InlineData("subscribe", "expired")]
    [InlineData("publish", "none")]
    [InlineData("publish", "untrusted")]
    public async Task A_missing_or_untrusted_client_certificate_is_reported_with_its_options(
        string request,
        string shown
    )
    {
        await using var analyzer = await StartAsync(_certificates.Issue(), _certificates.Authority);
        using var other = new TestCertificates("Other CA");
        using var own = shown == "expired" ? _certificates.Issue("client", expired: true) : other.Issue("client");
        var options = analyzer.Options with
        {
            Retries = 0,
            Tls = new()
            {
                CaCertificate = AuthorityFile(),
                Certificate =
                    shown == "none"
                        ? null
                        : _folder.Write("client.pem", $"{TestCertificates.Pem(own)}\n{TestCertificates.KeyPem(own)}\n"),
            },
        };

        var failure = await Assert.ThrowsAsync<Failure>(() =>
            request switch
            {
                "query" => ReadAsync(options),
                "subscribe" => new Subscriber(options, new()).RunAsync(
                    System.Threading.Channels.Channel.CreateUnbounded<SubscriberEvent>().Writer,
                    default
                ),
                _ => OpenPublisherAsync(options),
            }
        );

        Assert.Equal(FailureKind.Analyzer, failure.Kind);
        Assert.Contains("--cert and --key", failure.Message);
    }

    [Fact]
    public async Task Plain_HTTP_to_a_TLS_analyzer_suggests_the_option_ssl()
    {
        await using var analyzer = await StartAsync(_certificates.Issue());

        var failure = await FailAsync(
            analyzer.Options with
            {
                Address = new UriBuilder(analyzer.Address) { Scheme = "http" }.Uri,
            }
        );

        Assert.EndsWith("speaks TLS only: use --ssl", failure.Message);
    }

    [Fact]
    public async Task TLS_to_a_plain_HTTP_analyzer_suggests_to_drop_the_option_ssl()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());

        var failure = await FailAsync(
            analyzer.Options with
            {
                Address = new UriBuilder(analyzer.Address) { Scheme = "https" }.Uri,
            }
        );

        Assert.Contains("if the analyzer speaks plain HTTP, drop --ssl", failure.Message);
    }

    [Fact]
    public void Missing_or_invalid_files_are_usage_errors_that_name_the_file()
    {
        var junk = _folder.Write("junk.pem", "not a certificate");
        var broken = _folder.Write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        var missing = _folder.PathOf("missing.pem");
        using var own = _certificates.Issue("client");
        var certificate = _folder.Write("client.pem", TestCertificates.Pem(own));
        using var stranger = _certificates.Issue("stranger");
        var strangersKey = _folder.Write("stranger.key", TestCertificates.KeyPem(stranger));
        (TlsOptions Options, string File)[] wrong =
        [
            (new() { CaCertificate = junk }, junk),
            (new() { CaCertificate = broken }, broken),
            (new() { CaCertificate = missing }, missing),
            (new() { CaCertificate = _folder.FullName }, _folder.FullName),
            (new() { Certificate = missing }, missing),
            (new() { Certificate = certificate }, certificate),
            (new() { Certificate = certificate, Key = missing }, missing),
            (new() { Certificate = certificate, Key = junk }, junk),
            (new() { Certificate = certificate, Key = strangersKey }, strangersKey),
            (new() { Certificate = junk, Key = strangersKey }, junk),
        ];

        Assert.All(
            wrong,
            bad =>
            {
                var failure = Assert.Throws<Failure>(() =>
                    new AnalyzerTls(bad.Options, "localhost", TimeProvider.System)
                );
                Assert.Equal(FailureKind.Usage, failure.Kind);
                Assert.StartsWith($"{bad.File}: ", failure.Message);
            }
        );
    }

    private static async Task OpenPublisherAsync(AnalyzerOptions options)
    {
        using var client = new AnalyzerClient(options, new());
        using var socket = await client.OpenAsync(new WebSocketRequest("ws/publisher", "flowmatrix"), default);
    }

    private string AuthorityFile() => _folder.Write("authority.pem", TestCertificates.Pem(_certificates.Authority));

    private static Task<FakeAnalyzer> StartAsync(
        X509Certificate2 certificate,
        X509Certificate2? clientAuthority = null
    ) =>
        FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Certificate = certificate, ClientAuthority = clientAuthority }
        );

    private static Task<SocketTable> ReadAsync(AnalyzerOptions options) =>
        new AnalyzerSource(options, new()).ReadAsync(new ReadProgress(), default);
}
