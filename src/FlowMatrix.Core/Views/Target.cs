using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Views.Patterns;

namespace FlowMatrix.Core.Views;

/// <summary>
/// The start or end of a chain: a host (with *) or an address, optionally with the port of a service there: "db01",
/// "db*:3306", "10.0.0.5:443", "[fd00::1]:443". Source: docs/guide.md, "Chains".
/// </summary>
/// <param name="Text">The target as the user wrote it.</param>
/// <param name="Address">Set if the host is written as an address.</param>
internal sealed record Target(string Text, Glob Host, IpAddress? Address, ushort? Port)
{
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out Target? target,
        [NotNullWhen(false)] out string? problem
    )
    {
        (target, problem) = (null, null);
        var (host, port) = HostAndPort.Split(text);
        ushort number = 0;
        if (host.Length == 0)
        {
            problem = "needs a host, for example db01, db01:3306, 10.0.0.5:3306 or [fd00::1]:3306";
            return false;
        }

        if (port is not null && !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            problem = "needs a port from 0 to 65535 after the colon";
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
}
