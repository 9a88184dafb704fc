using System.Net;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Testing.Estates;

/// <summary>
/// A plain and slow implementation of docs/matching.md, written from that text alone: it uses lists and strings, and
/// compares everything with everything. The fast matcher must give the same results.
/// </summary>
internal sealed class Oracle
{
    private readonly List<OracleEnd> _all = [];
    private readonly OracleAddresses _addresses;
    private readonly OracleServers _servers;
    private readonly List<OracleEnd> _unpaired;
    private readonly List<ExpectedRow> _connections = [];
    private readonly List<string> _unmatched = [];
    private int _paired;

    private Oracle(EstateSpec estate)
    {
        _addresses = new OracleAddresses(estate.Hosts);
        foreach (var host in estate.Hosts)
        {
            var place = new OraclePlace(host.Name, host.Namespace);
            _all.AddRange(host.Sockets.Select(socket => new OracleEnd(place, socket, FromFlow: false)));
        }

        RemoveCopies();
        _addresses.See(_all);
        AddFlows(estate.Flows);

        var connectionEnds = _all.Where(end => !end.IsService && (!end.IsTransitional || estate.Past)).ToList();
        _servers = new OracleServers(_all, connectionEnds, _addresses);
        _unpaired =
        [
            .. connectionEnds
                .GroupBy(end => (end.Place, end.Socket.Protocol, end.LocalEnd, end.RemoteEnd, end.Process))
                .Select(same => same.OrderBy(end => end.Socket.Pid).First()),
        ];
        foreach (var own in _unpaired.Where(end => end.LocalEnd == end.RemoteEnd).ToList())
        {
            _unpaired.Remove(own);
            AddPair("Mirror", own, own, "Port");
        }

        PairMirrors(new OracleNat(estate.Hosts, _addresses));
        Pair("ChangedDestination", IsChangedDestination);
        Pair("ChangedSource", IsChangedSource);
        Pair("ChangedBoth", IsChangedBoth);
        _unpaired.ForEach(AddWithOneEnd);
    }

    public static Expected Match(EstateSpec estate)
    {
        var oracle = new Oracle(estate);
        var rows = oracle
            ._connections.GroupBy(row => row.Key)
            .Select(same => new ExpectedRow(
                same.Key,
                same.Sum(row => row.Connections),
                [.. same.SelectMany(row => row.Match)],
                [.. same.SelectMany(row => row.Direction)],
                [.. same.SelectMany(row => row.Via)]
            ));
        return new Expected(
            [.. rows.Select(row => row.ToString()).Order(StringComparer.Ordinal)],
            [.. oracle._unmatched.Order(StringComparer.Ordinal)],
            oracle._all.Count,
            oracle._all.Count(end => end.IsService),
            oracle._connections.Count,
            oracle._paired
        );
    }

    /// <summary>
    /// Removes a socket that two hosts list from the host that does not have its address at an interface.
    /// </summary>
    private void RemoveCopies()
    {
        var copies = _all.Where(end =>
                !_addresses.HasInterface(end.Host, end.Local)
                && _all.Any(other =>
                    _addresses.HasInterface(other.Host, other.Local)
                    && other.Socket.Protocol == end.Socket.Protocol
                    && other.LocalEnd == end.LocalEnd
                    && other.RemoteEnd == end.RemoteEnd
                    && other.Process == end.Process
                )
            )
            .ToList();
        copies.ForEach(copy => _all.Remove(copy));
    }

    /// <summary>
    /// Adds sockets of captured flows to the owner of their local address, if they are not listed already.
    /// </summary>
    private void AddFlows(IEnumerable<SocketSpec> flows)
    {
        var listed = _all.ToList();
        var placed = flows
            .Select(socket => new OracleEnd(
                new OraclePlace(_addresses.Hosts(OracleEnd.Text(socket.Local)!) is [var only] ? only : "", ""),
                socket,
                FromFlow: true
            ))
            .Where(end =>
                !listed.Any(known =>
                    (end.Host.Length == 0 || known.Host == end.Host)
                    && known.Socket.Protocol == end.Socket.Protocol
                    && known.LocalEnd == end.LocalEnd
                    && known.RemoteEnd == end.RemoteEnd
                )
            )
            .GroupBy(end => (end.Host, end.Socket.Protocol, end.LocalEnd, end.RemoteEnd))
            .Select(same =>
                same.OrderBy(end =>
                        end.IsService ? 0
                        : end.IsTransitional ? 2
                        : 1
                    )
                    .ThenBy(end => end.Socket.Name, StringComparer.Ordinal)
                    .ThenBy(end => end.Socket.Path, StringComparer.Ordinal)
                    .ThenBy(end => end.Socket.Pid)
                    .First()
            );
        _all.AddRange(placed.ToList());
    }

    /// <summary>
    /// Candidates are counted before any pair is made, nearest first. The NAT tables join sockets that have no mirror
    /// in their own place.
    /// </summary>
    private void PairMirrors(OracleNat nat)
    {
        var candidates = _unpaired.ToDictionary(
            end => end,
            end => _unpaired.Where(other => IsMirror(end, other)).ToList()
        );
        foreach (var (one, other) in MutualPairs(end => Only(candidates[end].Where(other => other.Place == end.Place))))
        {
            AddMirror(one, other);
        }

        foreach (var (client, server) in nat.Pairs(_unpaired))
        {
            _unpaired.Remove(client);
            _unpaired.Remove(server);
            AddPair("Nat", client, server, "Listener");
            candidates.Values.ToList().ForEach(others => others.RemoveAll(other => other == client || other == server));
        }

        foreach (var (one, other) in MutualPairs(OnlyNearest))
        {
            AddMirror(one, other);
        }

        OracleEnd? OnlyNearest(OracleEnd end)
        {
            var possible = candidates[end].Where(other => MayPair(end, other)).ToList();
            var here = possible.Where(other => other.Place == end.Place).ToList();
            var onHost = possible.Where(other => other.Host == end.Host).ToList();
            return Only(
                here.Count > 0 ? here
                : onHost.Count > 0 ? onHost
                : possible
            );
        }

        void AddMirror(OracleEnd one, OracleEnd other)
        {
            _unpaired.Remove(one);
            _unpaired.Remove(other);
            var (oneServes, direction) = _servers.Decide(
                one.Socket.Protocol,
                _servers.OwnSide(one),
                _servers.OwnSide(other)
            );
            AddPair("Mirror", oneServes ? other : one, oneServes ? one : other, direction);
        }
    }

    private void Pair(string match, Func<OracleEnd, OracleEnd, bool> isPair)
    {
        foreach (var (one, other) in MutualPairs(OnlyCandidate))
        {
            _unpaired.Remove(one);
            _unpaired.Remove(other);
            var oneServes = !isPair(one, other);
            AddPair(match, oneServes ? other : one, oneServes ? one : other, "Listener");
        }

        OracleEnd? OnlyCandidate(OracleEnd end)
        {
            var candidates = _unpaired
                .Where(other => other != end && MayPair(end, other) && (isPair(end, other) || isPair(other, end)))
                .ToList();
            var onHost = candidates.Where(other => other.Host == end.Host).ToList();
            return Only(onHost.Count > 0 ? onHost : candidates);
        }
    }

    /// <summary>Returns each two unpaired sockets that are each other's only candidate, once.</summary>
    private List<(OracleEnd One, OracleEnd Other)> MutualPairs(Func<OracleEnd, OracleEnd?> onlyCandidate)
    {
        var only = _unpaired.ToDictionary(end => end, onlyCandidate);
        var pairs = new List<(OracleEnd One, OracleEnd Other)>();
        foreach (var end in _unpaired)
        {
            var other = only[end];
            if (other is not null && only.GetValueOrDefault(other) == end && !pairs.Contains((other, end)))
            {
                pairs.Add((end, other));
            }
        }

        return pairs;
    }

    private static OracleEnd? Only(IEnumerable<OracleEnd> candidates) =>
        candidates.Take(2).ToList() is [var only] ? only : null;

    /// <summary>A loopback address never leaves its place.</summary>
    private static bool MayPair(OracleEnd one, OracleEnd other) =>
        one.Place == other.Place || (!one.HasLoopback && !other.HasLoopback);

    private static bool IsMirror(OracleEnd one, OracleEnd other) =>
        one.Socket.Protocol == other.Socket.Protocol
        && one.LocalEnd == other.RemoteEnd
        && one.RemoteEnd == other.LocalEnd
        && one.LocalEnd != one.RemoteEnd;

    private bool IsChangedDestination(OracleEnd client, OracleEnd server) =>
        client.Socket.Protocol == server.Socket.Protocol
        && !_servers.HasService(client)
        && _servers.HasService(server)
        && client.LocalEnd == server.RemoteEnd
        && client.RemoteEnd != server.LocalEnd;

    private bool IsChangedSource(OracleEnd client, OracleEnd server) =>
        client.Socket.Protocol == server.Socket.Protocol
        && _servers.HasService(server)
        && client.RemoteEnd == server.LocalEnd
        && client.Socket.LocalPort == server.Socket.RemotePort
        && client.Local != server.Remote
        && _addresses.Has(client.Host, server.Remote!);

    private bool IsChangedBoth(OracleEnd client, OracleEnd server) =>
        client.Socket.Protocol == server.Socket.Protocol
        && !_servers.HasService(client)
        && _servers.HasService(server)
        && client.Socket.LocalPort == server.Socket.RemotePort
        && client.Local != server.Remote
        && client.RemoteEnd != server.LocalEnd
        && _addresses.Has(client.Host, server.Remote!)
        && _addresses.Has(server.Host, client.Remote!);

    private void AddPair(string match, OracleEnd client, OracleEnd server, string direction)
    {
        _paired++;
        var via =
            match is "ChangedDestination" or "ChangedBoth" or "Nat" && client.Remote != server.Local
                ? new[] { client.Remote! }
                : [];
        _connections.Add(
            new ExpectedRow(
                Key(
                    server.Socket.Protocol,
                    (server.Host, server.Local, server.Socket.LocalPort, server.Process),
                    (client.Host, client.Local, client.Process)
                ),
                1,
                client.FromFlow || server.FromFlow ? [match, "Flow"] : [match],
                [direction],
                [.. via]
            )
        );
    }

    private void AddWithOneEnd(OracleEnd end)
    {
        var peerPlace = _addresses.Owner(end.Place, end.Remote!);
        var peerHost = peerPlace?.Host ?? "";
        var services = peerPlace is not null
            ? _servers.Services(peerPlace, end.Socket.Protocol, end.Remote!, end.Socket.RemotePort)
            : [];
        var processes = services.Select(service => service.Process).Distinct().ToList();
        var peerProcess = processes.Count == 1 ? processes[0] : ("", "");
        var known = peerProcess != ("", "");
        var (isServer, direction) = _servers.Decide(
            end.Socket.Protocol,
            _servers.OwnSide(end),
            new OracleSide(peerPlace, end.Place, end.Remote!, end.Socket.RemotePort, services.Count > 0)
        );
        var here = (end.Host, end.Local, end.Socket.LocalPort, end.Process);
        var there = (peerHost, end.Remote!, end.Socket.RemotePort, peerProcess);
        var (server, client) = isServer ? (here, there) : (there, here);
        var match =
            known ? "Listener"
            : peerHost.Length > 0 ? "Host"
            : "External";
        _connections.Add(
            new ExpectedRow(
                Key(end.Socket.Protocol, server, (client.Item1, client.Item2, client.Item4)),
                1,
                end.FromFlow ? [match, "Flow"] : [match],
                [direction],
                []
            )
        );
        if (!known)
        {
            _unmatched.Add(
                $"{end.Socket.Protocol} {end.Host} {end.LocalEnd} {end.Process} {end.Socket.Pid} - "
                    + $"{peerHost} {end.RemoteEnd}"
            );
        }
    }

    /// <summary>Returns a text that sorts like the number of the address, with IPv4 before IPv6.</summary>
    public static string Sortable(string address) =>
        address.Length == 0
            ? ""
            : $"{(address.Contains(':', StringComparison.Ordinal) ? 6 : 4)}"
                + Convert.ToHexString(IPAddress.Parse(address).GetAddressBytes());

    public static string Key(
        string protocol,
        (string Host, string Address, int Port, (string Path, string Name) Process) server,
        (string Host, string Address, (string Path, string Name) Process) client
    ) =>
        $"{protocol} {server.Host}|{server.Address}|{server.Port}|{server.Process} <- "
        + $"{client.Host}|{client.Address}|{client.Process}";
}
