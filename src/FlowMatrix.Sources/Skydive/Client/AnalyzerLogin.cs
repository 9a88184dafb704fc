using System.Net;
using System.Text;
using System.Text.Json;
using FlowMatrix.Core;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>What a request shows to be let in.</summary>
/// <param name="token">What the analyzer gave us at login.</param>
/// <param name="basic">User name and password for HTTP Basic, where there was no token.</param>
internal sealed class AuthHeaders(string? token, string? basic)
{
    private volatile bool _worked;

    /// <summary>Refused after it was good: it ran out, and a new one may be had.</summary>
    public bool MayHaveExpired => token is not null && _worked;

    public void Worked() => _worked = true;

    public void Show(HttpRequestMessage request)
    {
        foreach (var (name, value) in Headers())
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    public IEnumerable<(string Name, string Value)> Headers()
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
/// Logs in once for all requests, and again when the token ran out. An analyzer without a login, or one that gives no
/// token, gets HTTP Basic. Source: what a real analyzer takes (POST /login, cookie, X-Auth-Token for Keystone).
/// </summary>
internal sealed class AnalyzerLogin(HttpClient http, AnalyzerOptions options, AnalyzerErrors errors) : IDisposable
{
    public const string CookieName = "authtoken";

    private const int LongestAnswer = 64 * 1024;

    private readonly SemaphoreSlim _one = new(1, 1);
    private AuthHeaders? _ticket;

    /// <param name="expired">The ticket that was refused; null for the one there is.</param>
    /// <exception cref="Failure">The analyzer refuses the credentials, or answers no sense.</exception>
    /// <exception cref="TransientException">It may answer when asked again.</exception>
    public async Task<AuthHeaders> TicketAsync(AuthHeaders? expired, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            if (_ticket is null || ReferenceEquals(_ticket, expired))
            {
                _ticket = options.Username is null
                    ? new AuthHeaders(null, null)
                    : await LogInAsync(options.Username, cancel);
            }

            return _ticket;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

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
            if (await errors.ProblemOfAsync(response, cancel, quote: false) is { } problem)
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
            : throw errors.Wrong(
                "answers the login with a token that cannot be sent back: is that a Skydive analyzer?"
            );
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
        var buffer = new byte[LongestAnswer];
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
            throw errors.Wrong("answers the login with neither a cookie nor JSON: is that a Skydive analyzer?", e);
        }
    }
}
