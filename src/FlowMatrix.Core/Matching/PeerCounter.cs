using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching;

/// <summary>
/// An endpoint of which other ends are counted: what is on loopback, or at an address that several hosts have, is each
/// host's own. Source: docs/matching.md, "Who is the server".
/// </summary>
/// <param name="Host">0 where the endpoint is the same seen from any host.</param>
internal readonly record struct PeerEndpoint(Protocol Protocol, int Host, int Address, ushort Port)
{
    public static PeerEndpoint Create(
        IdTables ids,
        AddressOwners owners,
        Protocol protocol,
        int host,
        int address,
        ushort port
    ) => new(protocol, ids.Addresses.IsLoopback(address) || owners.IsShared(address) ? host : 0, address, port);

    public override int GetHashCode() =>
        (int)Hashing.Hash(((ulong)(uint)Address << 32) | ((ulong)Port << 8) | (byte)Protocol, (uint)Host);
}

/// <summary>
/// Counts the distinct other ends of a few endpoints over all connections of an estate: first they are asked for with
/// <see cref="Want"/>, then <see cref="Count"/> goes over the sockets once.
/// </summary>
internal sealed class PeerCounter(Estate estate) : IPeerCounts
{
    private readonly Dictionary<PeerEndpoint, HashSet<(int Address, ushort Port)>> _others = [];

    /// <summary>The ports of wanted endpoints: most sockets have neither end at one.</summary>
    private readonly bool[] _ports = new bool[ushort.MaxValue + 1];

    public void Want(Protocol protocol, ConnectionEnd end)
    {
        _others.TryAdd(Key(protocol, end.SeenOn, end.Address, end.Port), []);
        _ports[end.Port] = true;
    }

    public void Count()
    {
        foreach (var host in estate.Hosts)
        {
            for (var i = host.Start; i < host.End; i++)
            {
                ref readonly var socket = ref estate[i];
                if ((_ports[socket.LocalPort] || _ports[socket.RemotePort]) && estate.IsConnection(socket))
                {
                    Add(
                        Key(socket.Protocol, host.Host, socket.Local, socket.LocalPort),
                        socket.Remote,
                        socket.RemotePort
                    );
                    Add(
                        Key(socket.Protocol, host.Host, socket.Remote, socket.RemotePort),
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

    private PeerEndpoint Key(Protocol protocol, int host, int address, ushort port) =>
        PeerEndpoint.Create(estate.IdTables, estate.Owners, protocol, host, address, port);
}
