using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Core.Matching.Incremental;

/// <summary>
/// The matrix of an estate that changes host by host. After any updates, its rows are equal to those that
/// <see cref="Matcher.Match(Estate, MatchExtras)"/> returns for the same sockets and addresses. An update takes time in
/// proportion to what it changes: sockets whose pairing may change are removed from the rows before the update and
/// added again after it; all other rows stay.
/// </summary>
/// <remarks>
/// A host that stops reporting can be marked as lost. It then keeps its sockets and addresses until it reports again or
/// is removed, or until other hosts have all of its addresses. Source: docs/live.md, "Lost hosts".
/// </remarks>
internal sealed class LiveMatcher
{
    private readonly IdTables _ids;
    private readonly Dictionary<int, LiveHost> _hosts = [];
    private readonly AddressOwners _owners = new();
    private readonly ServiceIndex _services;
    private readonly LiveSockets _sockets;
    private readonly AffectedSockets _affectedSockets;
    private readonly LiveCopies _copies;
    private readonly AffectedConnections _affectedConnections;

    /// <summary>Addresses that are new at a host. It is not checked yet whether a lost host had them.</summary>
    private readonly HashSet<(int Address, int Host)> _newlySeen = [];
    private bool _isLoading;

    public LiveMatcher(IdTables ids)
    {
        _ids = ids;
        _services = new ServiceIndex(ids);
        _sockets = new LiveSockets(ids);
        _affectedSockets = new AffectedSockets(_sockets, _owners);
        _copies = new LiveCopies(SocketsOf);
        _affectedConnections = new AffectedConnections(ids, _sockets, _owners);
        Rows = new RowLedger(ids);
    }

    public IdTables IdTables => _ids;

    /// <summary>The current rows, and which of them changed.</summary>
    public RowLedger Rows { get; }

    /// <summary>Hosts that report sockets, even none, and hosts that are lost.</summary>
    public IEnumerable<int> Hosts => _hosts.Where(pair => pair.Value.Reports).Select(pair => pair.Key);

    public int SocketCount { get; private set; }

    /// <summary>Called for a lost host when other hosts have all of its addresses.</summary>
    public Action<int> Replaced { get; set; } = _ => { };

    /// <summary>Replaces all sockets of a host.</summary>
    /// <param name="now">The sockets, with IDs of <see cref="IdTables"/>.</param>
    public void Update(int host, IEnumerable<Socket> now)
    {
        var live = Host(host);
        (live.Reports, live.IsLost) = (true, false);
        Replace(host, live, [.. now], live.Interfaces);
    }

    /// <summary>Records that a lost host is back. Its sockets follow with <see cref="Update"/>.</summary>
    public void MarkFound(int host) => Host(host).IsLost = false;

    /// <summary>
    /// Records that a host stopped reporting. It keeps its sockets and addresses until it reports again or is removed,
    /// except for addresses at which another host is seen meanwhile.
    /// </summary>
    public void MarkLost(int host) => Host(host).IsLost = true;

    /// <summary>Whether a lost host has the address.</summary>
    public bool IsLostAddress(int address) => _owners.GetHosts(address).Any(IsLost);

    public bool IsLost(int host) => _hosts.TryGetValue(host, out var live) && live.IsLost;

    /// <summary>Adds the first hosts together, which is much faster than one after the other.</summary>
    /// <param name="hosts">Distinct hosts.</param>
    public void Load(IEnumerable<(int Host, IEnumerable<Socket> Sockets)> hosts)
    {
        _isLoading = true;
        foreach (var (host, sockets) in hosts)
        {
            Update(host, sockets);
        }

        _isLoading = false;
        Match([.. _hosts.Values.SelectMany(live => live.Connections)], Rows.Add);
    }

    /// <summary>Removes the sockets of a host. Its interface addresses stay known.</summary>
    public void Remove(int host)
    {
        if (_hosts.TryGetValue(host, out var live))
        {
            Replace(host, live, [], live.Interfaces);
            (live.Reports, live.IsLost) = (false, false);
            ForgetIfEmpty(host, live);
        }
    }

    /// <summary>
    /// Replaces the interface addresses of all hosts. A lost host without any address in the new list keeps the
    /// addresses that it had.
    /// </summary>
    public void SetInterfaces(IEnumerable<(int Address, int Host)> interfaces)
    {
        var now = interfaces
            .Where(pair => _ids.Addresses[pair.Address] is { IsLoopback: false, IsUnspecified: false })
            .GroupBy(pair => pair.Host)
            .ToDictionary(group => group.Key, group => group.Select(pair => pair.Address).ToHashSet());
        var changed = new HashSet<int>();
        foreach (var host in _hosts.Keys.Union(now.Keys).ToList())
        {
            var live = Host(host);
            var addresses = now.GetValueOrDefault(host) ?? (live.IsLost ? live.Interfaces : []);
            if (!live.Interfaces.SetEquals(addresses))
            {
                changed.UnionWith(_copies.SetInterfaces(host, live.Interfaces, addresses));
                Apply(host, live, new HostChange(live, _sockets, [.. SocketsOf(host)]), addresses);
            }

            ForgetIfEmpty(host, live);
        }

        RecheckCopies(changed);
        MoveAddressesFromLostHosts();
    }

    /// <summary>Marks the IDs that hosts, sockets, addresses and rows use.</summary>
    public void MarkUsed(IdsInUse used)
    {
        _services.MarkUsed(used);
        _copies.MarkUsed(used);
        Rows.MarkUsed(used);
        foreach (var (number, host) in _hosts)
        {
            used.Host(number);
            foreach (var address in host.Addresses.Concat(host.Interfaces))
            {
                used.Address(address);
            }

            host.Connections.ForEach(slot => _sockets[slot].MarkUsed(used));
            host.Services.ForEach(socket => socket.MarkUsed(used));
            host.Others.ForEach(socket => socket.MarkUsed(used));
        }
    }

    public Matrix ToMatrix() => Rows.ToMatrix(ScanCounts());

    public ScanCounts ScanCounts() =>
        new()
        {
            Hosts =
            [
                .. Hosts
                    .Select(host => (Name: _ids.Hosts[host], _hosts[host].Sockets))
                    .OrderBy(host => host.Name, StringComparer.Ordinal),
            ],
            Sockets = SocketCount,
            Services = _services.Count,
        };

    private IEnumerable<Socket> SocketsOf(int number) =>
        _hosts.TryGetValue(number, out var host)
            ? host.Connections.Select(slot => _sockets[slot]).Concat(host.Services).Concat(host.Others)
            : [];

    /// <summary>Returns the sockets of a host, including those that are left out as copies.</summary>
    private List<Socket> AllSocketsOf(int number) => [.. SocketsOf(number), .. _copies.LeftOut(number)];

    /// <summary>
    /// Replaces the listed sockets and interface addresses of a host, and checks other hosts again that list some of
    /// the same sockets.
    /// </summary>
    private void Replace(int number, LiveHost host, List<Socket> listed, HashSet<int> interfaces)
    {
        var before = _copies.ListedElsewhere(number);
        var changed = _copies.SetInterfaces(number, host.Interfaces, interfaces);
        Apply(number, host, new HostChange(host, _sockets, _copies.Without(number, listed)), interfaces);
        before.SymmetricExceptWith(_copies.ListedElsewhere(number));
        Reapply(_copies.Listers(before).Where(other => other != number));
        if (changed.Count > 0)
        {
            RecheckCopies(changed);
        }

        MoveAddressesFromLostHosts();
    }

    /// <summary>Checks again which sockets are copies, after interface addresses changed their owner.</summary>
    private void RecheckCopies(HashSet<int> addresses) =>
        Reapply(
            _hosts
                .Where(pair => pair.Value.Addresses.Overlaps(addresses) || _copies.HasAny(pair.Key))
                .Select(pair => pair.Key)
        );

    private void Reapply(IEnumerable<int> hosts)
    {
        foreach (var host in hosts.ToList())
        {
            var live = _hosts[host];
            var listed = _copies.Without(host, AllSocketsOf(host));
            Apply(host, live, new HostChange(live, _sockets, listed), live.Interfaces);
        }
    }

    private void Apply(int number, LiveHost host, HostChange change, HashSet<int> interfaces)
    {
        var addresses = interfaces.ToHashSet();
        foreach (
            var socket in change
                .Kept.Select(slot => _sockets[slot])
                .Concat(change.New)
                .Concat(change.Services)
                .Concat(change.Others)
        )
        {
            if (_ids.Addresses[socket.Local] is { IsLoopback: false, IsUnspecified: false })
            {
                addresses.Add(socket.Local);
            }
        }

        foreach (var address in addresses.Except(host.Addresses))
        {
            _newlySeen.Add((address, number));
        }

        if (_isLoading)
        {
            Change(number, host, change, addresses, []);
        }
        else
        {
            ChangeAndMatch(number, host, change, addresses);
        }

        SocketCount += change.Count - host.Sockets;
        (host.Sockets, host.Interfaces, host.Others) = (change.Count, interfaces, change.Others);
    }

    /// <summary>
    /// Removes addresses from lost hosts at which another host was seen: they have moved. Addresses that several hosts
    /// have do not count. Neither do addresses at which a machine lists the sockets of a lost container host inside it,
    /// because it lists them at all times.
    /// </summary>
    private void MoveAddressesFromLostHosts()
    {
        while (_newlySeen.Count > 0)
        {
            var seen = _newlySeen.First();
            _newlySeen.Remove(seen);
            if (
                _owners.GetHosts(seen.Address).Where(owner => owner != seen.Host).ToList() is not [var owner]
                || !IsLost(owner)
                || !_owners.Has(seen.Host, seen.Address)
            )
            {
                continue;
            }

            var lost = _hosts[owner];
            if (!_copies.LeftOut(seen.Host).Any(socket => lost.Interfaces.Contains(socket.Local)))
            {
                var rest = AllSocketsOf(owner).Where(socket => socket.Local != seen.Address).ToList();
                Replace(owner, lost, rest, [.. lost.Interfaces.Where(other => other != seen.Address)]);
                if (lost.Addresses.Count == 0 && IsLost(owner))
                {
                    Replaced(owner);
                }
            }
        }
    }

    private void ChangeAndMatch(int number, LiveHost host, HostChange change, HashSet<int> addresses)
    {
        var touched = change.Gone.Concat(_affectedConnections.Find(number, host, change, addresses)).ToList();
        if (
            touched.Count > 0
            || change.New.Count > 0
            || change.ChangedPorts.Count > 0
            || !addresses.SetEquals(host.Addresses)
        )
        {
            var before = _affectedSockets.Find(touched);
            Match(before, Rows.Remove);

            // Free slots are used again, so a slot in Gone may be one in added.
            var inside = before.Except(change.Gone).ToHashSet();
            var added = new List<int>();
            Change(number, host, change, addresses, added);

            inside.UnionWith(added);
            var after = _affectedSockets.Find(inside);
            Match([.. after.Where(slot => !inside.Contains(slot))], Rows.Remove);
            Match(after, Rows.Add);
        }
    }

    private void Change(int number, LiveHost host, HostChange change, HashSet<int> addresses, List<int> added)
    {
        if (change.ChangedPorts.Count > 0)
        {
            _services.Remove(number, host.Services);
            foreach (var service in change.Services)
            {
                _services.Add(Place.WholeHost(number), service);
            }
        }

        host.Services = change.Services;
        foreach (var lost in host.Addresses.Except(addresses))
        {
            _owners.Remove(lost, number);
        }

        foreach (var address in addresses.Except(host.Addresses))
        {
            _owners.Add(address, number);
        }

        host.Addresses = addresses;
        foreach (var slot in change.Gone)
        {
            _sockets.Remove(slot);
        }

        foreach (var slot in change.Kept.Where(slot => change.ChangedPorts.Contains(_sockets[slot].LocalPort)))
        {
            _sockets.SetServes(slot, Serves(number, _sockets[slot]));
        }

        host.Connections = change.Kept;
        foreach (var socket in change.New)
        {
            added.Add(_sockets.Add(number, socket, Serves(number, socket)));
        }

        host.Connections.AddRange(added);
    }

    private bool Serves(int host, in Socket socket) => _services.Serves(Place.WholeHost(host), socket);

    private void Match(List<int> slots, Matcher.RowFound found)
    {
        if (slots.Count == 0)
        {
            return;
        }

        slots.Sort((a, b) => _sockets.HostOf(a).CompareTo(_sockets.HostOf(b)));
        var sockets = new SocketList();
        var ranges = new List<SocketRange>();
        foreach (var slot in slots)
        {
            var host = _sockets.HostOf(slot);
            if (ranges.Count == 0 || ranges[^1].Host != host)
            {
                ranges.Add(new SocketRange(Place.WholeHost(host), sockets.Count, 0));
            }

            ranges[^1] = ranges[^1] with { Count = ranges[^1].Count + 1 };
            sockets.Add(_sockets[slot]);
        }

        Matcher.MatchPart(
            Estate.Part(_ids, _owners, sockets, ranges),
            _services,
            new LivePeerCounts(_ids, _sockets, _owners),
            found
        );
    }

    private LiveHost Host(int number)
    {
        if (!_hosts.TryGetValue(number, out var host))
        {
            _hosts[number] = host = new LiveHost();
        }

        return host;
    }

    private void ForgetIfEmpty(int number, LiveHost host)
    {
        if (!host.Reports && host.Interfaces.Count == 0)
        {
            _hosts.Remove(number);
        }
    }
}
