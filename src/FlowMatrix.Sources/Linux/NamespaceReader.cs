using FlowMatrix.Core.Net;

namespace FlowMatrix.Sources.Linux;

/// <summary>
/// Reads the files of <c>/proc/net</c> into one network namespace, line by line. Source: docs/linux.md, "The kernel's
/// tables".
/// </summary>
internal sealed class NamespaceReader(NamespaceSnapshot netns, bool isBigEndian)
{
    /// <summary>The kernel's file with the IPv4 addresses. The script picks the lines that name them.</summary>
    public const string RoutingTable = "fib_trie";
    private const string PickedAddresses = "fib_local";
    private const string Interfaces = "if_inet6";
    private const string NatTable = "nf_conntrack";

    private static readonly Dictionary<string, Protocol> SocketTables = new(StringComparer.Ordinal)
    {
        ["tcp"] = Protocol.Tcp,
        ["tcp6"] = Protocol.Tcp,
        ["udp"] = Protocol.Udp,
        ["udp6"] = Protocol.Udp,
        ["udplite"] = Protocol.Udp,
        ["udplite6"] = Protocol.Udp,
    };

    private readonly HashSet<KernelSocket> _sockets = [];
    private readonly HashSet<IpAddress> _addresses = [];
    private string _file = "";
    private bool _isHeader;
    private IpAddress? _last;

    /// <summary>The files that the kernel has, in the order in which they are read.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. SocketTables.Keys, Interfaces, RoutingTable, NatTable];

    public NamespaceSnapshot Namespace => netns;

    /// <summary>Begins with a file.</summary>
    /// <returns>False if the file is not known.</returns>
    public bool TryOpen(string file)
    {
        (_file, _isHeader, _last) = (file, SocketTables.ContainsKey(file), null);
        return file == PickedAddresses || Files.Contains(file);
    }

    /// <returns>False if the line is not one that the kernel writes.</returns>
    public bool TryRead(ReadOnlySpan<byte> line)
    {
        switch (_file)
        {
            case Interfaces:
                return ProcNet.TryParseInterface(line, out var address) && Add(address);
            case PickedAddresses:
                return ProcNet.TryParseLocalAddress(line, out var picked) && Add(picked);
            case RoutingTable:
                return ReadRoute(line);
            case NatTable:
                return TryReadNat(line);
            default:
                return SocketTables.TryGetValue(_file, out var protocol) && TryReadSocket(line, protocol);
        }
    }

    private bool TryReadSocket(ReadOnlySpan<byte> line, Protocol protocol)
    {
        if (_isHeader)
        {
            _isHeader = false;
            return line.TrimStart((byte)' ').StartsWith("sl "u8);
        }

        if (!ProcNet.TryParseSocket(line, protocol, isBigEndian, out var socket))
        {
            return false;
        }

        // The kernel may print a socket twice, because the table changes while it is printed.
        if (_sockets.Add(socket))
        {
            netns.Sockets.Add(socket);
        }

        return true;
    }

    /// <summary>An own address is a line with the address, followed by a line <c>/32 host LOCAL</c>.</summary>
    private bool ReadRoute(ReadOnlySpan<byte> line)
    {
        if (ProcNet.TryParseLocalAddress(line, out var address))
        {
            _last = address;
        }
        else if (_last is { } own && line.TrimStart((byte)' ').StartsWith("/32 host LOCAL"u8))
        {
            Add(own);
        }

        return true;
    }

    private bool TryReadNat(ReadOnlySpan<byte> line)
    {
        var isValid = ProcNet.TryParseNat(line, out var entry);
        if (entry is { } translated)
        {
            netns.NatEntries.Add(translated);
        }

        return isValid;
    }

    private bool Add(IpAddress address)
    {
        if (_addresses.Add(address))
        {
            netns.Addresses.Add(address);
        }

        return true;
    }
}
