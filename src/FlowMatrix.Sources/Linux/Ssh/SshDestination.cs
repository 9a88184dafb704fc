using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FlowMatrix.Core.Net;

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

        var user = text[..(text.LastIndexOf('@') + 1)];
        var (host, port) = HostAndPort.Split(text[user.Length..]);
        if (host.Length == 0 || user.StartsWith('@'))
        {
            problem = "has no host";
            return false;
        }

        if (port is null)
        {
            destination = new SshDestination(text, user + host, null);
            return true;
        }

        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            problem = "has no valid port";
            return false;
        }

        destination = new SshDestination(text, user + host, number);
        return true;
    }
}
