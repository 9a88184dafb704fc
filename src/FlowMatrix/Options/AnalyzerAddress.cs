using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Options;

/// <summary>The address of an analyzer as a user writes it: host, host:port, an IPv6 literal, or a URL.</summary>
internal static class AnalyzerAddress
{
    public const string Default = "127.0.0.1:8082";

    /// <summary>Where Skydive's analyzer listens unless its settings say otherwise.</summary>
    private const int DefaultPort = 8082;

    private const string NoPort = "needs a port from 1 to 65535 after its colon";

    public static bool TryParse(
        string text,
        bool ssl,
        [NotNullWhen(true)] out Uri? address,
        [NotNullWhen(false)] out string? problem
    )
    {
        address = null;
        problem = null;
        text = text.Trim();
        var isUrl = text.Contains("://", StringComparison.Ordinal);
        if (isUrl)
        {
            if (
                !Uri.TryCreate(text, UriKind.Absolute, out var url)
                || url.Scheme is not ("http" or "https")
                || url.Host.Length == 0
            )
            {
                problem = "is not an http or https URL";
            }
            else if (url.UserInfo.Length > 0)
            {
                problem = "must not hold credentials: use --username and --password-file";
            }
            else if (url.Query.Length > 0 || url.Fragment.Length > 0)
            {
                problem = "must not have a query or a fragment";
            }
            else if (url.Port == 0)
            {
                problem = NoPort;
            }
            else
            {
                var builder = new UriBuilder(url)
                {
                    Scheme = ssl ? "https" : url.Scheme,
                    Port = url.IsDefaultPort ? -1 : url.Port,
                };
                builder.Path = builder.Path.EndsWith('/') ? builder.Path : $"{builder.Path}/";
                address = builder.Uri;
            }

            return problem is null;
        }

        var (host, port) = HostAndPort.Split(text);
        if (host.Length == 0 || Uri.CheckHostName(host) is UriHostNameType.Unknown)
        {
            problem = "is not a host, host:port or URL";
            return false;
        }

        var number = DefaultPort;
        if (
            port is not null
            && (
                !int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number)
                || number is < 1 or > 65535
            )
        )
        {
            problem = NoPort;
            return false;
        }

        if (BracketsMissing(text) is { } meant)
        {
            problem = $"is ambiguous: put an IPv6 address with a port in brackets: {meant}, or [{text}] without";
            return false;
        }

        address = new UriBuilder(ssl ? "https" : "http", host, number).Uri;
        return true;
    }

    /// <summary>
    /// How to write an address such as "::1:8082" if its last part is the port; null if it is not ambiguous.
    /// </summary>
    private static string? BracketsMissing(string text) =>
        !text.StartsWith('[')
        && text.LastIndexOf(':') is > 0 and var colon
        && text[(colon + 1)..] is { Length: >= 2 and <= 5 } port
        && port.All(char.IsAsciiDigit)
        && IPAddress.TryParse(text, out var whole)
        && whole.AddressFamily == AddressFamily.InterNetworkV6
        && IPAddress.TryParse(text[..colon], out var host)
        && host.AddressFamily == AddressFamily.InterNetworkV6
            ? $"[{host}]:{port}"
            : null;
}
