using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching.Incremental;

/// <summary>
/// Finds all sockets whose pairing may depend on given sockets, directly or through others. No socket outside the
/// result can affect the pairing of a socket inside. The result may be larger than needed; for most sockets it is only
/// their other end.
/// </summary>
/// <param name="owners">The owners of the estate's current addresses.</param>
internal sealed class AffectedSockets(LiveSockets sockets, AddressOwners owners)
{
    private readonly HashSet<(bool EndpointOnly, ulong Key)> _seenKeys = [];
    private readonly List<int> _found = [];
    private readonly List<int> _servers = [];
    private int[] _seen = [];
    private int _round;

    /// <param name="seeds">Slots of sockets, possibly with duplicates.</param>
    /// <returns>Slots without duplicates, including the seeds.</returns>
    public List<int> Find(IEnumerable<int> seeds)
    {
        _round++;
        _seenKeys.Clear();
        if (_seen.Length < sockets.Slots)
        {
            Array.Resize(ref _seen, Math.Max(sockets.Slots, _seen.Length * 2));
        }

        var inside = new List<int>();
        foreach (var seed in seeds)
        {
            Take(seed, inside);
        }

        for (var at = 0; at < inside.Count; at++)
        {
            var slot = inside[at];

            // Steps 1 and 3, and duplicates: mirrors and changed sources.
            FollowConnection(sockets.Key(Link.AsClient, slot), inside);
            FollowConnection(sockets.Key(Link.AsServer, slot), inside);

            // Step 2, changed destination: only the server's end has a service under it.
            FollowEndpoint(sockets.Key(sockets.Serves(slot) ? Link.RemoteEndpoint : Link.LocalEndpoint, slot), inside);

            // Step 4, both changed: only the client's port is the same at both ends.
            FollowPort(slot, inside);
        }

        return inside;
    }

    private void FollowConnection(ulong key, List<int> inside)
    {
        if (_seenKeys.Add((false, key)))
        {
            _found.Clear();
            sockets.Find(Link.AsClient, key, _found);
            sockets.Find(Link.AsServer, key, _found);
            _found.ForEach(slot => Take(slot, inside));
        }
    }

    private void FollowEndpoint(ulong key, List<int> inside)
    {
        if (!_seenKeys.Add((true, key)))
        {
            return;
        }

        _servers.Clear();
        sockets.Find(Link.RemoteEndpoint, key, _servers);
        _servers.RemoveAll(slot => !sockets.Serves(slot));
        if (_servers.Count == 0)
        {
            return;
        }

        _found.Clear();
        sockets.Find(Link.LocalEndpoint, key, _found);
        _found.RemoveAll(sockets.Serves);
        if (_found.Count > 0)
        {
            _found.ForEach(slot => Take(slot, inside));
            _servers.ForEach(slot => Take(slot, inside));
        }
    }

    private void FollowPort(int slot, List<int> inside)
    {
        ref readonly var socket = ref sockets[slot];
        var (host, serves) = (sockets.HostOf(slot), sockets.Serves(slot));
        _found.Clear();
        foreach (var otherHost in owners.GetHosts(socket.Remote))
        {
            sockets.Find(
                serves ? Link.LocalPort : Link.RemotePort,
                LiveSockets.PortKey(otherHost, socket.Protocol, serves ? socket.RemotePort : socket.LocalPort),
                _found
            );
        }

        foreach (var other in _found)
        {
            if (sockets.Serves(other) != serves && owners.Has(host, sockets[other].Remote))
            {
                Take(other, inside);
            }
        }
    }

    private void Take(int slot, List<int> inside)
    {
        if (_seen[slot] != _round)
        {
            _seen[slot] = _round;
            inside.Add(slot);
        }
    }
}
