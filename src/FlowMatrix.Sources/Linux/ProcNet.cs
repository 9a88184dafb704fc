using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Sources.Linux;

/// <summary>Parses lines of the files in <c>/proc/net</c>. Source: docs/linux.md, "The kernel's tables".</summary>
internal static class ProcNet
{
    private const int StateEstablished = 1;

    /// <summary>The kernel's numbers of states, from 1.</summary>
    private static readonly SocketState[] States =
    [
        SocketState.Established,
        SocketState.SynSent,
        SocketState.SynRecv,
        SocketState.FinWait1,
        SocketState.FinWait2,
        SocketState.TimeWait,
        SocketState.Close,
        SocketState.CloseWait,
        SocketState.LastAck,
        SocketState.Listen,
        SocketState.Closing,
        SocketState.SynRecv, // a request that is not yet a socket
    ];

    /// <summary>Parses a line of a table of sockets, such as <c>tcp6</c>.</summary>
    public static bool TryParseSocket(
        ReadOnlySpan<byte> line,
        Protocol protocol,
        bool isBigEndian,
        out KernelSocket socket
    )
    {
        socket = new KernelSocket { Protocol = protocol };
        var words = new Words(line);
        if (
            !words.Next(out _)
            || !words.Next(out var local)
            || !TryParseEndpoint(local, isBigEndian, out socket.Local, out socket.LocalPort)
            || !words.Next(out var remote)
            || !TryParseEndpoint(remote, isBigEndian, out socket.Remote, out socket.RemotePort)
            || !words.Next(out var state)
            || !TryParseHex(state, 2, out var number)
            || number < StateEstablished
            || number > (uint)States.Length
            || !words.Next(out var queues)
            || queues.Length < 17
            || !TryParseHex(queues[9..17], 8, out var waiting)
        )
        {
            return false;
        }

        socket.State = States[number - 1];
        socket.HasWaiting = waiting > 0;

        // Then the timer, retransmissions, the user, the timeout and the inode.
        for (var i = 0; i < 4; i++)
        {
            if (!words.Next(out _))
            {
                return false;
            }
        }

        return words.Next(out var inode) && TryParseDecimal(inode, out socket.Inode);
    }

    /// <summary>Parses a line of <c>if_inet6</c>.</summary>
    public static bool TryParseInterface(ReadOnlySpan<byte> line, out IpAddress address)
    {
        address = default;
        return new Words(line).Next(out var word) && TryParseAddress(word, isBigEndian: true, out address);
    }

    /// <summary>Parses a line of <c>fib_trie</c> that names an address: <c>|-- 10.0.0.1</c>.</summary>
    public static bool TryParseLocalAddress(ReadOnlySpan<byte> line, out IpAddress address)
    {
        address = default;
        var words = new Words(line);
        return words.Next(out var mark)
            && mark.SequenceEqual("|--"u8)
            && words.Next(out var text)
            && IpAddress.TryParseV4(text, out address);
    }

    /// <summary>
    /// Parses a line of <c>nf_conntrack</c>. Connections that are not translated, and those of other protocols, are
    /// left out.
    /// </summary>
    /// <returns>Whether the line is valid; <paramref name="entry"/> is null if it is left out.</returns>
    public static bool TryParseNat(ReadOnlySpan<byte> line, out KernelNatEntry? entry)
    {
        entry = null;
        var words = new Words(line);
        if (!words.Next(out _) || !words.Next(out _) || !words.Next(out var name))
        {
            return false;
        }

        Protocol? protocol =
            name.SequenceEqual("tcp"u8) ? Protocol.Tcp
            : name.SequenceEqual("udp"u8) ? Protocol.Udp
            : name.SequenceEqual("sctp"u8) ? Protocol.Sctp
            : null;
        if (protocol is null)
        {
            return true;
        }

        Span<IpAddress> addresses = stackalloc IpAddress[4];
        Span<ushort> ports = stackalloc ushort[4];
        int addressCount = 0,
            portCount = 0;
        while (words.Next(out var word))
        {
            if (word.StartsWith("src="u8) || word.StartsWith("dst="u8))
            {
                if (addressCount == 4 || !IpAddress.TryParse(word[4..], out addresses[addressCount++]))
                {
                    return false;
                }
            }
            else if (word.StartsWith("sport="u8) || word.StartsWith("dport="u8))
            {
                if (portCount == 4 || !TryParseDecimal(word[6..], out var port) || port > ushort.MaxValue)
                {
                    return false;
                }

                ports[portCount++] = (ushort)port;
            }
        }

        if (addressCount != 4 || portCount != 4)
        {
            return false;
        }

        // The second half is the answer: from the service to the client.
        var before = new KernelTuple(addresses[0], ports[0], addresses[1], ports[1]);
        var after = new KernelTuple(addresses[3], ports[3], addresses[2], ports[2]);
        entry = before == after ? null : new KernelNatEntry(protocol.Value, before, after);
        return true;
    }

    public static bool TryParseDecimal(ReadOnlySpan<byte> word, out ulong number) =>
        Utf8Parser.TryParse(word, out number, out var used) && used == word.Length;

    /// <summary>An address in words of the host's byte order, a colon and a port.</summary>
    private static bool TryParseEndpoint(
        ReadOnlySpan<byte> word,
        bool isBigEndian,
        out IpAddress address,
        out ushort port
    )
    {
        (address, port) = (default, 0);
        var colon = word.IndexOf((byte)':');
        if (
            colon < 0
            || !TryParseHex(word[(colon + 1)..], 4, out var number)
            || !TryParseAddress(word[..colon], isBigEndian, out address)
        )
        {
            return false;
        }

        port = (ushort)number;
        return true;
    }

    private static bool TryParseAddress(ReadOnlySpan<byte> hex, bool isBigEndian, out IpAddress address)
    {
        address = default;
        if (hex.Length is not (8 or 32))
        {
            return false;
        }

        UInt128 number = 0;
        for (var i = 0; i < hex.Length; i += 8)
        {
            if (!TryParseHex(hex.Slice(i, 8), 8, out var word))
            {
                return false;
            }

            number = (number << 32) | (isBigEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        address = hex.Length == 8 ? IpAddress.FromV4((uint)number) : new IpAddress(number);
        return true;
    }

    private static bool TryParseHex(ReadOnlySpan<byte> digits, int length, out uint number)
    {
        number = 0;
        return digits.Length == length
            && uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>The words of a line, separated by spaces or tabs.</summary>
    private ref struct Words(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public bool Next(out ReadOnlySpan<byte> word)
        {
            _rest = _rest.TrimStart(" \t"u8);
            var end = _rest.IndexOfAny((byte)' ', (byte)'\t');
            word = end < 0 ? _rest : _rest[..end];
            _rest = _rest[word.Length..];
            return !word.IsEmpty;
        }
    }
}
