using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlowMatrix.Sources.Skydive.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FlowMatrix.Testing.Skydive;

/// <summary>Settings of a fake analyzer: TLS, login, and how it answers queries.</summary>
internal sealed record FakeAnalyzerSettings
{
    public X509Certificate2? Certificate { get; init; }

    /// <summary>If set, clients need a certificate that this one issued.</summary>
    public X509Certificate2? ClientAuthority { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    public bool HasLogin { get; init; } = true;

    /// <summary>Paths of WebSockets that the user has no right to use.</summary>
    public string[] Forbidden { get; init; } = [];

    /// <summary>The number of queries for which a token is valid.</summary>
    public int TokenUses { get; init; } = int.MaxValue;

    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a client may take to answer a ping. A real analyzer waits for seconds; this one may wait longer, so
    /// that tests that use all processors do not break the connections of others.
    /// </summary>
    public TimeSpan PongTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Called with every query before it is answered. If it returns true, it has sent the answer itself.
    /// </summary>
    public Func<FakeQuery, Task<bool>> Intercept { get; init; } = _ => Task.FromResult(false);
}

/// <summary>A query as it was received.</summary>
/// <param name="Number">The number of the query, from 1.</param>
internal sealed record FakeQuery(int Number, string Gremlin, HttpContext Http)
{
    public async Task<bool> AnswerAsync(int status, string text = "", string type = "text/plain; charset=utf-8")
    {
        Http.Response.StatusCode = status;
        if (text.Length > 0)
        {
            Http.Response.ContentType = type;
            await Http.Response.WriteAsync(text);
        }

        return true;
    }

    /// <summary>Starts a valid answer and drops the connection in the middle of it.</summary>
    public async Task<bool> AbortAsync(string beginning)
    {
        await Http.Response.WriteAsync(beginning);
        await Http.Response.Body.FlushAsync();
        Http.Abort();
        return true;
    }

    /// <summary>Starts a valid answer and never ends it.</summary>
    /// <param name="stalled">Completed when the beginning was sent.</param>
    public async Task<bool> StallAsync(string beginning, TaskCompletionSource? stalled = null)
    {
        await Http.Response.WriteAsync(beginning);
        await Http.Response.Body.FlushAsync();
        stalled?.TrySetResult();
        var gone = new TaskCompletionSource();
        using var registration = Http.RequestAborted.Register(gone.SetResult);
        await gone.Task;
        return true;
    }
}

/// <summary>
/// An analyzer on a real HTTP server (Kestrel). It answers queries from a graph, supports login, compression and TLS,
/// and accepts publishers and subscribers. Source: docs/skydive-protocol.md, "Topology query" and "Login".
/// </summary>
internal sealed class FakeAnalyzer : IAsyncDisposable
{
    private const string WrongCredentials = "Wrong credentials";

    private readonly WebApplication _application;
    private readonly FakeGraph _graph;
    private readonly FakeAnalyzerSettings _settings;
    private readonly ConcurrentDictionary<string, int> _tokens = new();
    private int _queries;

    private FakeAnalyzer(FakeGraph graph, FakeAnalyzerSettings settings)
    {
        _graph = graph;
        _settings = settings;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.WebHost.UseKestrel(options =>
        {
            options.Limits.MinResponseDataRate = null;
            options.Listen(IPAddress.Loopback, 0, Listen);
        });
        _application = builder.Build();
        _application.UseWebSockets();
        _application.Run(HandleAsync);
        Publishers = new FakePublishers(graph, settings);
        Subscribers = new FakeSubscribers(graph, settings);
    }

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>The Gremlin queries in the order in which they were received.</summary>
    public ConcurrentQueue<string> Queries { get; } = new();

    /// <summary>Method, path, protocol and headers of each request.</summary>
    public ConcurrentQueue<(string Path, string Protocol, Dictionary<string, string> Headers)> Requests { get; } =
        new();

    public FakeGraph Graph => _graph;

    public FakePublishers Publishers { get; }

    public FakeSubscribers Subscribers { get; }

    public int Logins => Requests.Count(request => request.Path == "/login");

    /// <summary>Options with a short delay between retries, so that tests do not wait.</summary>
    public AnalyzerOptions Options =>
        new(Address, TimeProvider.System)
        {
            Timeout = TimeSpan.FromSeconds(30),
            RetryDelay = TimeSpan.FromMilliseconds(1),
        };

    public static async Task<FakeAnalyzer> StartAsync(FakeGraph graph, FakeAnalyzerSettings? settings = null)
    {
        BrokenProxy.Install();
        var analyzer = new FakeAnalyzer(graph, settings ?? new FakeAnalyzerSettings());
        await analyzer._application.StartAsync();
        var url = new Uri(analyzer._application.Urls.Single());
        analyzer.Address = new UriBuilder(
            analyzer._settings.Certificate is null ? "http" : "https",
            "127.0.0.1",
            url.Port
        ).Uri;
        return analyzer;
    }

    public async ValueTask DisposeAsync()
    {
        Publishers.Drop();
        Subscribers.Drop();
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private void Listen(ListenOptions listen)
    {
        if (_settings.Certificate is null)
        {
            return;
        }

        listen.Use(RefusePlainHttp);
        listen.UseHttps(https =>
        {
            https.ServerCertificate = _settings.Certificate;
            if (_settings.ClientAuthority is { } authority)
            {
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (certificate, _, _) =>
                    certificate.IssuerName.RawData.AsSpan().SequenceEqual(authority.SubjectName.RawData)
                    && certificate.NotAfter > DateTime.Now;
            }
        });
    }

    /// <summary>
    /// Answers plain HTTP on a TLS port with an error message, as Go's server does. Kestrel would close the connection.
    /// </summary>
    private static ConnectionDelegate RefusePlainHttp(ConnectionDelegate next) =>
        async connection =>
        {
            var read = await connection.Transport.Input.ReadAsync();
            var isTls = read.Buffer.IsEmpty || read.Buffer.FirstSpan[0] == 0x16;
            connection.Transport.Input.AdvanceTo(read.Buffer.Start);
            if (isTls)
            {
                await next(connection);
                return;
            }

            await connection.Transport.Output.WriteAsync(
                "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"u8.ToArray()
            );
            await connection.Transport.Output.CompleteAsync();
        };

    private async Task HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        Requests.Enqueue(
            (
                path,
                http.Request.Protocol,
                http.Request.Headers.ToDictionary(
                    header => header.Key,
                    header => header.Value.ToString(),
                    StringComparer.OrdinalIgnoreCase
                )
            )
        );
        if (path == "/login" && _settings.HasLogin)
        {
            await LogInAsync(http);
        }
        else if (path == "/api/topology" && http.Request.Method == "POST")
        {
            await QueryAsync(http);
        }
        else if (path is "/ws/publisher" or "/ws/subscriber" && http.WebSockets.IsWebSocketRequest)
        {
            if (_settings.Username is not null && !IsAuthorized(http.Request))
            {
                await TextAsync(http, 401, WrongCredentials);
            }
            else if (_settings.Forbidden.Contains(path))
            {
                http.Response.StatusCode = 403;
            }
            else
            {
                await (path == "/ws/publisher" ? Publishers.ServeAsync(http) : Subscribers.ServeAsync(http));
            }
        }
        else
        {
            await TextAsync(http, 404, "404 page not found");
        }
    }

    private async Task LogInAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        if (form["username"] != _settings.Username || form["password"] != _settings.Password)
        {
            await TextAsync(http, 401, WrongCredentials);
            return;
        }

        var token = Guid.NewGuid().ToString("N");
        _tokens[token] = 0;
        http.Response.Headers.SetCookie = $"authtoken={token}; Path=/";
        await http.Response.WriteAsync($$"""{"Token":"{{token}}","Permissions":[]}""");
    }

    private async Task QueryAsync(HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        var gremlin = body.RootElement.GetProperty("GremlinQuery").GetString()!;
        Queries.Enqueue(gremlin);
        if (_settings.Username is not null && !IsAuthorized(http.Request))
        {
            await TextAsync(http, 401, WrongCredentials);
        }
        else if (!await _settings.Intercept(new FakeQuery(Interlocked.Increment(ref _queries), gremlin, http)))
        {
            await AnswerAsync(http, gremlin);
        }
    }

    private async Task AnswerAsync(HttpContext http, string gremlin)
    {
        if (gremlin.Length == 0)
        {
            http.Response.StatusCode = 204;
            return;
        }

        JsonNode? answer;
        try
        {
            answer = FakeGremlin.Evaluate(_graph, gremlin);
        }
        catch (RefusedQueryException e)
        {
            await TextAsync(http, 400, e.Message);
            return;
        }

        http.Response.ContentType = $"{http.Request.Headers.Accept.ToString()}; charset=UTF-8";
        var offered = http.Request.Headers.AcceptEncoding.ToString();
        var bytes = Encoding.UTF8.GetBytes((answer?.ToJsonString() ?? "null") + "\n");
        await using var encoded = offered switch
        {
            _ when offered.Contains("deflate", StringComparison.Ordinal) => Compress(
                "deflate",
                new DeflateStream(http.Response.Body, CompressionLevel.Fastest)
            ),
            _ when offered.Contains("gzip", StringComparison.Ordinal) => Compress(
                "gzip",
                new GZipStream(http.Response.Body, CompressionLevel.Fastest)
            ),
            _ => http.Response.Body,
        };
        await encoded.WriteAsync(bytes);

        Stream Compress(string name, Stream stream)
        {
            http.Response.Headers.ContentEncoding = name;
            return stream;
        }
    }

    private bool IsAuthorized(HttpRequest request)
    {
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_settings.Username}:{_settings.Password}"));
        return request.Headers.Authorization == $"Basic {basic}"
            || (
                request.Cookies["authtoken"] is { } token
                && request.Headers["X-Auth-Token"] == token
                && _tokens.ContainsKey(token)
                && _tokens.AddOrUpdate(token, 1, (_, uses) => uses + 1) <= _settings.TokenUses
            );
    }

    private static Task TextAsync(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text + "\n");
    }
}
