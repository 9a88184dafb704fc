using System.Net;
using System.Net.Sockets;
using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>
/// What to tell of an analyzer that cannot be reached or doesn't answer as it should: one line, what, where, what to
/// do. Source of the cases: the table of answers that a real analyzer gave.
/// </summary>
internal sealed class AnalyzerErrors(AnalyzerOptions options, AnalyzerTls tls)
{
    private const int LongestText = 16 * 1024;

    private readonly bool _isTls = options.Address.Scheme == Uri.UriSchemeHttps;

    /// <summary>The address without anything that came with it in front of an "@" or behind a "?".</summary>
    public string Where { get; } =
        options
            .Address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
            .TrimEnd('/');

    /// <summary>With TLS 1.3 a missing client's certificate shows only once the connection is in use.</summary>
    private string OwnCertificate =>
        !_isTls ? ""
        : options.Tls.Certificate is null ? "; if it asks for a client certificate, give one with --cert and --key"
        : "; it may not trust the client certificate: check --cert and --key";

    /// <summary>Text from the analyzer, fit for a message: it might say our own words back to us.</summary>
    public string Shown(string text) => UntrustedText.Shown(options.Secrets.InQuote(text));

    /// <summary>Keeps a text out of all messages from now on.</summary>
    public void Hide(string secret) => options.Secrets.Add(secret);

    public Failure Wrong(string what, Exception? cause = null) => new(FailureKind.Analyzer, $"{Where}: {what}", cause);

    public TransientException TimedOut(Exception cause) =>
        new($"{Where}: no complete answer within {options.Timeout.TotalSeconds:0.###} s (--timeout)", cause);

    /// <summary>Why an answer with a body that should be JSON is none; null where it may well be.</summary>
    /// <param name="quote">Whether the answer's own text may be quoted: not that of a login, which was sent the
    /// password.</param>
    public async Task<Exception?> ProblemOfAsync(
        HttpResponseMessage response,
        CancellationToken cancel,
        bool quote = true
    )
    {
        if (response.StatusCode == HttpStatusCode.OK)
        {
            return response.Content.Headers.ContentType?.MediaType is "text/html"
                ? Wrong("answers with a web page: is there a proxy, or another server at this address?")
                : null;
        }

        var status = Standard(response.StatusCode);
        if ((int)response.StatusCode is >= 300 and < 400)
        {
            return Wrong(
                $"redirects to {Target(response, quote)} ({(int)response.StatusCode}): if that is the "
                    + "analyzer, use that address with --analyzer"
            );
        }

        var text = await ReadTextAsync(response, cancel);
        var said = string.IsNullOrWhiteSpace(text) || !quote ? "" : $": {Shown(text)}";
        if (RetryPolicy.IsTransient(response.StatusCode))
        {
            return new TransientException($"{Where}: not ready to answer ({status}){said}", null, RetryAfter(response));
        }

        return Wrong(
            response.StatusCode switch
            {
                HttpStatusCode.NoContent => "answers nothing at all (204) to a query: is that a Skydive analyzer?",
                HttpStatusCode.BadRequest
                    when !_isTls && text.Contains("HTTPS server", StringComparison.OrdinalIgnoreCase) =>
                    "speaks TLS only: use --ssl",
                HttpStatusCode.BadRequest
                    when text.Contains("not support history", StringComparison.OrdinalIgnoreCase) =>
                    "keeps no history: --at and --duration need an analyzer with a backend such as "
                        + "Elasticsearch, not memory",
                HttpStatusCode.BadRequest => $"refuses the query{said}",
                HttpStatusCode.Unauthorized when options.Username is null =>
                    $"asks for credentials: give --username and --password{said}",
                HttpStatusCode.Unauthorized => $"refuses these credentials: check --username and --password{said}",
                HttpStatusCode.Forbidden or HttpStatusCode.MethodNotAllowed =>
                    $"forbids the query ({status}): the user's role needs the right \"topology read\"{said}",
                HttpStatusCode.NotFound =>
                    "not a Skydive analyzer, it has no /api/topology (404): check host and port (an "
                        + $"analyzer's is 8082){said}",
                _ => $"answers {status} instead of the topology{said}",
            }
        );
    }

    /// <summary>
    /// What a failed connection comes to: a <see cref="TransientException"/> or a <see cref="Failure"/>.
    /// </summary>
    public Exception From(Exception failure)
    {
        var error = (failure as HttpRequestException)?.HttpRequestError;
        var cause = failure.GetBaseException();
        if (error == HttpRequestError.NameResolutionError)
        {
            return Wrong($"no address is known for the name {options.Address.IdnHost}: check --analyzer", failure);
        }

        if (error == HttpRequestError.SecureConnectionError)
        {
            if (tls.Problem is not null)
            {
                return Wrong(
                    $"the analyzer's certificate is not valid: {tls.Problem}; name a trusted issuer's file with "
                        + "--cacert, or check nothing with --insecure",
                    failure
                );
            }

            var what =
                $"no TLS connection: {Shown(cause.Message)}; if the analyzer speaks plain HTTP, drop "
                + $"--ssl{OwnCertificate}";
            return RetryPolicy.IsTransient(failure)
                ? new TransientException($"{Where}: {what}", failure)
                : Wrong(what, failure);
        }

        if (RetryPolicy.IsTransient(failure))
        {
            return new TransientException($"{Where}: {Passing(cause, error is null)}", failure);
        }

        return Wrong(
            error == HttpRequestError.InvalidResponse
                ? $"does not speak HTTP: {Shown(cause.Message)}{(_isTls ? "" : "; if it speaks TLS, use --ssl")}"
                : $"cannot be reached: {Shown(cause.Message)}{OwnCertificate}",
            failure
        );
    }

    /// <param name="inBody">The analyzer had begun to answer: then it speaks what we speak.</param>
    private string Passing(Exception cause, bool inBody) =>
        cause switch
        {
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
                "connection refused: is the analyzer running, and is the port "
                    + $"right?{(options.IsAssumed ? " (no --analyzer given; see flowmatrix --help)" : "")}",
            SocketException { SocketErrorCode: SocketError.TimedOut } => "no connection: the host does not answer",
            _ when inBody => "the connection was closed in the middle of the response",
            _ => "the connection was closed before a "
                + $"response{(_isTls ? OwnCertificate : "; if the analyzer speaks TLS, use --ssl")}",
        };

    /// <summary>"500 Internal Server Error": in the standard's words, whatever the analyzer's are.</summary>
    private static string Standard(HttpStatusCode status)
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

    private string Target(HttpResponseMessage response, bool quote) =>
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
        var buffer = new byte[LongestText];
        using var body = await response.Content.ReadAsStreamAsync(cancel);
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        if (length == buffer.Length)
        {
            // Where it is cut, the beginning of a secret would not be recognised.
            length = Math.Max(0, length - options.Secrets.LongestForm);
        }

        return Encoding.UTF8.GetString(buffer.AsSpan(0, length));
    }
}
