using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FlowMatrix.Core.Net;

/// <summary>A network of one family, as CIDR writes it; a single address is a network of its full length.</summary>
/// <param name="Address">Its lowest address.</param>
/// <param name="Length">Of its prefix: 0 to 32 for IPv4, 0 to 128 for IPv6.</param>
internal readonly record struct IpNetwork(IpAddress Address, int Length)
{
    public bool Contains(IpAddress other) => other.IsV4 == Address.IsV4 && Create(other, Length).Address == Address;

    /// <summary>The network of this length that the address is in.</summary>
    public static IpNetwork Create(IpAddress address, int length)
    {
        var below = (address.IsV4 ? 32 : 128) - length;
        var mask = below == 128 ? UInt128.Zero : UInt128.MaxValue << below;
        return new IpNetwork(new IpAddress(address.Number & mask), length);
    }

    /// <param name="problem">A clause about the text, with what would be right.</param>
    public static bool TryParse(string text, out IpNetwork network, [NotNullWhen(false)] out string? problem)
    {
        network = default;
        problem = null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? text : text[..slash];
        if (!IpAddress.TryParse(host, out var address))
        {
            problem = "is neither an address nor a network: 10.0.0.5, 10.0.0.0/8, fd00::/8";
            return false;
        }

        var most = address.IsV4 ? 32 : 128;
        var length = most;
        if (
            slash >= 0
            && (
                !int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out length)
                || length > most
            )
        )
        {
            problem = $"has no prefix length from 0 to {most} after its slash";
            return false;
        }

        network = Create(address, length);
        if (network.Address != address)
        {
            problem = $"has bits beyond its prefix: {network} for the network, {address} for the address";
            return false;
        }

        return true;
    }

    /// <summary>With the prefix length, also where it is a single address.</summary>
    public string Cidr => string.Create(CultureInfo.InvariantCulture, $"{Address}/{Length}");

    public override string ToString() => Length == (Address.IsV4 ? 32 : 128) ? Address.ToString() : Cidr;
}
