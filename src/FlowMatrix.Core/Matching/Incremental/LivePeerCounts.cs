using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching.Incremental;

/// <summary>
/// Counts the distinct other ends of endpoints in an estate that changes. Counts are cached, so an instance is valid
/// only until the next change.
/// </summary>
internal sealed class LivePeerCounts(IdTables ids, LiveSockets sockets, AddressOwners owners) : IPeerCounts
{
    private readonly Dictionary<PeerEndpoint, int> _counted = [];
    private readonly List<int> _found = [];
    private readonly SeenAddresses _seen = new(owners);

    /// <summary>Slots of connections that no longer count.</summary>
    public HashSet<int> Gone { get; init; } = [];

    /// <summary>Connections that count although they have no slot yet.</summary>
    public IReadOnlyList<Socket> New { get; init; } = [];

    public int HostOfNew { get; init; }

    public int Count(Protocol protocol, ConnectionEnd end)
    {
        var endpoint = Key(protocol, end.SeenOn.Host, end.Address, end.Port);
        if (!_counted.TryGetValue(endpoint, out var count))
        {
            _counted[endpoint] = count = Count(endpoint, end.SeenOn.Host);
        }

        return count;
    }

    private int Count(PeerEndpoint endpoint, int seenOn)
    {
        var others = new HashSet<(int Address, ushort Port)>();
        foreach (var link in (ReadOnlySpan<Link>)[Link.LocalEndpoint, Link.RemoteEndpoint])
        {
            _found.Clear();
            sockets.Find(link, sockets.EndpointKey(seenOn, endpoint.Protocol, endpoint.Address, endpoint.Port), _found);
            foreach (var slot in _found)
            {
                if (!Gone.Contains(slot))
                {
                    Add(others, endpoint, sockets.HostOf(slot), sockets[slot]);
                }
            }
        }

        foreach (var socket in New)
        {
            Add(others, endpoint, HostOfNew, socket);
        }

        return others.Count;
    }

    private void Add(HashSet<(int Address, ushort Port)> others, PeerEndpoint endpoint, int host, in Socket socket)
    {
        if (Key(socket.Protocol, host, socket.Local, socket.LocalPort) == endpoint)
        {
            others.Add((socket.Remote, socket.RemotePort));
        }

        if (Key(socket.Protocol, host, socket.Remote, socket.RemotePort) == endpoint)
        {
            others.Add((socket.Local, socket.LocalPort));
        }
    }

    private PeerEndpoint Key(Protocol protocol, int host, int address, ushort port) =>
        PeerEndpoint.Create(ids, _seen, protocol, Place.WholeHost(host), address, port);
}
