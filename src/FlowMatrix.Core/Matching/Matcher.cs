using FlowMatrix.Core.Model;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching;

/// <summary>
/// Makes the matrix from an estate: it pairs the two ends of connections, decides which end is the service, and looks
/// up the other end of connections of which only one end is reported. Each connection becomes part of exactly one row.
/// The result does not depend on the order of hosts and sockets. Source: docs/matching.md.
/// </summary>
internal sealed class Matcher
{
    private readonly Estate _estate;
    private readonly ServiceIndex _services;
    private readonly ServerRules _rules;
    private readonly IPeerCounts? _peers;
    private readonly RowFound _found;
    private readonly List<UnmatchedConnection>? _unmatched;

    /// <summary>Gets the programs of rows; null if they are not wanted.</summary>
    private readonly MatrixBuilder? _programs;

    /// <summary>
    /// The connections, from which programs are derived: the row, the sockets at both ends (-1 if an end is not
    /// reported), and the place of that end with the address to which its service is bound.
    /// </summary>
    private readonly List<(Row Row, int Server, int Client, Place Remote, int RemoteBound)> _connections = [];
    private int _paired;
    private int _withOneEnd;
    private int _unmatchedCount;

    /// <param name="peers">Null to count them over the estate if they are needed.</param>
    private Matcher(
        Estate estate,
        ServiceIndex services,
        IPeerCounts? peers,
        RowFound found,
        MatchExtras extras = MatchExtras.Rows,
        MatrixBuilder? matrix = null
    )
    {
        (_estate, _services, _peers, _found) = (estate, services, peers, found);
        _rules = new ServerRules(services, estate.IdTables.Addresses);
        _unmatched = extras.HasFlag(MatchExtras.UnmatchedConnections) ? [] : null;
        _programs = extras.HasFlag(MatchExtras.Programs) ? matrix : null;
    }

    /// <summary>Called once for each connection with its row.</summary>
    /// <param name="via">The address that the client used if it is not the service's own, otherwise 0.</param>
    internal delegate void RowFound(in Row row, int via);

    /// <summary>Returns the matrix of an estate.</summary>
    /// <param name="extras">What the matrix holds beside its rows.</param>
    public static Matrix Match(Estate estate, MatchExtras extras = MatchExtras.Rows)
    {
        var matrix = new MatrixBuilder(estate.IdTables, extras.HasFlag(MatchExtras.Programs));
        var matcher = new Matcher(estate, new ServiceIndex(estate), peers: null, matrix.Add, extras, matrix);
        matcher.Match();
        return matrix.Build(matcher.ScanCounts(), matcher._unmatched ?? []);
    }

    /// <summary>
    /// Finds the connections of an independent part of an estate: no socket outside can be the other end of a socket
    /// inside.
    /// </summary>
    /// <param name="services">The services of the whole estate.</param>
    /// <param name="peers">The counts over the whole estate.</param>
    public static void MatchPart(Estate part, ServiceIndex services, IPeerCounts peers, RowFound found) =>
        new Matcher(part, services, peers, found).Match();

    private void Match()
    {
        var pairing = new Pairing(_estate, _services);
        var undecided = new List<int>();
        for (var i = 0; i < _estate.SocketCount; i++)
        {
            var other = pairing.MirrorOf(i);
            if (other > i && pairing.HasService(i) != pairing.HasService(other))
            {
                // The most frequent case, which needs no further evidence.
                var (client, server) = pairing.HasService(i) ? (other, i) : (i, other);
                Add(pairing, client, server, Model.Match.Mirror, Direction.Listener);
            }
            else if (other >= i || pairing.IsUnpaired(i))
            {
                var ends = Ends(pairing, i);
                if (_rules.WithoutPeers(_estate[i].Protocol, ends.Local, ends.Remote) is { } server)
                {
                    Add(pairing, i, ends, server);
                }
                else
                {
                    undecided.Add(i);
                }
            }
        }

        var peers = undecided.Count > 0 ? _peers ?? CountPeers(pairing, undecided) : null;
        foreach (var i in undecided)
        {
            var ends = Ends(pairing, i);
            Add(pairing, i, ends, _rules.WithPeers(_estate[i].Protocol, ends.Local, ends.Remote, peers!));
        }

        foreach (var (client, server, match) in pairing.Translated)
        {
            var seen = _estate[client].Remote;
            var via = seen != _estate[server].Local ? seen : 0;
            Add(pairing, client, server, match, Direction.Listener, via);
        }

        if (_programs is not null)
        {
            AddPrograms(pairing, _programs);
        }
    }

    private ScanCounts ScanCounts()
    {
        var names = _estate.IdTables.Hosts;
        var hosts = _estate
            .Ranges.Where(range => range.Host != 0)
            .GroupBy(range => range.Host)
            .OrderBy(host => host.Key, Comparer<int>.Create(names.Compare))
            .Select(host => (names[host.Key], host.Sum(range => range.Count)))
            .ToList();
        return new ScanCounts
        {
            Hosts = hosts,
            Sockets = _estate.SocketCount,
            Services = _services.Count,
            Connections = _paired + _withOneEnd,
            Paired = _paired,
            UnmatchedConnections = _unmatchedCount,
            UnplacedFlowSockets = _estate.UnplacedFlowSockets,
        };
    }

    private PeerCounter CountPeers(Pairing pairing, List<int> undecided)
    {
        var peers = new PeerCounter(_estate);
        foreach (var i in undecided)
        {
            var ends = Ends(pairing, i);
            peers.Want(_estate[i].Protocol, ends.Local);
            peers.Want(_estate[i].Protocol, ends.Remote);
        }

        peers.Count();
        return peers;
    }

    /// <summary>Returns the two ends of a connection that is a mirror pair or has one reported end.</summary>
    private ConnectionEnds Ends(Pairing pairing, int index)
    {
        ref readonly var socket = ref _estate[index];
        var place = pairing.PlaceOf(index);
        var local = new ConnectionEnd(place, place, socket.Local, socket.LocalPort, pairing.HasService(index));
        if (pairing.MirrorOf(index) is var other and >= 0)
        {
            var otherPlace = pairing.PlaceOf(other);
            return new ConnectionEnds(
                local,
                new ConnectionEnd(otherPlace, otherPlace, socket.Remote, socket.RemotePort, pairing.HasService(other)),
                0,
                0
            );
        }

        var peerPlace = _estate.IdTables.Addresses.IsLoopback(socket.Remote)
            ? place
            : _estate.Addresses.OwnerSeenFrom(place, socket.Remote);
        var (bound, peerProcess) = (0, 0);
        var peerServes =
            peerPlace.Host != 0
            && _services.TryFind(
                peerPlace,
                socket.Protocol,
                socket.Remote,
                socket.RemotePort,
                out bound,
                out peerProcess
            );
        var peer = new ConnectionEnd(peerPlace, place, socket.Remote, socket.RemotePort, peerServes);
        return new ConnectionEnds(local, peer, bound, peerProcess);
    }

    private void Add(Pairing pairing, int index, in ConnectionEnds ends, (bool LocalServes, Direction Direction) server)
    {
        if (pairing.MirrorOf(index) is var other and >= 0)
        {
            var (client, service) = server.LocalServes ? (other, index) : (index, other);
            Add(pairing, client, service, Model.Match.Mirror, server.Direction);
        }
        else
        {
            AddWithOneEnd(index, ends, server);
        }
    }

    private void Add(Pairing pairing, int client, int server, Match match, Direction direction, int via = 0)
    {
        _paired++;
        ref readonly var from = ref _estate[client];
        ref readonly var to = ref _estate[server];
        var key = new RowKey
        {
            Protocol = to.Protocol,
            ServiceHost = pairing.HostOf(server),
            ServiceAddress = to.Local,
            ServicePort = to.LocalPort,
            ServiceProcess = to.Process,
            ClientHost = pairing.HostOf(client),
            ClientAddress = from.Local,
            ClientProcess = from.Process,
        };
        var flow = from.FromFlow || to.FromFlow ? Model.Match.Flow : 0;
        var row = new Row(key, new RowStats(1, match | flow, direction));
        _found(row, via);
        if (_programs is not null)
        {
            _connections.Add((row, server, client, default, 0));
        }
    }

    private void AddPrograms(Pairing pairing, MatrixBuilder matrix)
    {
        var programs = new ProgramIndex(
            _estate,
            _services,
            pairing,
            _connections.Select(ends => ends.Server).Where(server => server >= 0)
        );
        foreach (var (row, server, client, remote, remoteBound) in _connections)
        {
            if (
                programs.HasSeveral(row.ServiceHost, row.ServiceProcess)
                || programs.HasSeveral(row.ClientHost, row.ClientProcess)
            )
            {
                var service =
                    server >= 0
                        ? programs.Find(row.ServiceHost, _estate[server])
                        : programs.FindListener(remote, _estate[client], remoteBound, row.ServiceProcess);
                var user =
                    client >= 0
                        ? programs.Find(row.ClientHost, _estate[client])
                        : programs.FindListener(remote, _estate[server], remoteBound, row.ClientProcess);
                matrix.AddPrograms(row.Key, new ProgramPair(service, user, row.Connections));
            }
        }
    }

    /// <summary>Adds a connection with one reported end. Source: docs/matching.md, "Unmatched connections".</summary>
    private void AddWithOneEnd(int index, in ConnectionEnds ends, (bool LocalServes, Direction Direction) server)
    {
        _withOneEnd++;
        ref readonly var socket = ref _estate[index];
        var (host, peerHost, peerProcess) = (ends.Local.Place.Host, ends.Remote.Place.Host, ends.RemoteProcess);
        var match =
            peerProcess != 0 ? Model.Match.Listener
            : peerHost != 0 ? Model.Match.Host
            : Model.Match.External;
        var key = new RowKey { Protocol = socket.Protocol };
        if (server.LocalServes)
        {
            (key.ServiceHost, key.ServiceAddress, key.ServicePort) = (host, socket.Local, socket.LocalPort);
            (key.ClientHost, key.ClientAddress) = (peerHost, socket.Remote);
            (key.ServiceProcess, key.ClientProcess) = (socket.Process, peerProcess);
        }
        else
        {
            (key.ServiceHost, key.ServiceAddress, key.ServicePort) = (peerHost, socket.Remote, socket.RemotePort);
            (key.ClientHost, key.ClientAddress) = (host, socket.Local);
            (key.ServiceProcess, key.ClientProcess) = (peerProcess, socket.Process);
        }

        var flow = socket.FromFlow ? Model.Match.Flow : 0;
        var row = new Row(key, new RowStats(1, match | flow, server.Direction));

        _found(row, 0);
        if (_programs is not null)
        {
            var (service, client) = server.LocalServes ? (index, -1) : (-1, index);
            _connections.Add((row, service, client, ends.Remote.Place, ends.RemoteBound));
        }

        if (peerProcess == 0)
        {
            _unmatchedCount++;
            _unmatched?.Add(
                new UnmatchedConnection(
                    socket.Protocol,
                    host,
                    socket.Local,
                    socket.LocalPort,
                    socket.Process,
                    socket.Pid,
                    peerHost,
                    socket.Remote,
                    socket.RemotePort,
                    server.LocalServes
                )
            );
        }
    }

    /// <param name="RemoteBound">The address to which the service at an unreported remote end is bound; else 0.</param>
    /// <param name="RemoteProcess">The process of that service; 0 if it is not known.</param>
    private readonly record struct ConnectionEnds(
        ConnectionEnd Local,
        ConnectionEnd Remote,
        int RemoteBound,
        int RemoteProcess
    );
}

/// <summary>What a matrix holds beside its rows.</summary>
[Flags]
internal enum MatchExtras
{
    Rows = 0,

    /// <summary>The unmatched connections.</summary>
    UnmatchedConnections = 1,

    /// <summary>The programs at the ends of each row's connections.</summary>
    Programs = 2,

    /// <summary>The list of services, used or not.</summary>
    Services = 4,
}
