using System.Net;
using System.Net.Security;
using Microsoft.Extensions.DependencyInjection;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>
/// The HTTP client for one analyzer, from an <see cref="IHttpClientFactory"/>. Factory, services and handler are
/// created here and nowhere earlier: a command that asks no analyzer starts without them.
/// </summary>
internal sealed class AnalyzerHttp : IDisposable
{
    private const string Name = "analyzer";

    private readonly SocketsHttpHandler _handler;
    private readonly ServiceProvider _services;

    /// <param name="activity">
    /// Receives everything that the analyzer sends. With it the analyzer is followed: each request opens a connection
    /// of its own, so that each reconnect resolves the host name anew.
    /// </param>
    public AnalyzerHttp(AnalyzerOptions options, SslClientAuthenticationOptions tls, ActivityMonitor? activity)
    {
        _handler = new SocketsHttpHandler
        {
            // Gzip only: if deflate is offered too, an analyzer picks it and sends it without the zlib header.
            AutomaticDecompression = DecompressionMethods.GZip,

            // A redirect could send query and credentials to any other server.
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !options.Address.IsLoopback,
            SslOptions = tls,
        };
        if (activity is not null)
        {
            // A pooled connection leads to the address of before, also where the name has another one by now. The few
            // requests of a subscription can do without a pool.
            _handler.PooledConnectionLifetime = TimeSpan.Zero;
            _handler.PlaintextStreamFilter = (context, _) => new(activity.ListenTo(context.PlaintextStream));
        }

        var services = new ServiceCollection();
        services
            .AddHttpClient(
                Name,
                client =>
                {
                    // The limit is on a whole attempt, its body included: the caller's token has it.
                    client.Timeout = Timeout.InfiniteTimeSpan;
                    client.DefaultRequestVersion = HttpVersion.Version20;
                    client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
                }
            )
            .ConfigurePrimaryHttpMessageHandler(() => _handler)
            // The factory's own way to follow a changed name is a new handler every few minutes, whether or not there
            // was a reconnect. Here PooledConnectionLifetime does it, and one handler is enough.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // Requests carry credentials, and nobody reads these logs.
            .RemoveAllLoggers();
        _services = services.BuildServiceProvider();
        Client = _services.GetRequiredService<IHttpClientFactory>().CreateClient(Name);
    }

    public HttpClient Client { get; }

    public void Dispose()
    {
        Client.Dispose();
        _services.Dispose();

        // The factory leaves handlers to the garbage collector, which would leave connections open.
        _handler.Dispose();
    }
}
