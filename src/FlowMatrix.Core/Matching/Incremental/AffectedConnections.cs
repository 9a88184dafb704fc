using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Core.Matching.Incremental;

/// <summary>
/// Finds the connections that stay the same when a host changes, but may have to be decided differently: which end is
/// the service, or whose the other end is. Must be called before the change is made.
/// </summary>
internal sealed class AffectedConnections(IdTables ids, LiveSockets sockets, AddressOwners owners)
{
    /// <param name="addresses">The addresses that the host will have.</param>
    /// <returns>Slots of connections, possibly with duplicates.</returns>
    public List<int> Find(int number, LiveHost host, HostChange change, HashSet<int> addresses)
    {
        var affected = new List<int>();
        var peers = new List<int>();
        foreach (var address in host.Addresses.Union(addresses))
        {
            var changesOwner = !host.Addresses.Contains(address) || !addresses.Contains(address);
            if (changesOwner || change.ChangedPorts.Count > 0)
            {
                peers.Clear();
                sockets.Find(Link.RemoteAddress, LiveSockets.AddressKey(address), peers);
                affected.AddRange(
                    changesOwner ? peers : peers.Where(slot => change.ChangedPorts.Contains(sockets[slot].RemotePort))
                );
            }

            if (changesOwner)
            {
                affected.AddRange(sockets.ContestedAt(address));
            }
        }

        if (change.ChangedPorts.Count > 0)
        {
            affected.AddRange(
                change.Kept.Where(slot =>
                    change.ChangedPorts.Contains(sockets[slot].LocalPort)
                    || change.ChangedPorts.Contains(sockets[slot].RemotePort)
                )
            );
        }

        affected.AddRange(AffectedByListing(host, change, addresses));
        affected.AddRange(AffectedByPeers(number, change));
        return affected;
    }

    /// <summary>All connections of a protocol if the host starts or stops listing services of it.</summary>
    private List<int> AffectedByListing(LiveHost host, HostChange change, HashSet<int> addresses)
    {
        var protocols = change.Services.Select(service => service.Protocol).ToHashSet();
        protocols.SymmetricExceptWith(host.Services.Select(service => service.Protocol));
        if (protocols.Count == 0)
        {
            return [];
        }

        var affected = new List<int>(change.Kept);
        foreach (var address in host.Addresses.Union(addresses))
        {
            sockets.Find(Link.RemoteAddress, LiveSockets.AddressKey(address), affected);
        }

        affected.RemoveAll(slot => !protocols.Contains(sockets[slot].Protocol));
        return affected;
    }

    /// <summary>Connections for which the end with more peers changes.</summary>
    private List<int> AffectedByPeers(int number, HostChange change)
    {
        var contested = new HashSet<int>();
        foreach (var socket in change.Gone.Select(slot => sockets[slot]).Concat(change.New))
        {
            contested.UnionWith(sockets.ContestedAt(socket.Protocol, socket.Local, socket.LocalPort));
            contested.UnionWith(sockets.ContestedAt(socket.Protocol, socket.Remote, socket.RemotePort));
        }

        if (contested.Count == 0)
        {
            return [];
        }

        var before = new LivePeerCounts(ids, sockets, owners);
        var after = new LivePeerCounts(ids, sockets, owners)
        {
            Gone = [.. change.Gone],
            New = change.New,
            HostOfNew = number,
        };
        return [.. contested.Where(slot => MorePeersOf(before, slot) != MorePeersOf(after, slot))];

        int MorePeersOf(LivePeerCounts peers, int slot)
        {
            var (socket, host) = (sockets[slot], Place.WholeHost(sockets.HostOf(slot)));
            return Math.Sign(
                ServerRules.MorePeers(
                    peers.Count(socket.Protocol, new ConnectionEnd(host, host, socket.Local, socket.LocalPort, false)),
                    peers.Count(socket.Protocol, new ConnectionEnd(host, host, socket.Remote, socket.RemotePort, false))
                )
            );
        }
    }
}
