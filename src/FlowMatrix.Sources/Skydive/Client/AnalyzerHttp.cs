using System.Net;
using System.Net.Security;
using Microsoft.Extensions.DependencyInjection;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>
/// The HTTP client for one analyzer, from an <see cref="IHttpClientFactory"/>. Factory, services and handler are
/// created here, so that commands without an analyzer do not pay for them at startup.
/// </summary>
internal sealed class AnalyzerHttp : IDisposable
{
    private const string Name = "analyzer";

    private readonly SocketsHttpHandler _handler;
    private readonly ServiceProvider _services;

    /// <param name="activity">
    /// Watches what the analyzer sends, for a subscription; else null. With it each request opens its own connection,
    /// so that each reconnect resolves the host name again.
    /// </param>
    public AnalyzerHttp(AnalyzerOptions options, SslClientAuthenticationOptions tls, ActivityMonitor? activity)
    {
        _handler = new SocketsHttpHandler
        {
            // Gzip only: an analyzer prefers deflate, and sends it without the zlib header.
            AutomaticDecompression = DecompressionMethods.GZip,

            // A redirect could send the query and the credentials to another server.
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !options.Address.IsLoopback,
            SslOptions = tls,
        };
        if (activity is not null)
        {
            // A pooled connection would keep the old address after the host name was moved to another. A subscription
            // makes too few requests to need a pool.
            _handler.PooledConnectionLifetime = TimeSpan.Zero;
            _handler.PlaintextStreamFilter = (context, _) => new(activity.Wrap(context.PlaintextStream));
        }

        var services = new ServiceCollection();
        services
            .AddHttpClient(
                Name,
                client =>
                {
                    // The caller's token has the timeout, which includes reading the body.
                    client.Timeout = Timeout.InfiniteTimeSpan;
                    client.DefaultRequestVersion = HttpVersion.Version20;
                    client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
                }
            )
            .ConfigurePrimaryHttpMessageHandler(() => _handler)
            // The factory replaces handlers every few minutes so that DNS changes are noticed. PooledConnectionLifetime
            // does that here, so one handler is enough.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // These logs would hold credentials.
            .RemoveAllLoggers();
        _services = services.BuildServiceProvider();
        Client = _services.GetRequiredService<IHttpClientFactory>().CreateClient(Name);
    }

    public HttpClient Client { get; }

    public void Dispose()
    {
        Client.Dispose();
        _services.Dispose();

        // The factory leaves handlers to the garbage collector; their connections would stay open until then.
        _handler.Dispose();
    }
}
