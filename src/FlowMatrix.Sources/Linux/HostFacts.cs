using System.Globalization;
using System.Text;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Sources.Linux;

/// <summary>The section of the script's output that says which host it is.</summary>
internal static class HostFacts
{
    /// <summary>As <c>uname -m</c> names them.</summary>
    private static readonly HashSet<string> BigEndianMachines =
    [
        "s390x",
        "s390",
        "ppc",
        "ppc64",
        "mips",
        "mips64",
        "sparc",
        "sparc64",
        "aarch64_be",
        "armeb",
        "m68k",
        "parisc",
        "parisc64",
    ];

    /// <summary>Parses a line: a key, a space and a value. Unknown keys are ignored.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, HostSnapshot host)
    {
        var space = line.IndexOf((byte)' ');
        if (space < 0)
        {
            return false;
        }

        var (key, value) = (Encoding.UTF8.GetString(line[..space]), Encoding.UTF8.GetString(line[(space + 1)..]));
        switch (key)
        {
            case "name":
                host.Name = value;
                return value.Length > 0;
            case "boot":
                host.BootId = value;
                return true;
            case "uid" or "time":
                return uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _);
            case "machine":
                host.IsBigEndian = BigEndianMachines.Contains(value);
                return true;
            case "session":
                return value.Length == 0 || TryParseSession(value, host);
            default:
                return true;
        }
    }

    private static bool TryParseSession(string value, HostSnapshot host)
    {
        if (
            value.Split(' ') is not [var client, var clientPort, var service, var servicePort]
            || !IpAddress.TryParse(client, out var from)
            || !ushort.TryParse(clientPort, NumberStyles.None, CultureInfo.InvariantCulture, out var fromPort)
            || !IpAddress.TryParse(service, out var to)
            || !ushort.TryParse(servicePort, NumberStyles.None, CultureInfo.InvariantCulture, out var toPort)
        )
        {
            return false;
        }

        host.Session = new KernelTuple(from, fromPort, to, toPort);
        return true;
    }
}
