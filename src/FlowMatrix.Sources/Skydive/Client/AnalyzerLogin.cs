using System.Net;
using System.Text;
using System.Text.Json;
using FlowMatrix.Core;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>The headers that authenticate a request; none if there are no credentials.</summary>
/// <param name="token">The token that the analyzer returned at login.</param>
/// <param name="basic">User name and password for HTTP Basic, in Base64, if there is no token.</param>
internal sealed class AuthHeaders(string? token, string? basic)
{
    private volatile bool _accepted;

    /// <summary>Whether a refusal can mean that the token has expired: it was accepted before.</summary>
    public bool MayHaveExpired => token is not null && _accepted;

    public void MarkAccepted() => _accepted = true;

    public void AddTo(HttpRequestMessage request)
    {
        foreach (var (name, value) in All())
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    public IEnumerable<(string Name, string Value)> All()
    {
        if (token is not null)
        {
            yield return ("Cookie", $"{AnalyzerLogin.CookieName}={token}");
            yield return ("X-Auth-Token", token);
        }
        else if (basic is not null)
        {
            yield return ("Authorization", $"Basic {basic}");
        }
    }
}

/// <summary>
/// Logs in once for all requests, and again when the token has expired. An analyzer without a login, or one that
/// returns no token, gets HTTP Basic. Source: docs/skydive-protocol.md, "Login".
/// </summary>
internal sealed class AnalyzerLogin(HttpClient http, AnalyzerOptions options, AnalyzerErrors errors) : IDisposable
{
    public const string CookieName = "authtoken";

    private const int MaxAnswerLength = 64 * 1024;

    private readonly SemaphoreSlim _lock = new(1, 1);
    private AuthHeaders? _headers;

    /// <param name="expired">The headers that were refused, to log in again; null for the current ones.</param>
    /// <exception cref="Failure">The analyzer refuses the credentials or returns an invalid response.</exception>
    /// <exception cref="TransientException">The login failed, and a retry may help.</exception>
    public async Task<AuthHeaders> GetHeadersAsync(AuthHeaders? expired, CancellationToken cancel)
    {
        await _lock.WaitAsync(cancel);
        try
        {
            if (_headers is null || ReferenceEquals(_headers, expired))
            {
                _headers = options.Username is null
                    ? new AuthHeaders(null, null)
                    : await LogInAsync(options.Username, cancel);
            }

            return _headers;
        }
        finally
        {
            _lock.Release();
        }
    }

    public void Dispose() => _lock.Dispose();

    private async Task<AuthHeaders> LogInAsync(string username, CancellationToken cancel)
    {
        var password = options.Password ?? "";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Address, "login"))
        {
            Version = http.DefaultRequestVersion,
            VersionPolicy = http.DefaultVersionPolicy,
            Content = new FormUrlEncodedContent([new("username", username), new("password", password)]),
        };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        string? token = null;
        if (response.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed))
        {
            if (await errors.FindProblemAsync(response, cancel, quote: false) is { } problem)
            {
                throw problem;
            }

            token = TokenFromCookie(response) ?? await TokenFromBodyAsync(response, cancel);
        }

        if (token is null)
        {
            return new AuthHeaders(null, Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}")));
        }

        errors.Hide(token);
        return token.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 && !token.Contains(';', StringComparison.Ordinal)
            ? new AuthHeaders(token, null)
            : throw errors.Wrong("returned a login token with invalid characters: is this a Skydive analyzer?");
    }

    private static string? TokenFromCookie(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues("Set-Cookie", out var cookies))
        {
            foreach (var cookie in cookies)
            {
                var pair = cookie.Split(';')[0].Split('=', 2, StringSplitOptions.TrimEntries);
                if (pair is [CookieName, { Length: > 0 } value])
                {
                    return value;
                }
            }
        }

        return null;
    }

    private async Task<string?> TokenFromBodyAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var buffer = new byte[MaxAnswerLength];
        using var body = await response.Content.ReadAsStreamAsync(cancel);
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        try
        {
            using var json = JsonDocument.Parse(buffer.AsMemory(0, length));
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("Token", out var token)
                && token.ValueKind == JsonValueKind.String
                && token.GetString() is { Length: > 0 } text
                ? text
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw errors.Wrong("answered the login with neither a cookie nor JSON: is this a Skydive analyzer?", e);
        }
    }
}
