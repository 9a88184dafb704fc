using System.Net;
using System.Net.Sockets;
using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>
/// The errors of an analyzer that cannot be reached or does not answer as it should. A message is one line: where,
/// what, and what to do. Source of the cases: docs/skydive-protocol.md, "Topology query".
/// </summary>
internal sealed class AnalyzerErrors(AnalyzerOptions options, AnalyzerTls tls)
{
    private const int MaxTextLength = 16 * 1024;

    private readonly bool _isTls = options.Address.Scheme == Uri.UriSchemeHttps;

    /// <summary>The address without user, password and query.</summary>
    public string Where { get; } =
        options
            .Address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
            .TrimEnd('/');

    /// <summary>
    /// With TLS 1.3 a missing client certificate fails only after the handshake, as a closed connection.
    /// </summary>
    private string ClientCertificateHint =>
        !_isTls ? ""
        : options.Tls.Certificate is null ? "; if it asks for a client certificate, give one with --cert and --key"
        : "; it may not trust the client certificate: check --cert and --key";

    /// <summary>
    /// Text from the analyzer for a message: escaped, and secrets masked, since it may echo a request.
    /// </summary>
    public string Shown(string text) => UntrustedText.Shown(options.Secrets.InQuote(text));

    /// <summary>Masks a secret in all messages from now on.</summary>
    public void Hide(string secret) => options.Secrets.Add(secret);

    public Failure Wrong(string what, Exception? cause = null) => new(FailureKind.Analyzer, $"{Where}: {what}", cause);

    public TransientException TimedOut(Exception cause) =>
        new($"{Where}: no complete answer within {options.Timeout.TotalSeconds:0.###} s (--timeout)", cause);

    /// <summary>The error that a response stands for; null if it may hold the expected JSON.</summary>
    /// <param name="quote">Whether the message may quote the body: not after a login, which may echo the
    /// password.</param>
    public async Task<Exception?> FindProblemAsync(
        HttpResponseMessage response,
        CancellationToken cancel,
        bool quote = true
    )
    {
        if (response.StatusCode == HttpStatusCode.OK)
        {
            return response.Content.Headers.ContentType?.MediaType is "text/html"
                ? Wrong("returned a web page: is there a proxy, or another server at this address?")
                : null;
        }

        var status = StatusText(response.StatusCode);
        if ((int)response.StatusCode is >= 300 and < 400)
        {
            return Wrong(
                $"redirects to {RedirectTarget(response, quote)} ({(int)response.StatusCode}): if that is the "
                    + "analyzer, use that address with --analyzer"
            );
        }

        var text = await ReadTextAsync(response, cancel);
        var quoted = string.IsNullOrWhiteSpace(text) || !quote ? "" : $": {Shown(text)}";
        if (RetryPolicy.IsTransient(response.StatusCode))
        {
            return new TransientException(
                $"{Where}: not ready to answer ({status}){quoted}",
                null,
                RetryAfter(response)
            );
        }

        return Wrong(
            response.StatusCode switch
            {
                HttpStatusCode.NoContent => "returned no content (204): is this a Skydive analyzer?",
                HttpStatusCode.BadRequest
                    when !_isTls && text.Contains("HTTPS server", StringComparison.OrdinalIgnoreCase) =>
                    "speaks TLS only: use --ssl",
                HttpStatusCode.BadRequest
                    when text.Contains("not support history", StringComparison.OrdinalIgnoreCase) =>
                    "keeps no history: --at and --duration need an analyzer with a backend such as "
                        + "Elasticsearch, not memory",
                HttpStatusCode.BadRequest => $"refuses the query{quoted}",
                HttpStatusCode.Unauthorized when options.Username is null =>
                    $"requires credentials: give --username and --password-file{quoted}",
                HttpStatusCode.Unauthorized =>
                    $"refuses these credentials: check --username and --password-file{quoted}",
                HttpStatusCode.Forbidden or HttpStatusCode.MethodNotAllowed =>
                    $"forbids the query ({status}): the user's role needs the right \"topology read\"{quoted}",
                HttpStatusCode.NotFound =>
                    "not a Skydive analyzer, it has no /api/topology (404): check host and port (an "
                        + $"analyzer's is 8082){quoted}",
                _ => $"returned {status} instead of the topology{quoted}",
            }
        );
    }

    /// <summary>
    /// The error of a failed connection: a <see cref="TransientException"/> or a <see cref="Failure"/>.
    /// </summary>
    public Exception From(Exception failure)
    {
        var error = (failure as HttpRequestException)?.HttpRequestError;
        var cause = failure.GetBaseException();
        if (error == HttpRequestError.NameResolutionError)
        {
            return Wrong($"cannot resolve the host name {options.Address.IdnHost}: check --analyzer", failure);
        }

        if (error == HttpRequestError.SecureConnectionError)
        {
            if (tls.Problem is not null)
            {
                return Wrong(
                    $"the analyzer's certificate is not valid: {tls.Problem}; give the certificate of its issuer "
                        + "with --cacert, or skip verification with --insecure",
                    failure
                );
            }

            var what =
                $"no TLS connection: {Shown(cause.Message)}; if the analyzer speaks plain HTTP, drop "
                + $"--ssl{ClientCertificateHint}";
            return RetryPolicy.IsTransient(failure)
                ? new TransientException($"{Where}: {what}", failure)
                : Wrong(what, failure);
        }

        if (RetryPolicy.IsTransient(failure))
        {
            return new TransientException($"{Where}: {DescribeTransient(cause, error is null)}", failure);
        }

        return Wrong(
            error == HttpRequestError.InvalidResponse
                ? $"does not speak HTTP: {Shown(cause.Message)}{(_isTls ? "" : "; if it speaks TLS, use --ssl")}"
                : $"cannot be reached: {Shown(cause.Message)}{ClientCertificateHint}",
            failure
        );
    }

    /// <param name="inBody">The analyzer had started to answer: the protocol is the right one.</param>
    private string DescribeTransient(Exception cause, bool inBody) =>
        cause switch
        {
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
                "connection refused: is the analyzer running, and is the port "
                    + $"right?{(options.IsAssumed ? " (no --analyzer given; see flowmatrix --help)" : "")}",
            SocketException { SocketErrorCode: SocketError.TimedOut } =>
                "connection timed out: the host does not answer",
            _ when inBody => "the connection was closed in the middle of the response",
            _ => "the connection was closed before a "
                + $"response{(_isTls ? ClientCertificateHint : "; if the analyzer speaks TLS, use --ssl")}",
        };

    /// <summary>"500 Internal Server Error", with the standard's phrase instead of the analyzer's.</summary>
    private static string StatusText(HttpStatusCode status)
    {
        using var plain = new HttpResponseMessage(status);
        return $"{(int)status} {plain.ReasonPhrase}".TrimEnd();
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var wait =
            response.Headers.RetryAfter?.Delta
            ?? (response.Headers.RetryAfter?.Date is { } date ? date - options.Time.GetUtcNow() : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private string RedirectTarget(HttpResponseMessage response, bool quote) =>
        response.Headers.Location is not { } location || !Uri.TryCreate(options.Address, location, out var target)
            ? "nowhere"
            : Shown(
                target.GetComponents(
                    quote ? UriComponents.SchemeAndServer | UriComponents.Path : UriComponents.SchemeAndServer,
                    UriFormat.UriEscaped
                )
            );

    private async Task<string> ReadTextAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var buffer = new byte[MaxTextLength];
        using var body = await response.Content.ReadAsStreamAsync(cancel);
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        if (length == buffer.Length)
        {
            // The text may be cut within a secret, whose first part would not be recognised.
            length = Math.Max(0, length - options.Secrets.MaxEncodedLength);
        }

        return Encoding.UTF8.GetString(buffer.AsSpan(0, length));
    }
}
