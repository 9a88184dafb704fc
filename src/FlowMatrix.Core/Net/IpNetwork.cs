using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FlowMatrix.Core.Net;

/// <summary>A network of one address family. A single address is a network with the longest prefix.</summary>
/// <param name="Address">The lowest address of the network.</param>
/// <param name="Length">The prefix length: 0 to 32 for IPv4, 0 to 128 for IPv6.</param>
internal readonly record struct IpNetwork(IpAddress Address, int Length)
{
    public bool Contains(IpAddress other) => other.IsV4 == Address.IsV4 && Create(other, Length).Address == Address;

    /// <summary>Returns the network with this prefix length that contains the address.</summary>
    public static IpNetwork Create(IpAddress address, int length)
    {
        var hostBits = (address.IsV4 ? 32 : 128) - length;
        var mask = hostBits == 128 ? UInt128.Zero : UInt128.MaxValue << hostBits;
        return new IpNetwork(new IpAddress(address.Number & mask), length);
    }

    /// <summary>Parses an address or a network in CIDR notation.</summary>
    /// <param name="problem">What is wrong and what to write instead: a clause whose subject is the text.</param>
    public static bool TryParse(string text, out IpNetwork network, [NotNullWhen(false)] out string? problem)
    {
        network = default;
        problem = null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? text : text[..slash];
        if (!IpAddress.TryParse(host, out var address))
        {
            problem = "is not a valid address or network, such as 10.0.0.5, 10.0.0.0/8 or fd00::/8";
            return false;
        }

        var maxLength = address.IsV4 ? 32 : 128;
        var length = maxLength;
        if (
            slash >= 0
            && (
                !int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out length)
                || length > maxLength
            )
        )
        {
            problem = $"needs a prefix length from 0 to {maxLength} after the slash";
            return false;
        }

        network = Create(address, length);
        if (network.Address != address)
        {
            problem = $"has host bits set: write {network} for the network or {address} for the address";
            return false;
        }

        return true;
    }

    /// <summary>CIDR notation, which has a prefix length even for a single address.</summary>
    public string Cidr => string.Create(CultureInfo.InvariantCulture, $"{Address}/{Length}");

    public override string ToString() => Length == (Address.IsV4 ? 32 : 128) ? Address.ToString() : Cidr;
}
