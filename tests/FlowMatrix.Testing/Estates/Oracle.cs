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
    private readonly HashSet<(string Address, string Host)> _interfaces = [];
    private readonly HashSet<(string Address, string Host)> _owners;
    private readonly List<OracleEnd> _connectionEnds;
    private readonly List<OracleEnd> _unpaired;
    private readonly List<ExpectedRow> _connections = [];
    private readonly List<string> _unmatched = [];
    private int _paired;

    private Oracle(EstateSpec estate)
    {
        foreach (var host in estate.Hosts)
        {
            _all.AddRange(host.Sockets.Select(socket => new OracleEnd(host.Name, socket, FromFlow: false)));
            _interfaces.UnionWith(host.Addresses.Select(address => (OracleEnd.Text(address)!, host.Name)));
        }

        _interfaces.RemoveWhere(owner => OracleEnd.IsLoopback(owner.Address) || owner.Address is "0.0.0.0" or "::");
        RemoveCopies();
        _owners = [.. _interfaces, .. _all.Select(end => (end.Local, end.Host))];
        _owners.RemoveWhere(owner => OracleEnd.IsLoopback(owner.Address) || owner.Address is "0.0.0.0" or "::");
        AddFlows(estate.Flows);

        _connectionEnds = [.. _all.Where(end => !end.IsService && (!end.IsTransitional || estate.Past))];
        _unpaired =
        [
            .. _connectionEnds
                .GroupBy(end => (end.Host, end.Socket.Protocol, end.LocalEnd, end.RemoteEnd, end.Process))
                .Select(same => same.OrderBy(end => end.Socket.Pid).First()),
        ];
        foreach (var own in _unpaired.Where(end => end.LocalEnd == end.RemoteEnd).ToList())
        {
            _unpaired.Remove(own);
            AddPair("Mirror", own, own, "Port");
        }

        Pair("Mirror", IsMirror);
        Pair("ChangedDestination", IsChangedDestination, (client, _) => client);
        Pair("ChangedSource", IsChangedSource, (client, _) => client);
        Pair("ChangedBoth", IsChangedBoth, (client, _) => client);
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
                !_interfaces.Contains((end.Local, end.Host))
                && _all.Any(other =>
                    _interfaces.Contains((other.Local, other.Host))
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
                Owners(OracleEnd.Text(socket.Local)!) is [var only] ? only : "",
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

    private void Pair(
        string match,
        Func<OracleEnd, OracleEnd, bool> isPair,
        Func<OracleEnd, OracleEnd, OracleEnd>? client = null
    )
    {
        var only = _unpaired.ToDictionary(
            end => end,
            end =>
                OnlyCandidate(
                    end,
                    client is null ? other => isPair(end, other) : other => isPair(end, other) || isPair(other, end)
                )
        );
        foreach (var (one, other) in only.Where(pair => pair.Value is not null && only[pair.Value] == pair.Key))
        {
            if (!_unpaired.Contains(one))
            {
                continue;
            }

            _unpaired.Remove(one);
            _unpaired.Remove(other!);
            var (oneServes, direction) = client is null
                ? Decide(one.Socket.Protocol, OwnSide(one), OwnSide(other!))
                : (!isPair(one, other!), "Listener");
            AddPair(match, oneServes ? other! : one, oneServes ? one : other!, direction);
        }
    }

    /// <summary>Candidates on the same host count first. A loopback address never leaves its host.</summary>
    private OracleEnd? OnlyCandidate(OracleEnd end, Func<OracleEnd, bool> isPair)
    {
        var candidates = _unpaired.Where(other => other != end && isPair(other)).ToList();
        var here = candidates.Where(other => other.Host == end.Host).ToList();
        var counting =
            here.Count > 0 ? here : candidates.Where(other => !end.HasLoopback && !other.HasLoopback).ToList();
        return counting.Count == 1 ? counting[0] : null;
    }

    private static bool IsMirror(OracleEnd one, OracleEnd other) =>
        one.Socket.Protocol == other.Socket.Protocol
        && one.LocalEnd == other.RemoteEnd
        && one.RemoteEnd == other.LocalEnd
        && one.LocalEnd != one.RemoteEnd;

    private bool IsChangedDestination(OracleEnd client, OracleEnd server) =>
        client.Socket.Protocol == server.Socket.Protocol
        && !HasService(client)
        && HasService(server)
        && client.LocalEnd == server.RemoteEnd
        && client.RemoteEnd != server.LocalEnd;

    private bool IsChangedSource(OracleEnd client, OracleEnd server) =>
        client.Socket.Protocol == server.Socket.Protocol
        && HasService(server)
        && client.RemoteEnd == server.LocalEnd
        && client.Socket.LocalPort == server.Socket.RemotePort
        && client.Local != server.Remote
        && _owners.Contains((server.Remote!, client.Host));

    private bool IsChangedBoth(OracleEnd client, OracleEnd server) =>
        client.Socket.Protocol == server.Socket.Protocol
        && !HasService(client)
        && HasService(server)
        && client.Socket.LocalPort == server.Socket.RemotePort
        && client.Local != server.Remote
        && client.RemoteEnd != server.LocalEnd
        && _owners.Contains((server.Remote!, client.Host))
        && _owners.Contains((client.Remote!, server.Host));

    private void AddPair(string match, OracleEnd client, OracleEnd server, string direction)
    {
        _paired++;
        var via =
            match is "ChangedDestination" or "ChangedBoth" && client.Remote != server.Local
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
        var owners = Owners(end.Remote!);
        var peerHost =
            OracleEnd.IsLoopback(end.Remote!) || owners.Contains(end.Host) ? end.Host
            : owners is [var only] ? only
            : "";
        var services =
            peerHost.Length > 0 ? Services(peerHost, end.Socket.Protocol, end.Remote!, end.Socket.RemotePort) : [];
        var processes = services.Select(service => service.Process).Distinct().ToList();
        var peerProcess = processes.Count == 1 ? processes[0] : ("", "");
        var known = peerProcess != ("", "");
        var (isServer, direction) = Decide(
            end.Socket.Protocol,
            OwnSide(end),
            new Side(peerHost, end.Host, end.Remote!, end.Socket.RemotePort, services.Count > 0)
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

    private Side OwnSide(OracleEnd end) => new(end.Host, end.Host, end.Local, end.Socket.LocalPort, HasService(end));

    /// <summary>Decides whether the first side is the service, by the first rule that distinguishes the two.</summary>
    private (bool FirstServes, string Direction) Decide(string protocol, Side one, Side other)
    {
        var bothEphemeral = one.Port >= 32768 && other.Port >= 32768;
        var neitherEphemeral = one.Port < 32768 && other.Port < 32768;
        if (one.HasService != other.HasService)
        {
            return (one.HasService, "Listener");
        }

        if (!bothEphemeral && !neitherEphemeral)
        {
            return (one.Port < 32768, "Ephemeral");
        }

        var (peers, otherPeers) = (Peers(protocol, one), Peers(protocol, other));
        var byPeers = peers != otherPeers && Math.Max(peers, otherPeers) >= 2;
        if (bothEphemeral && byPeers)
        {
            return (peers > otherPeers, "Peers");
        }

        var (isClient, otherIsClient) = (ListsNoneAtItsPort(protocol, one), ListsNoneAtItsPort(protocol, other));
        if (!one.HasService && !other.HasService && isClient != otherIsClient)
        {
            return (otherIsClient, "NoListener");
        }

        if (neitherEphemeral && byPeers)
        {
            return (peers > otherPeers, "Peers");
        }

        return (
            one.Port != other.Port
                ? one.Port < other.Port
                : StringComparer.Ordinal.Compare(Sortable(one.Address), Sortable(other.Address)) < 0,
            "Port"
        );
    }

    /// <summary>
    /// Returns the number of distinct other ends of all connection sockets that have the endpoint at either end.
    /// Endpoints on loopback, or at an address that several hosts have, are counted per host.
    /// </summary>
    private int Peers(string protocol, Side side)
    {
        var perHost = OracleEnd.IsLoopback(side.Address) || Owners(side.Address).Count > 1;
        var sockets = _connectionEnds
            .Where(end => end.Socket.Protocol == protocol && (!perHost || end.Host == side.SeenOn))
            .ToList();
        var endpoint = $"{side.Address} {side.Port}";
        return sockets
            .Where(end => end.LocalEnd == endpoint)
            .Select(end => end.RemoteEnd)
            .Concat(sockets.Where(end => end.RemoteEnd == endpoint).Select(end => end.LocalEnd))
            .Distinct()
            .Count();
    }

    private bool ListsNoneAtItsPort(string protocol, Side side)
    {
        var services = _all.Where(end => end.IsService && end.Host == side.Host && end.Socket.Protocol == protocol)
            .ToList();
        return side.Host.Length > 0
            && services.Count > 0
            && services.All(service => service.Socket.LocalPort != side.Port);
    }

    /// <summary>Whether the end has a service under it. For UDP, only services of the same process count.</summary>
    private bool HasService(OracleEnd end) =>
        Services(
            end.Host,
            end.Socket.Protocol,
            end.Local,
            end.Socket.LocalPort,
            end.Socket.Protocol == "UDP" ? end.Process : null
        ).Count > 0;

    /// <summary>
    /// Returns the services under an endpoint: bound to exactly the address, else to all addresses of its family, else
    /// to "::", which stands for IPv4 too.
    /// </summary>
    /// <param name="process">The process of the services; null for any process.</param>
    private List<OracleEnd> Services(
        string host,
        string protocol,
        string address,
        int port,
        (string Path, string Name)? process = null
    )
    {
        var there = _all.Where(end =>
                end.IsService
                && end.Host == host
                && end.Socket.Protocol == protocol
                && end.Socket.LocalPort == port
                && (process is null || end.Process == process)
            )
            .ToList();
        var isV4 = !address.Contains(':', StringComparison.Ordinal);
        return new[] { address, isV4 ? "0.0.0.0" : "::", "::" }
                .Select(bound => there.Where(end => end.Local == bound).ToList())
                .FirstOrDefault(found => found.Count > 0)
            ?? [];
    }

    private List<string> Owners(string address) =>
        [.. _owners.Where(owner => owner.Address == address).Select(owner => owner.Host)];

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

    /// <summary>One end of a connection, which is reported or known only from the other end.</summary>
    private sealed record Side(string Host, string SeenOn, string Address, int Port, bool HasService);
}
