using System.Net;
using System.Net.WebSockets;
using FlowMatrix.Core.Time;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>A WebSocket to open.</summary>
/// <param name="Path">Below the analyzer's address: "ws/publisher", "ws/subscriber".</param>
/// <param name="HostId">Identifies the client; the analyzer accepts each ID only once at a time.</param>
internal sealed record WebSocketRequest(string Path, string HostId)
{
    /// <summary>The first part of the origin of published elements, "flowmatrix.&lt;host ID&gt;".</summary>
    public const string ClientType = "flowmatrix";

    /// <summary>Whether the analyzer removes the published elements when the connection ends.</summary>
    public bool DeleteOnDisconnect { get; init; }

    /// <summary>The right that the user's role needs.</summary>
    public string RequiredRight => Path.EndsWith("publisher", StringComparison.Ordinal) ? "publish" : "subscribe";

    /// <summary>What to do if the host ID is in use: the end of the error message.</summary>
    public string WhenInUse { get; init; } = "";
}

/// <summary>Opens WebSockets: login, headers of the upgrade request, and errors.</summary>
internal sealed class WebSocketConnector(
    AnalyzerOptions options,
    HttpClient http,
    AnalyzerLogin login,
    AnalyzerErrors errors
)
{
    public async Task<AnalyzerWebSocket> ConnectAsync(WebSocketRequest request, CancellationToken cancel)
    {
        using var limit = new TimeLimit(options.Timeout, options.Time, cancel);
        try
        {
            var headers = await login.GetHeadersAsync(expired: null, limit.Token);
            try
            {
                return await ConnectOnceAsync(request, headers, limit.Token);
            }
            catch (RefusedException e) when (e.Status == HttpStatusCode.Unauthorized && headers.MayHaveExpired)
            {
                headers = await login.GetHeadersAsync(expired: headers, limit.Token);
                return await ConnectOnceAsync(request, headers, limit.Token);
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

    private async Task<AnalyzerWebSocket> ConnectOnceAsync(
        WebSocketRequest request,
        AuthHeaders headers,
        CancellationToken cancel
    )
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.KeepAliveInterval = options.KeepAliveInterval;
            socket.Options.KeepAliveTimeout = options.KeepAliveInterval;
            socket.Options.SetRequestHeader("X-Host-ID", request.HostId);
            socket.Options.SetRequestHeader("X-Client-Type", WebSocketRequest.ClientType);
            socket.Options.SetRequestHeader("X-Client-Protocol", "json");
            socket.Options.SetRequestHeader(
                "X-Persistence-Policy",
                request.DeleteOnDisconnect ? "DeleteOnDisconnect" : "Persistent"
            );
            foreach (var (name, value) in headers.All())
            {
                socket.Options.SetRequestHeader(name, value);
            }

            var address = new UriBuilder(new Uri(options.Address, request.Path))
            {
                Scheme = options.Address.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs,
            };
            await socket.ConnectAsync(address.Uri, http, cancel);
            headers.MarkAccepted();
            return new AnalyzerWebSocket(socket, errors, options.Timeout, options.Time);
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
        WebSocketRequest request,
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
                $"has no /{request.Path} ({(int)refused.Status}): is this a Skydive analyzer?",
                refused
            ),
            HttpStatusCode.Forbidden or HttpStatusCode.MethodNotAllowed => errors.Wrong(
                $"forbids /{request.Path} ({(int)refused.Status}): the user's role needs the right to "
                    + request.RequiredRight,
                refused
            ),
            _ => await errors.FindProblemAsync(response, cancel) ?? errors.Wrong("refuses the WebSocket", refused),
        };
    }

    /// <summary>The analyzer answered the upgrade request with another status than 101.</summary>
    private sealed class RefusedException(HttpStatusCode status, Exception cause) : Exception(cause.Message, cause)
    {
        public HttpStatusCode Status => status;
    }
}
