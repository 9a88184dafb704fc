using System.Runtime.CompilerServices;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching;

/// <summary>
/// Pairs the two ends of connections in steps. In each step, candidates are counted over all sockets that were
/// unpaired when the step began, those on the same host first, and two sockets are paired only if each is the other's
/// only candidate. So the result does not depend on the order of the input. Sockets are given by their index in the
/// estate. Source: docs/matching.md, "Pairing the two ends".
/// </summary>
internal sealed class Pairing
{
    /// <summary>Not a connection, a duplicate, or paired by another step than 1.</summary>
    private const int Settled = -3;

    /// <summary>Fewer sockets are paired faster than a second thread starts.</summary>
    private const int MinParallelSockets = 50_000;

    private readonly Estate _estate;
    private readonly AddressOwners _owners;
    private readonly ServiceIndex _services;
    private readonly int[] _hostOf;

    /// <summary>The namespace of each socket; null if no namespace of the estate is known.</summary>
    private readonly int[]? _namespaceOf;
    private readonly bool[] _hasService;
    private readonly bool[] _mayBeElsewhere;
    private readonly ParallelOptions _parallelOptions;

    /// <summary>Local addresses of sockets on host 0. They have no owner.</summary>
    private readonly HashSet<int> _unplaced = [];

    /// <summary>For each socket its only candidate in the current step; after step 1 its other end.</summary>
    private readonly int[] _other;

    public Pairing(Estate estate, ServiceIndex services)
    {
        _estate = estate;
        _owners = estate.Owners;
        _services = services;
        _hostOf = new int[estate.SocketCount];
        _namespaceOf = estate.Ranges.Any(range => !range.Place.IsWholeHost) ? new int[estate.SocketCount] : null;
        _hasService = new bool[estate.SocketCount];
        _mayBeElsewhere = new bool[estate.SocketCount];
        _parallelOptions = new ParallelOptions
        {
            MaxDegreeOfParallelism = estate.SocketCount < MinParallelSockets ? 1 : -1,
        };
        _other = new int[estate.SocketCount];
        PairMirrors();
        PairChangedDestinations();
        PairChangedSources();
        PairBothChanged();
    }

    /// <summary>The pairs of the other steps, in which the step decides which end is the service.</summary>
    public List<(int Client, int Server, Match Match)> Translated { get; } = [];

    public int HostOf(int socket) => _hostOf[socket];

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // called for every pair and candidate
    public Place PlaceOf(int socket) => new(_hostOf[socket], _namespaceOf is null ? 0 : _namespaceOf[socket]);

    /// <summary>Whether the socket is a connection that no step has paired.</summary>
    public bool IsUnpaired(int socket) => _other[socket] is TupleTable.None or TupleTable.Several;

    /// <summary>
    /// Returns the other end if step 1 paired the socket, otherwise a negative number. A socket that is connected to
    /// itself is its own other end.
    /// </summary>
    public int MirrorOf(int socket) => _other[socket];

    /// <summary>Whether a connection's socket has a service under it in its own place.</summary>
    public bool HasService(int socket) => _hasService[socket];

    /// <summary>
    /// Step 1: local and remote endpoint are exchanged, first in the same place, then on the same host, then across
    /// hosts. Connections in the NAT table are paired after those in the same place.
    /// </summary>
    private void PairMirrors()
    {
        foreach (var range in _estate.Ranges.Where(range => range.Host == 0))
        {
            for (var i = range.Start; i < range.End; i++)
            {
                _unplaced.Add(_estate[i].Local);
            }
        }

        // No socket is in two places or in two groups, so these run in parallel without locks.
        Parallel.For(
            0,
            _estate.Ranges.Count,
            _parallelOptions,
            () => new Workspace(_estate),
            (range, _, workspace) => FindMirrorsIn(_estate.Ranges[range], workspace),
            _ => { }
        );
        PairNat();
        FindMirrorsInOtherNamespaces();
        var groups = new SocketPartitions(_estate, _mayBeElsewhere);
        Parallel.For(
            0,
            groups.Count,
            _parallelOptions,
            () => new TupleTable(_estate),
            (i, _, workspace) => FindMirrorsElsewhere(groups[i], workspace),
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

    private Workspace FindMirrorsIn(SocketRange range, Workspace workspace)
    {
        _hostOf.AsSpan(range.Start, range.Count).Fill(range.Host);
        _namespaceOf?.AsSpan(range.Start, range.Count).Fill(range.Place.Namespace);
        FindConnections(range, workspace);
        var place = range.Place;
        foreach (var i in workspace.Connections)
        {
            ref readonly var socket = ref _estate[i];
            _other[i] = socket.IsOwnPeer ? i : workspace.Table.Mirror(socket);
            _hasService[i] = _services.Serves(place, socket);
            _mayBeElsewhere[i] = MayHaveMirrorElsewhere(place.Host, socket);
        }

        return workspace;
    }

    /// <summary>Pairs connections between the network namespaces of a host, such as two containers.</summary>
    private void FindMirrorsInOtherNamespaces()
    {
        if (_namespaceOf is null)
        {
            return;
        }

        var table = new TupleTable(_estate);
        foreach (var host in _estate.Ranges.GroupBy(range => range.Host).Where(host => host.Skip(1).Any()))
        {
            var sockets = host.SelectMany(range => Enumerable.Range(range.Start, range.Count))
                .Where(i => _other[i] != Settled && !IsLoopback(_estate[i].Local))
                .ToArray();
            FindMirrorsElsewhere(sockets, table);
        }
    }

    /// <summary>
    /// The kernels' NAT tables join the two ends. Source: docs/matching.md, "NAT table".
    /// </summary>
    private void PairNat()
    {
        if (_estate.NatEntries.Count == 0)
        {
            return;
        }

        var unpaired = Enumerable
            .Range(0, _other.Length)
            .Where(i => IsUnpaired(i) || (_other[i] >= 0 && _other[_other[i]] != i));
        foreach (var (client, server) in new NatPairs(_estate, PlaceOf, [.. unpaired]).Find())
        {
            Translated.Add((client, server, Match.Nat));
            (_other[client], _other[server]) = (Settled, Settled);
            (_mayBeElsewhere[client], _mayBeElsewhere[server]) = (false, false);
        }
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
    /// Collects the connections of a place and adds them to the table. Of duplicates, the socket with the lowest
    /// process ID is kept. Source: docs/matching.md, "Duplicates".
    /// </summary>
    private void FindConnections(SocketRange range, Workspace workspace)
    {
        var (connections, table, distinct) = workspace;
        connections.Clear();
        for (var i = range.Start; i < range.End; i++)
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

    /// <returns>Whether no two connections have the same endpoints.</returns>
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
    /// Whether another host can have the mirror of a socket. That host must have the socket's remote address, and
    /// loopback never leaves its host.
    /// </summary>
    private bool MayHaveMirrorElsewhere(int host, in Socket socket) =>
        (_owners.HasOther(host, socket.Remote) || (_unplaced.Count > 0 && _unplaced.Contains(socket.Remote)))
        && !IsLoopback(socket.Local);

    /// <summary>
    /// Step 2: the client used another endpoint than the service has, but the service sees the client's own endpoint.
    /// Source: docs/matching.md, "Step 2: changed destination".
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
    /// Step 3: masquerading that kept the port. Both sockets have the same service endpoint and client port, and the
    /// service sees another address of the client's host. Source: docs/matching.md, "Step 3: changed source".
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
                && _owners.Has(clientHost, server.Remote)
        );

    /// <summary>
    /// Step 4: source and destination were changed, as when a container uses a port that is published on another host.
    /// Both sockets have the same client port. The service sees an address of the client's host, and the client used an
    /// address of the service's host. Source: docs/matching.md, "Step 4: both changed".
    /// </summary>
    private void PairBothChanged()
    {
        PairOnlyCandidates(
            Match.ChangedBoth,
            Unpaired(i => !HasService(i) && _owners.HasAny(_estate[i].Remote)),
            Unpaired(i => HasService(i) && _owners.HasAny(_estate[i].Remote)),
            (in client) => EndpointKey(client.Protocol, 0, client.LocalPort),
            (in server) => EndpointKey(server.Protocol, 0, server.RemotePort),
            (in client, in server, clientHost, serverHost) =>
                client.LocalPort == server.RemotePort
                && client.Local != server.Remote
                && (client.Remote != server.Local || client.RemotePort != server.LocalPort)
                && _owners.Has(clientHost, server.Remote)
                && _owners.Has(serverHost, client.Remote),
            socket => _owners.OnlyHost(_estate[socket].Remote)
        );
    }

    /// <param name="otherHost">The only host on which a socket's other end can be; 0 if it can be on any host.</param>
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
            i => new CandidateIndex.Entry(clientKey(_estate[i]), HostOf(i), i),
            i => new CandidateIndex.Entry(serverKey(_estate[i]), HostOf(i), i),
            (client, server) =>
                client != server
                && _estate[client].Protocol == _estate[server].Protocol
                && fits(_estate[client], _estate[server], HostOf(client), HostOf(server))
                && (PlaceOf(client) == PlaceOf(server) || !(HasLoopback(client) || HasLoopback(server)))
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

    /// <summary>Buffers of one thread, which are reused from host to host.</summary>
    private sealed record Workspace(
        List<int> Connections,
        TupleTable Table,
        Dictionary<(Protocol, int, ushort, int, ushort, int), int> Distinct
    )
    {
        public Workspace(Estate estate)
            : this([], new TupleTable(estate), []) { }
    }

    private delegate ulong KeyOf(in Socket socket);

    private delegate bool Fits(in Socket client, in Socket server, int clientHost, int serverHost);
}
