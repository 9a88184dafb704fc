using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using FlowMatrix.Core;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Time;
using FlowMatrix.Sources.Streams;
using Polly;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>
/// Queries an analyzer: <c>POST api/topology</c> with a Gremlin query. Logs in if there is a user name, and retries
/// transient errors. Thread-safe.
/// </summary>
internal sealed class AnalyzerClient : IDisposable
{
    private readonly AnalyzerOptions _options;
    private readonly AnalyzerTls _tls;
    private readonly AnalyzerErrors _errors;
    private readonly AnalyzerHttp _http;
    private readonly AnalyzerLogin _login;
    private readonly ResiliencePipeline _retries;
    private readonly ReadProgress _progress;

    /// <param name="activity">Watches what the analyzer sends, for a subscription; else null.</param>
    /// <exception cref="Failure">A file of the TLS options cannot be read or is not valid.</exception>
    public AnalyzerClient(AnalyzerOptions options, ReadProgress progress, ActivityMonitor? activity = null)
    {
        (_options, _progress) = (options, progress);
        if (options.Password is { } password)
        {
            options.Secrets.Add(password);
            options.Secrets.Add($"{options.Username}:{password}");
        }

        _tls = new AnalyzerTls(options.Tls, options.Address.IdnHost, options.Time);
        _errors = new AnalyzerErrors(options, _tls);
        _http = new AnalyzerHttp(options, _tls.Authentication, activity);
        _login = new AnalyzerLogin(_http.Client, options, _errors);
        _retries = RetryPolicy.Create(
            options.Retries,
            options.RetryDelay,
            options.Time,
            (next, wait, why) =>
                progress.Detail($"{why}; try {next} of {options.Retries + 1} in {wait.TotalSeconds:0.0} s")
        );
        if (options.Username is not null && options.Address.Scheme == Uri.UriSchemeHttp && !options.Address.IsLoopback)
        {
            progress.Warn(
                $"{Where}: user name and password are sent unencrypted; use --ssl if the analyzer supports TLS"
            );
        }

        if (options.Tls.Insecure)
        {
            progress.Warn($"{Where}: TLS certificate verification is skipped (--insecure)");
        }
    }

    public AnalyzerErrors Errors => _errors;

    public TimeProvider Time => _options.Time;

    /// <summary>The analyzer's address, for messages.</summary>
    public string Where => _errors.Where;

    /// <summary>Sends a query and reads its answer.</summary>
    /// <param name="read">
    /// Reads the body to its end; may block, since it runs on its own thread. Called once per attempt: it must not keep
    /// anything of an attempt that failed.
    /// </param>
    /// <exception cref="Failure">The analyzer cannot be reached or refuses, or its answer is not valid.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, possibly while the body was read.</exception>
    public Task<T> AskAsync<T>(string gremlin, Func<Stream, CancellationToken, T> read, CancellationToken cancel) =>
        RetryAsync(token => TryAsync(gremlin, read, token), cancel);

    /// <summary>Opens a WebSocket with the same login, TLS and retries.</summary>
    /// <exception cref="Failure">The analyzer cannot be reached or refuses.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<AnalyzerWebSocket> OpenAsync(WebSocketRequest request, CancellationToken cancel) =>
        RetryAsync(
            token => new WebSocketConnector(_options, _http.Client, _login, _errors).ConnectAsync(request, token),
            cancel
        );

    public void Dispose()
    {
        _login.Dispose();
        _http.Dispose();
        _tls.Dispose();
    }

    /// <summary>
    /// Retries a whole attempt. A retry handler of the client factory would be too narrow: it has finished when the
    /// headers arrive, but a truncated body must be requested again too, and a WebSocket together with its login. The
    /// timeout of an attempt (--timeout) includes the body.
    /// </summary>
    private async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancel)
    {
        var attempts = 0;
        try
        {
            return await _retries.ExecuteAsync(
                async token =>
                {
                    attempts++;
                    return await attempt(token);
                },
                cancel
            );
        }
        catch (TransientException e)
        {
            throw new Failure(
                FailureKind.Analyzer,
                attempts == 1 ? e.Message : $"{e.Message} (tried {attempts} times)",
                e
            );
        }
    }

    private async Task<T> TryAsync<T>(string gremlin, Func<Stream, CancellationToken, T> read, CancellationToken cancel)
    {
        using var limit = new TimeLimit(_options.Timeout, _options.Time, cancel);
        var start = _options.Time.GetTimestamp();
        try
        {
            using var response = await SendAsync(gremlin, limit.Token);
            if (await _errors.FindProblemAsync(response, limit.Token) is { } problem)
            {
                throw problem;
            }

            using var body = await response.Content.ReadAsStreamAsync(limit.Token);
            using var stream = new AnswerStream(body, limit.Token);
            var answer = await Task.Factory.StartNew(
                () => read(stream, limit.Token),
                limit.Token,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
            _progress.Detail(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Where}: {UntrustedText.Shown(gremlin)}: {stream.BytesRead:N0} bytes in "
                        + $"{_options.Time.GetElapsedTime(start).TotalMilliseconds:N0} ms"
                )
            );
            return answer;
        }
        catch (Exception e) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException("cancelled", e, cancel);
        }
        catch (Exception e) when (limit.IsOver && e is OperationCanceledException or IOException)
        {
            throw _errors.TimedOut(e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw _errors.From(e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string gremlin, CancellationToken cancel)
    {
        var headers = await _login.GetHeadersAsync(expired: null, cancel);
        var response = await PostAsync(gremlin, headers, cancel);
        if (response.StatusCode == HttpStatusCode.Unauthorized && headers.MayHaveExpired)
        {
            response.Dispose();
            headers = await _login.GetHeadersAsync(expired: headers, cancel);
            response = await PostAsync(gremlin, headers, cancel);
        }

        if (response.StatusCode == HttpStatusCode.OK)
        {
            headers.MarkAccepted();
        }

        return response;
    }

    private async Task<HttpResponseMessage> PostAsync(string gremlin, AuthHeaders headers, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_options.Address, "api/topology"))
        {
            Version = _http.Client.DefaultRequestVersion,
            VersionPolicy = _http.Client.DefaultVersionPolicy,
            Content = new ByteArrayContent(
                Encoding.UTF8.GetBytes($$"""{"GremlinQuery":"{{JsonEncodedText.Encode(gremlin)}}"}""")
            ),
        };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Accept.Add(new("application/json"));
        headers.AddTo(request);
        return await _http.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
    }
}
