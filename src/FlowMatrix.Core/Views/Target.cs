using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Views.Patterns;

namespace FlowMatrix.Core.Views;

/// <summary>
/// Where a chain through the matrix begins or ends: a host (with *) or an address, and maybe the port of a service there:
/// "db01", "db*:3306", "10.0.0.5:443", "[fd00::1]:443".
/// </summary>
internal sealed record Target(string Text, Glob Host, IpAddress? Address, ushort? Port)
{
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out Target? target,
        [NotNullWhen(false)] out string? problem
    )
    {
        (target, problem) = (null, null);
        var (host, port) = Split(text);
        ushort number = 0;
        if (host.Length == 0)
        {
            problem = "names no host: db01, db01:3306, 10.0.0.5:3306, [fd00::1]:3306";
            return false;
        }

        if (port is not null && !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            problem = "has no port from 0 to 65535 after its colon";
            return false;
        }

        target = new Target(
            text,
            new Glob(host),
            IpAddress.TryParse(host, out var address) ? address : null,
            port is null ? null : number
        );
        return true;
    }

    private static (string Host, string? Port) Split(string text)
    {
        if (text.StartsWith('[') && text.IndexOf(']', StringComparison.Ordinal) is > 0 and var end)
        {
            var rest = text[(end + 1)..];
            return rest.Length == 0 ? (text[1..end], null) : (text[1..end], rest[0] == ':' ? rest[1..] : rest);
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || text.LastIndexOf(':') != colon ? (text, null) : (text[..colon], text[(colon + 1)..]);
    }
}
