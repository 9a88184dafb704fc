using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching;

/// <summary>
/// An endpoint whose other ends are counted. On loopback, and at addresses that several places have, each place has its
/// own endpoint. Source: docs/matching.md, "Who is the server".
/// </summary>
/// <param name="Place">The ID of the place; 0 if the endpoint is the same for all.</param>
internal readonly record struct PeerEndpoint(Protocol Protocol, int Place, int Address, ushort Port)
{
    public static PeerEndpoint Create(
        IdTables ids,
        SeenAddresses seen,
        Protocol protocol,
        Place place,
        int address,
        ushort port
    ) => new(protocol, ids.Addresses.IsLoopback(address) || seen.IsShared(address) ? place.Id : 0, address, port);

    public override int GetHashCode() =>
        (int)Hashing.Hash(((ulong)(uint)Address << 32) | ((ulong)Port << 8) | (byte)Protocol, (uint)Place);
}

/// <summary>
/// Counts the distinct other ends of some endpoints over all connections of an estate. The endpoints are requested with
/// <see cref="Want"/>; then <see cref="Count()"/> reads all sockets once.
/// </summary>
internal sealed class PeerCounter(Estate estate) : IPeerCounts
{
    private readonly Dictionary<PeerEndpoint, HashSet<(int Address, ushort Port)>> _others = [];

    /// <summary>Ports of the requested endpoints, to skip most sockets without a look-up.</summary>
    private readonly bool[] _ports = new bool[ushort.MaxValue + 1];

    public void Want(Protocol protocol, ConnectionEnd end)
    {
        _others.TryAdd(Key(protocol, end.SeenOn, end.Address, end.Port), []);
        _ports[end.Port] = true;
    }

    public void Count()
    {
        foreach (var range in estate.Ranges)
        {
            for (var i = range.Start; i < range.End; i++)
            {
                ref readonly var socket = ref estate[i];
                if ((_ports[socket.LocalPort] || _ports[socket.RemotePort]) && estate.IsConnection(socket))
                {
                    Add(
                        Key(socket.Protocol, range.Place, socket.Local, socket.LocalPort),
                        socket.Remote,
                        socket.RemotePort
                    );
                    Add(
                        Key(socket.Protocol, range.Place, socket.Remote, socket.RemotePort),
                        socket.Local,
                        socket.LocalPort
                    );
                }
            }
        }
    }

    public int Count(Protocol protocol, ConnectionEnd end) =>
        _others[Key(protocol, end.SeenOn, end.Address, end.Port)].Count;

    private void Add(PeerEndpoint endpoint, int otherAddress, ushort otherPort)
    {
        if (_others.TryGetValue(endpoint, out var others))
        {
            others.Add((otherAddress, otherPort));
        }
    }

    private PeerEndpoint Key(Protocol protocol, Place place, int address, ushort port) =>
        PeerEndpoint.Create(estate.IdTables, estate.Addresses, protocol, place, address, port);
}
