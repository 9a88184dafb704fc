using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching.Incremental;

/// <summary>
/// The connections of an estate that changes, with an index for each key that the matching rules use. Each connection
/// has a slot, a small integer; slots of removed connections are used again.
/// </summary>
internal sealed class LiveSockets
{
    private readonly IdTables _ids;
    private readonly SocketList _sockets = new();
    private readonly Stack<int> _free = [];
    private readonly List<int> _hosts = [];
    private readonly List<bool> _serves = [];
    private readonly SocketLinks[] _links;

    /// <summary>
    /// Connections whose direction the ports do not decide, by the endpoint and the address of each end.
    /// </summary>
    private readonly Dictionary<(Protocol, int, ushort), HashSet<int>> _contestedAtEndpoint = [];
    private readonly Dictionary<int, HashSet<int>> _contestedAtAddress = [];

    public LiveSockets(IdTables ids)
    {
        _ids = ids;
        _links = [.. Enum.GetValues<Link>().Select(link => new SocketLinks(this, link))];
    }

    /// <summary>All slots are below this.</summary>
    public int Slots => _sockets.Count;

    public ref readonly Socket this[int slot] => ref _sockets[slot];

    public int HostOf(int slot) => _hosts[slot];

    /// <summary>Whether the connection has a service under its local endpoint.</summary>
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

    /// <summary>Returns connections with the endpoint at either end whose direction may depend on peers.</summary>
    public IReadOnlyCollection<int> ContestedAt(Protocol protocol, int address, ushort port) =>
        _contestedAtEndpoint.TryGetValue((protocol, address, port), out var slots) ? slots : [];

    /// <summary>Returns the same for all endpoints at an address.</summary>
    public IReadOnlyCollection<int> ContestedAt(int address) =>
        _contestedAtAddress.TryGetValue(address, out var slots) ? slots : [];

    /// <summary>Adds the slots with a key to a list.</summary>
    public void Find(Link link, ulong key, List<int> into) => _links[(int)link].Find(key, into);

    /// <summary>
    /// Returns the key of a slot for a kind of link. Keys are equal for sockets that may belong together: AsClient of
    /// one end and AsServer of the other, LocalEndpoint of one end and RemoteEndpoint of the other. Each host has its
    /// own loopback.
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

    /// <summary>Returns the key of LocalEndpoint and RemoteEndpoint for an endpoint as seen from a host.</summary>
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
