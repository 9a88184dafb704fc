using FlowMatrix.Sockets;
using FlowMatrix.Tables;

namespace FlowMatrix.Matching;

/// <summary>
/// The connections of an estate that changes: each in a slot that the next one takes when it is gone, found by all
/// that the matching rules look at.
/// </summary>
internal sealed class LiveSockets
{
    private readonly Vocabulary _vocabulary;
    private readonly SocketList _sockets = new();
    private readonly Stack<int> _free = [];
    private readonly List<int> _hosts = [];
    private readonly List<bool> _serves = [];
    private readonly SocketLinks[] _links;

    public LiveSockets(Vocabulary vocabulary)
    {
        _vocabulary = vocabulary;
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

        return slot;
    }

    public void Remove(int slot)
    {
        foreach (var links in _links)
        {
            links.Remove(slot);
        }

        _free.Push(slot);
    }

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
            _ => OfAddress(socket.Remote),
        };
    }

    public static ulong OfAddress(int address) => Hashing.Of((ulong)address);

    private ulong Key(int slot, Protocol protocol, int address, ushort port, ushort otherPort) => Hashing.Of(
        ((ulong)(uint)address << 32) | ((ulong)port << 16) | otherPort,
        ((ulong)protocol << 32) | (uint)(_vocabulary.Addresses[address].IsLoopback ? _hosts[slot] : 0));
}
