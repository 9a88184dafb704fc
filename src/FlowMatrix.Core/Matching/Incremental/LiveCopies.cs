using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching.Incremental;

/// <summary>
/// Removes copies of sockets in an estate that changes: a socket is left out at a host that does not have its local
/// address at an interface, as long as a host that has it lists the socket too. Source:
/// docs/matching.md, "Copies in two agents' lists".
/// </summary>
/// <param name="socketsOf">Returns the current sockets of a host, without copies that are left out.</param>
internal sealed class LiveCopies(Func<int, IEnumerable<Socket>> socketsOf)
{
    private readonly AddressOwners _interfaces = new();
    private readonly Dictionary<int, List<Socket>> _leftOut = [];

    /// <summary>Hosts that list a socket at another host's interface address, whether it is left out or not.</summary>
    private readonly Dictionary<SocketIdentity, HashSet<int>> _listers = [];
    private readonly Dictionary<int, List<SocketIdentity>> _byHost = [];

    /// <summary>Whether the host lists any socket at another host's interface address.</summary>
    public bool HasAny(int host) => _byHost.ContainsKey(host);

    /// <summary>Returns the sockets of a host that are left out as copies.</summary>
    public IReadOnlyList<Socket> LeftOut(int host) => _leftOut.GetValueOrDefault(host, []);

    /// <summary>Replaces the interface addresses of a host.</summary>
    /// <returns>The addresses that were added or removed.</returns>
    public HashSet<int> SetInterfaces(int host, HashSet<int> before, HashSet<int> now)
    {
        foreach (var address in before.Except(now))
        {
            _interfaces.Remove(address, host);
        }

        foreach (var address in now.Except(before))
        {
            _interfaces.Add(address, host);
        }

        HashSet<int> changed = [.. before];
        changed.SymmetricExceptWith(now);
        return changed;
    }

    /// <summary>Returns the listed sockets of a host without copies, and remembers what is left out.</summary>
    public List<Socket> Without(int host, List<Socket> listed)
    {
        Forget(host);
        var elsewhere = _interfaces.IsEmpty ? [] : listed.Where(socket => IsElsewhere(host, socket)).ToList();
        if (elsewhere.Count == 0)
        {
            return listed;
        }

        _byHost[host] = [.. elsewhere.Select(socket => SocketIdentity.From(socket)).Distinct()];
        foreach (var identity in _byHost[host])
        {
            if (!_listers.TryGetValue(identity, out var hosts))
            {
                _listers[identity] = hosts = [];
            }

            hosts.Add(host);
        }

        var owned = elsewhere
            .SelectMany(socket => _interfaces.GetHosts(socket.Local))
            .Distinct()
            .SelectMany(owner => socketsOf(owner).Where(socket => _interfaces.Has(owner, socket.Local)))
            .Select(socket => SocketIdentity.From(socket))
            .ToHashSet();
        var copies = elsewhere.Where(socket => owned.Contains(SocketIdentity.From(socket))).ToList();
        if (copies.Count == 0)
        {
            return listed;
        }

        _leftOut[host] = copies;
        return [.. listed.Where(socket => !IsElsewhere(host, socket) || !owned.Contains(SocketIdentity.From(socket)))];
    }

    /// <summary>Returns the sockets at the host's own interface addresses that other hosts list too.</summary>
    public HashSet<SocketIdentity> ListedElsewhere(int host) =>
        _listers.Count == 0
            ? []
            :
            [
                .. socketsOf(host)
                    .Where(socket => _interfaces.Has(host, socket.Local))
                    .Select(socket => SocketIdentity.From(socket))
                    .Where(_listers.ContainsKey),
            ];

    /// <summary>Returns the hosts that list some of these sockets, which are at another host's interfaces.</summary>
    public List<int> Listers(IEnumerable<SocketIdentity> sockets) =>
        [.. sockets.SelectMany(socket => _listers.GetValueOrDefault(socket, [])).Distinct()];

    public void MarkUsed(IdsInUse used)
    {
        foreach (var socket in _leftOut.Values.SelectMany(sockets => sockets))
        {
            socket.MarkUsed(used);
        }

        foreach (var socket in _listers.Keys)
        {
            used.Address(socket.Local);
            used.Address(socket.Remote);
            used.Process(socket.Process);
        }
    }

    private bool IsElsewhere(int host, in Socket socket) =>
        _interfaces.HasOther(host, socket.Local) && !_interfaces.Has(host, socket.Local);

    private void Forget(int host)
    {
        _leftOut.Remove(host);
        if (_byHost.Remove(host, out var identities))
        {
            foreach (var identity in identities)
            {
                _listers[identity].Remove(host);
                if (_listers[identity].Count == 0)
                {
                    _listers.Remove(identity);
                }
            }
        }
    }
}
