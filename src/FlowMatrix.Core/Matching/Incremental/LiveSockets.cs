using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching.Incremental;

/// <summary>
/// The connections of an estate that changes: each in a slot that the next one takes when it is gone, found by all
/// that the matching rules look at.
/// </summary>
internal sealed class LiveSockets
{
    private readonly IdTables _ids;
    private readonly SocketList _sockets = new();
    private readonly Stack<int> _free = [];
    private readonly List<int> _hosts = [];
    private readonly List<bool> _serves = [];
    private readonly SocketLinks[] _links;

    /// <summary>Connections whose ports don't tell the ends apart, by each end's endpoint and by its address.</summary>
    private readonly Dictionary<(Protocol, int, ushort), HashSet<int>> _contestedAtEndpoint = [];
    private readonly Dictionary<int, HashSet<int>> _contestedAtAddress = [];

    public LiveSockets(IdTables ids)
    {
        _ids = ids;
        _links = [.. Enum.GetValues<Link>().Select(link => new SocketLinks(this, link))];
    }

    /// <summary>Slots are below this.</summary>
    public int Slots => _sockets.Count;

    public ref readonly Socket this[int slot] => ref _sockets[slot];

    public int HostOf(int slot) => _hosts[slot];

    /// <summary>Whether its host has a service under its local endpoint.</summary>
    public bool Serves(int slot) => _serves[slot];

    public void SetServes(int slot, bool serves) => _serves[slot] = serves;

    public int Add(int host, in Socket socket, bool serves)
    {
        if (!_free.TryPop(out var slot))
        {
            slot = _sockets.Count;
            _sockets.Add(socket);
            _hosts.Add(host);
            _serves.Add(serves);
        }

        _sockets[slot] = socket;
        _hosts[slot] = host;
        _serves[slot] = serves;
        foreach (var links in _links)
        {
            links.Add(slot);
        }

        if (IsContested(socket))
        {
            Add(_contestedAtEndpoint, (socket.Protocol, socket.Local, socket.LocalPort), slot);
            Add(_contestedAtEndpoint, (socket.Protocol, socket.Remote, socket.RemotePort), slot);
            Add(_contestedAtAddress, socket.Local, slot);
            Add(_contestedAtAddress, socket.Remote, slot);
        }

        return slot;
    }

    public void Remove(int slot)
    {
        foreach (var links in _links)
        {
            links.Remove(slot);
        }

        ref readonly var socket = ref _sockets[slot];
        if (IsContested(socket))
        {
            Remove(_contestedAtEndpoint, (socket.Protocol, socket.Local, socket.LocalPort), slot);
            Remove(_contestedAtEndpoint, (socket.Protocol, socket.Remote, socket.RemotePort), slot);
            Remove(_contestedAtAddress, socket.Local, slot);
            Remove(_contestedAtAddress, socket.Remote, slot);
        }

        _free.Push(slot);
    }

    /// <summary>Connections that have the endpoint at either end, and for which peers may decide which end is the server.</summary>
    public IReadOnlyCollection<int> ContestedAt(Protocol protocol, int address, ushort port) =>
        _contestedAtEndpoint.TryGetValue((protocol, address, port), out var slots) ? slots : [];

    /// <summary>The same for all endpoints at an address.</summary>
    public IReadOnlyCollection<int> ContestedAt(int address) =>
        _contestedAtAddress.TryGetValue(address, out var slots) ? slots : [];

    public void Find(Link link, ulong key, List<int> into) => _links[(int)link].Find(key, into);

    /// <summary>
    /// The same number for what may belong together: AsClient and AsServer of the two ends of a connection,
    /// LocalEndpoint of one and RemoteEndpoint of the other. Loopback addresses are each host's own.
    /// </summary>
    public ulong Key(Link link, int slot)
    {
        ref readonly var socket = ref _sockets[slot];
        return link switch
        {
            Link.AsClient => Key(slot, socket.Protocol, socket.Remote, socket.RemotePort, socket.LocalPort),
            Link.AsServer => Key(slot, socket.Protocol, socket.Local, socket.LocalPort, socket.RemotePort),
            Link.LocalEndpoint => Key(slot, socket.Protocol, socket.Local, socket.LocalPort, 0),
            Link.RemoteEndpoint => Key(slot, socket.Protocol, socket.Remote, socket.RemotePort, 0),
            Link.LocalPort => PortKey(_hosts[slot], socket.Protocol, socket.LocalPort),
            Link.RemotePort => PortKey(_hosts[slot], socket.Protocol, socket.RemotePort),
            _ => AddressKey(socket.Remote),
        };
    }

    public static ulong AddressKey(int address) => Hashing.Hash((ulong)address);

    public static ulong PortKey(int host, Protocol protocol, ushort port) =>
        Hashing.Hash((uint)host, ((ulong)protocol << 16) | port);

    /// <summary>What the links of both kinds of endpoint go through, for one seen from a host.</summary>
    public ulong EndpointKey(int host, Protocol protocol, int address, ushort port) =>
        Key(protocol, host, address, port, 0);

    private ulong Key(int slot, Protocol protocol, int address, ushort port, ushort otherPort) =>
        Key(protocol, _hosts[slot], address, port, otherPort);

    private ulong Key(Protocol protocol, int host, int address, ushort port, ushort otherPort) =>
        Hashing.Hash(
            ((ulong)(uint)address << 32) | ((ulong)port << 16) | otherPort,
            ((ulong)protocol << 32) | (uint)(_ids.Addresses[address].IsLoopback ? host : 0)
        );

    private static bool IsContested(in Socket socket) =>
        EphemeralPorts.Has(socket.LocalPort) == EphemeralPorts.Has(socket.RemotePort);

    private static void Add<T>(Dictionary<T, HashSet<int>> index, T key, int slot)
        where T : notnull
    {
        if (!index.TryGetValue(key, out var slots))
        {
            index[key] = slots = [];
        }

        slots.Add(slot);
    }

    private static void Remove<T>(Dictionary<T, HashSet<int>> index, T key, int slot)
        where T : notnull
    {
        if (index.TryGetValue(key, out var slots) && slots.Remove(slot) && slots.Count == 0)
        {
            index.Remove(key);
        }
    }
}
