namespace FlowMatrix.Core.Net;

/// <summary>The transport protocols that a socket can use, in the order in which a matrix lists them.</summary>
internal enum Protocol : byte
{
    Tcp,
    Udp,
    Sctp,
}

internal static class Protocols
{
    /// <summary>Parses a name as Skydive writes it; returns false for any other protocol.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Protocol protocol)
    {
        protocol = default;
        if (utf8.SequenceEqual("TCP"u8))
        {
            protocol = Protocol.Tcp;
        }
        else if (utf8.SequenceEqual("UDP"u8))
        {
            protocol = Protocol.Udp;
        }
        else if (utf8.SequenceEqual("SCTP"u8))
        {
            protocol = Protocol.Sctp;
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary>Parses a number as agents before Skydive 0.17 wrote it: 2 is TCP, 3 UDP, 4 SCTP.</summary>
    public static bool TryParseNumber(ReadOnlySpan<byte> digits, out Protocol protocol)
    {
        protocol =
            digits is [(byte)'2'] ? Protocol.Tcp
            : digits is [(byte)'3'] ? Protocol.Udp
            : Protocol.Sctp;
        return digits is [>= (byte)'2' and <= (byte)'4'];
    }

    public static string Name(this Protocol protocol) =>
        protocol switch
        {
            Protocol.Tcp => "TCP",
            Protocol.Udp => "UDP",
            _ => "SCTP",
        };
}
