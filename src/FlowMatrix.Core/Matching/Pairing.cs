using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching;

/// <summary>
/// Finds the two ends of each connection. Source: docs/matching.md, "Pairing the two ends". In each step candidates
/// are counted over all sockets that were unpaired when it began, those on the same host first, and a pair is made
/// only where each is the other's only candidate: the outcome doesn't depend on the order of the input.
/// </summary>
internal sealed class Pairing
{
    /// <summary>No connection, listed twice, or already paired by a later step than the first.</summary>
    private const int Settled = -3;

    /// <summary>Fewer sockets are paired before a second thread has started.</summary>
    private const int WorthThreads = 50_000;

    private readonly Estate _estate;
    private readonly ServiceIndex _services;
    private readonly int[] _hostOf;
    private readonly bool[] _hasService;
    private readonly bool[] _mayBeElsewhere;
    private readonly ParallelOptions _atOnce;

    /// <summary>The local addresses of flows' sockets whose host is unknown: they have no owner.</summary>
    private readonly HashSet<int> _unplaced = [];

    /// <summary>For each socket its only candidate in the step under way; later its other end.</summary>
    private readonly int[] _other;

    public Pairing(Estate estate, ServiceIndex services)
    {
        _estate = estate;
        _services = services;
        _hostOf = new int[estate.SocketCount];
        _hasService = new bool[estate.SocketCount];
        _mayBeElsewhere = new bool[estate.SocketCount];
        _atOnce = new ParallelOptions { MaxDegreeOfParallelism = estate.SocketCount < WorthThreads ? 1 : -1 };
        _other = new int[estate.SocketCount];
        PairMirrors();
        PairChangedDestinations();
        PairChangedSources();
        PairBothChanged();
    }

    /// <summary>Pairs whose client and server are known by how they were found.</summary>
    public List<(int Client, int Server, Match Match)> Translated { get; } = [];

    public int HostOf(int socket) => _hostOf[socket];

    /// <summary>A connection that no step has paired.</summary>
    public bool IsUnpaired(int socket) => _other[socket] is TupleTable.None or TupleTable.Several;

    /// <summary>
    /// The other end where both ends have each other's endpoints, else a negative number. A socket that is connected to
    /// itself is its own other end.
    /// </summary>
    public int MirrorOf(int socket) => _other[socket];

    /// <summary>Whether a connection's socket has a service under it on its own host.</summary>
    public bool HasService(int socket) => _hasService[socket];

    /// <summary>Step 1: local and remote endpoint exchanged, on the same host and only then across hosts.</summary>
    private void PairMirrors()
    {
        foreach (var host in _estate.Hosts.Where(range => range.Host == 0))
        {
            for (var i = host.Start; i < host.End; i++)
            {
                _unplaced.Add(_estate[i].Local);
            }
        }

        // Hosts, and then groups, have no socket in common: a few at once don't meet.
        Parallel.ForEach(
            _estate.Hosts,
            _atOnce,
            () => new Workplace(_estate),
            (host, _, at) => FindMirrorsOn(host, at),
            _ => { }
        );
        var groups = new SocketPartitions(_estate, _mayBeElsewhere);
        Parallel.For(
            0,
            groups.Count,
            _atOnce,
            () => new TupleTable(_estate),
            (i, _, at) => FindMirrorsElsewhere(groups[i], at),
            _ => { }
        );
        for (var i = 0; i < _other.Length; i++)
        {
            if (_other[i] >= 0 && _other[_other[i]] != i)
            {
                _other[i] = TupleTable.None;
            }
        }
    }

    private Workplace FindMirrorsOn(HostRange host, Workplace at)
    {
        _hostOf.AsSpan(host.Start, host.Count).Fill(host.Host);
        FindConnections(host, at);
        foreach (var i in at.Connections)
        {
            ref readonly var socket = ref _estate[i];
            _other[i] = socket.IsOwnPeer ? i : at.Table.Mirror(socket);
            _hasService[i] = _services.Serves(host.Host, socket);
            _mayBeElsewhere[i] = MayHaveMirrorElsewhere(host.Host, socket);
        }

        return at;
    }

    private TupleTable FindMirrorsElsewhere(ReadOnlySpan<int> sockets, TupleTable table)
    {
        table.Reset(sockets.Length);
        foreach (var i in sockets)
        {
            table.Add(i);
        }

        foreach (var i in sockets)
        {
            if (_other[i] == TupleTable.None)
            {
                _other[i] = table.Mirror(_estate[i]);
            }
        }

        return table;
    }

    /// <summary>
    /// The connections of a host, all in the table. A socket that is listed twice, with the same endpoints and the
    /// same process, is one: revisions of a host and overlapping files are united.
    /// </summary>
    private void FindConnections(HostRange host, Workplace at)
    {
        var (connections, table, distinct) = at;
        connections.Clear();
        for (var i = host.Start; i < host.End; i++)
        {
            _other[i] = Settled;
            if (_estate.IsConnection(_estate[i]))
            {
                connections.Add(i);
            }
        }

        if (AddAll(connections, table))
        {
            return;
        }

        distinct.Clear();
        foreach (var i in connections)
        {
            ref readonly var socket = ref _estate[i];
            var key = (
                socket.Protocol,
                socket.Local,
                socket.LocalPort,
                socket.Remote,
                socket.RemotePort,
                socket.Process
            );
            if (!distinct.TryGetValue(key, out var first) || socket.Pid < _estate[first].Pid)
            {
                distinct[key] = i;
            }
        }

        connections.Clear();
        connections.AddRange(distinct.Values);
        AddAll(connections, table);
    }

    /// <returns>Whether all have different endpoints.</returns>
    private static bool AddAll(List<int> connections, TupleTable table)
    {
        table.Reset(connections.Count);
        var different = true;
        foreach (var i in connections)
        {
            different &= table.Add(i);
        }

        return different;
    }

    /// <summary>
    /// A mirror on another host is bound to this socket's remote address there, and loopback never leaves its host:
    /// where no other host has that address, there is nothing to look for.
    /// </summary>
    private bool MayHaveMirrorElsewhere(int host, in Socket socket) =>
        (_estate.Owners.HasOther(host, socket.Remote) || (_unplaced.Count > 0 && _unplaced.Contains(socket.Remote)))
        && !IsLoopback(socket.Local);

    /// <summary>
    /// Step 2: the client saw another address than the server has, but the server still sees the client's own
    /// endpoint.
    /// </summary>
    private void PairChangedDestinations() =>
        PairOnlyCandidates(
            Match.ChangedDestination,
            Unpaired(i => !HasService(i)),
            Unpaired(HasService),
            (in client) => EndpointKey(client.Protocol, client.Local, client.LocalPort),
            (in server) => EndpointKey(server.Protocol, server.Remote, server.RemotePort),
            (in client, in server, _, _) =>
                client.Local == server.Remote
                && client.LocalPort == server.RemotePort
                && (client.Remote != server.Local || client.RemotePort != server.LocalPort)
        );

    /// <summary>
    /// Step 3: masquerading that kept the port. Both see the same service endpoint and the same client port, and the
    /// address that the server sees is another one of the client's host.
    /// </summary>
    private void PairChangedSources() =>
        PairOnlyCandidates(
            Match.ChangedSource,
            Unpaired(_ => true),
            Unpaired(HasService),
            (in client) => EndpointKey(client.Protocol, client.Remote, client.RemotePort) + client.LocalPort,
            (in server) => EndpointKey(server.Protocol, server.Local, server.LocalPort) + server.RemotePort,
            (in client, in server, clientHost, _) =>
                client.Remote == server.Local
                && client.RemotePort == server.LocalPort
                && client.LocalPort == server.RemotePort
                && client.Local != server.Remote
                && _estate.Owners.Has(clientHost, server.Remote)
        );

    /// <summary>
    /// Step 4: masquerading that kept the port, and another address than the server has (a container that uses a port
    /// published on another host). The client port is the same on both sides, the address that the server sees is one of
    /// the client's host, and the one that the client used is one of the server's host.
    /// </summary>
    private void PairBothChanged()
    {
        var owners = _estate.Owners;
        PairOnlyCandidates(
            Match.ChangedBoth,
            Unpaired(i => !HasService(i) && owners.HasAny(_estate[i].Remote)),
            Unpaired(i => HasService(i) && owners.HasAny(_estate[i].Remote)),
            (in client) => EndpointKey(client.Protocol, 0, client.LocalPort),
            (in server) => EndpointKey(server.Protocol, 0, server.RemotePort),
            (in client, in server, clientHost, serverHost) =>
                client.LocalPort == server.RemotePort
                && client.Local != server.Remote
                && (client.Remote != server.Local || client.RemotePort != server.LocalPort)
                && owners.Has(clientHost, server.Remote)
                && owners.Has(serverHost, client.Remote),
            socket => owners.Only(_estate[socket].Remote)
        );
    }

    /// <param name="otherHost">The only host on which a socket's other end can be; 0 where it may be on any.</param>
    private void PairOnlyCandidates(
        Match match,
        List<int> clients,
        List<int> servers,
        KeyOf clientKey,
        KeyOf serverKey,
        Fits fits,
        Func<int, int>? otherHost = null
    )
    {
        var candidates = new CandidateIndex(
            clients,
            servers,
            i => new CandidateIndex.Entry(clientKey(_estate[i]), _hostOf[i], i),
            i => new CandidateIndex.Entry(serverKey(_estate[i]), _hostOf[i], i),
            (client, server) =>
                client != server
                && _estate[client].Protocol == _estate[server].Protocol
                && fits(_estate[client], _estate[server], _hostOf[client], _hostOf[server])
                && (_hostOf[client] == _hostOf[server] || !(HasLoopback(client) || HasLoopback(server)))
                && HasService(server)
                && (match == Match.ChangedSource || !HasService(client)),
            otherHost ?? (_ => 0)
        );
        foreach (var (client, server) in candidates.Pairs().ToList())
        {
            Translated.Add((client, server, match));
            _other[client] = Settled;
            _other[server] = Settled;
        }
    }

    private List<int> Unpaired(Func<int, bool> which)
    {
        var sockets = new List<int>();
        for (var i = 0; i < _other.Length; i++)
        {
            if (IsUnpaired(i) && which(i))
            {
                sockets.Add(i);
            }
        }

        return sockets;
    }

    private static ulong EndpointKey(Protocol protocol, int address, ushort port) =>
        Hashing.Hash(((ulong)(uint)address << 32) | ((ulong)protocol << 16) | port);

    private bool HasLoopback(int socket) => IsLoopback(_estate[socket].Local) || IsLoopback(_estate[socket].Remote);

    private bool IsLoopback(int address) => _estate.IdTables.Addresses.IsLoopback(address);

    /// <summary>What one thread needs for a host, used again for the next.</summary>
    private sealed record Workplace(
        List<int> Connections,
        TupleTable Table,
        Dictionary<(Protocol, int, ushort, int, ushort, int), int> Distinct
    )
    {
        public Workplace(Estate estate)
            : this([], new TupleTable(estate), []) { }
    }

    private delegate ulong KeyOf(in Socket socket);

    private delegate bool Fits(in Socket client, in Socket server, int clientHost, int serverHost);
}
