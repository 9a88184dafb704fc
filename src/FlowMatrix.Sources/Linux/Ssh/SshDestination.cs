using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FlowMatrix.Sources.Linux.Ssh;

/// <summary>Where ssh connects to.</summary>
/// <param name="Text">As the user wrote it, for messages.</param>
/// <param name="Host">A name in the user's configuration, a host or an address, with a user if one is given.</param>
/// <param name="Port">Null for the port in the user's configuration, or 22.</param>
internal sealed record SshDestination(string Text, string Host, ushort? Port)
{
    /// <summary>Parses <c>[user@]host[:port]</c>. IPv6 addresses with a port are in brackets.</summary>
    /// <param name="problem">What is wrong, as a clause.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out SshDestination? destination,
        [NotNullWhen(false)] out string? problem
    )
    {
        (destination, problem) = (null, null);
        if (text.StartsWith('-') || text.Contains("@-", StringComparison.Ordinal))
        {
            // ssh would take it as an option, and options can run commands.
            problem = "must not start with -";
            return false;
        }

        if (text.Length == 0 || text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            problem = "is not user@host:port";
            return false;
        }

        var (host, port) = Split(text);
        if (host.Length == 0 || host.EndsWith('@') || host.StartsWith('@'))
        {
            problem = "has no host";
            return false;
        }

        if (port is null)
        {
            destination = new SshDestination(text, host, null);
            return true;
        }

        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            problem = "has no valid port";
            return false;
        }

        destination = new SshDestination(text, host, number);
        return true;
    }

    private static (string Host, string? Port) Split(string text)
    {
        var user = text.LastIndexOf('@') + 1;
        if (text.AsSpan(user).StartsWith("[") && text.IndexOf(']', user) is > 0 and var end)
        {
            var host = text[..user] + text[(user + 1)..end];
            return end + 1 == text.Length ? (host, null)
                : text[end + 1] == ':' ? (host, text[(end + 2)..])
                : ("", null);
        }

        var colon = text.IndexOf(':', user);
        return colon < 0 || text.LastIndexOf(':') != colon ? (text, null) : (text[..colon], text[(colon + 1)..]);
    }
}
