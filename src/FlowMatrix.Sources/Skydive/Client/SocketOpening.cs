using System.Net;
using System.Net.WebSockets;
using FlowMatrix.Core.Time;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>A WebSocket to open.</summary>
/// <param name="Path">Below the analyzer's address: "ws/publisher", "ws/subscriber".</param>
/// <param name="HostId">Who we are there; the analyzer takes each only once at a time.</param>
internal sealed record SocketRequest(string Path, string HostId)
{
    /// <summary>With the host id the origin of what is published: "flowmatrix.&lt;host id&gt;".</summary>
    public const string ClientType = "flowmatrix";

    /// <summary>What is published goes when the connection does.</summary>
    public bool DeleteOnDisconnect { get; init; }

    /// <summary>What a user's role needs the right to do there.</summary>
    public string Right => Path.EndsWith("publisher", StringComparison.Ordinal) ? "publish" : "subscribe";

    /// <summary>What to do where the host id is in use.</summary>
    public string WhenInUse { get; init; } = "";
}

/// <summary>The upgrade of an HTTP connection: headers, login, and what its failures mean.</summary>
internal sealed class SocketOpening(
    AnalyzerOptions options,
    HttpClient http,
    AnalyzerLogin login,
    AnalyzerErrors errors
)
{
    public async Task<AnalyzerSocket> TryAsync(SocketRequest request, CancellationToken cancel)
    {
        using var limit = new TimeLimit(options.Timeout, options.Time, cancel);
        try
        {
            var ticket = await login.TicketAsync(expired: null, limit.Token);
            try
            {
                return await ConnectAsync(request, ticket, limit.Token);
            }
            catch (RefusedException e) when (e.Status == HttpStatusCode.Unauthorized && ticket.MayHaveExpired)
            {
                ticket = await login.TicketAsync(expired: ticket, limit.Token);
                return await ConnectAsync(request, ticket, limit.Token);
            }
        }
        catch (RefusedException e)
        {
            throw await ProblemAsync(request, e, limit.Token);
        }
        catch (Exception e) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException("cancelled", e, cancel);
        }
        catch (OperationCanceledException e) when (limit.IsOver)
        {
            throw errors.TimedOut(e);
        }
        catch (WebSocketException e)
        {
            throw errors.From(e.InnerException as HttpRequestException ?? (Exception)e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw errors.From(e);
        }
    }

    private async Task<AnalyzerSocket> ConnectAsync(SocketRequest request, AuthHeaders ticket, CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.KeepAliveInterval = options.SignOfLife;
            socket.Options.KeepAliveTimeout = options.SignOfLife;
            socket.Options.SetRequestHeader("X-Host-ID", request.HostId);
            socket.Options.SetRequestHeader("X-Client-Type", SocketRequest.ClientType);
            socket.Options.SetRequestHeader("X-Client-Protocol", "json");
            socket.Options.SetRequestHeader(
                "X-Persistence-Policy",
                request.DeleteOnDisconnect ? "DeleteOnDisconnect" : "Persistent"
            );
            foreach (var (name, value) in ticket.Headers())
            {
                socket.Options.SetRequestHeader(name, value);
            }

            var address = new UriBuilder(new Uri(options.Address, request.Path))
            {
                Scheme = options.Address.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs,
            };
            await socket.ConnectAsync(address.Uri, http, cancel);
            ticket.Worked();
            return new AnalyzerSocket(socket, errors, options.Timeout, options.Time);
        }
        catch (WebSocketException e) when (socket.HttpStatusCode is not (0 or HttpStatusCode.SwitchingProtocols))
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            throw new RefusedException(status, e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Exception> ProblemAsync(
        SocketRequest request,
        RefusedException refused,
        CancellationToken cancel
    )
    {
        using var response = new HttpResponseMessage(refused.Status);
        return refused.Status switch
        {
            HttpStatusCode.Conflict => errors.Wrong(
                $"another client is connected there as \"{request.HostId}\"{request.WhenInUse}",
                refused
            ),
            HttpStatusCode.OK or HttpStatusCode.NotFound => errors.Wrong(
                $"has no /{request.Path} ({(int)refused.Status}): is that a Skydive analyzer?",
                refused
            ),
            HttpStatusCode.Forbidden or HttpStatusCode.MethodNotAllowed => errors.Wrong(
                $"forbids /{request.Path} ({(int)refused.Status}): the user's role needs the right to {request.Right}",
                refused
            ),
            _ => await errors.ProblemOfAsync(response, cancel) ?? errors.Wrong("refuses the WebSocket", refused),
        };
    }

    /// <summary>The analyzer answered, but not with a WebSocket.</summary>
    private sealed class RefusedException(HttpStatusCode status, Exception cause) : Exception(cause.Message, cause)
    {
        public HttpStatusCode Status => status;
    }
}
