using System.Runtime.CompilerServices;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Core.Sockets;

/// <summary>
/// The input of the matcher: the sockets of all hosts, the owners of all addresses and the NAT tables. The sockets of a
/// place are contiguous, and so are those of a host. They include those of captured flows, and copies in two agents'
/// lists are removed. Hosts, addresses, processes and namespaces are IDs of <see cref="IdTables"/>. An estate does not
/// change.
/// </summary>
internal sealed class Estate
{
    private readonly SocketList _sockets;

    private Estate(
        SocketTable table,
        SeenAddresses seen,
        SocketList sockets,
        IReadOnlyList<SocketRange> ranges,
        int unplaced
    )
    {
        _sockets = sockets;
        IdTables = table.IdTables;
        Interfaces = table.Interfaces;
        Addresses = seen;
        NatEntries = table.NatEntries;
        ContainerNamespaces = table.ContainerNamespaces;
        Past = table.Past;
        Ranges = ranges;
        UnplacedFlowSockets = unplaced;
    }

    private Estate(IdTables ids, AddressOwners owners, SocketList sockets, IReadOnlyList<SocketRange> ranges)
    {
        (IdTables, Interfaces, _sockets, Ranges, NatEntries) = (ids, new AddressOwners(), sockets, ranges, []);
        Addresses = new SeenAddresses(owners);
    }

    public IdTables IdTables { get; }

    /// <summary>The addresses of the hosts' interfaces; empty for a part of an estate.</summary>
    public AddressOwners Interfaces { get; }

    /// <summary>The seen addresses: those of interfaces and those that sockets are bound to.</summary>
    public SeenAddresses Addresses { get; }

    /// <summary>The hosts that have each seen address.</summary>
    public AddressOwners Owners => Addresses.Hosts;

    /// <summary>The known network namespaces that are not their host's own.</summary>
    public IReadOnlySet<int> ContainerNamespaces { get; } = new HashSet<int>();

    /// <summary>The translated connections in the kernels' NAT tables.</summary>
    public IReadOnlyList<NatEntry> NatEntries { get; }

    /// <summary>Whether sockets that are being opened or closed count, as they do for the past.</summary>
    public bool Past { get; }

    /// <summary>
    /// One range per place, without gaps, those of a host side by side. Host 0 has the sockets of flows whose host is
    /// unknown.
    /// </summary>
    public IReadOnlyList<SocketRange> Ranges { get; }

    public int SocketCount => _sockets.Count;

    /// <summary>Number of sockets of captured flows whose host is unknown.</summary>
    public int UnplacedFlowSockets { get; }

    public ref readonly Socket this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // the matcher calls it for every look-up
        get => ref _sockets[index];
    }

    /// <summary>Whether the socket is one end of a connection that the matrix shows.</summary>
    public bool IsConnection(in Socket socket) =>
        socket.Kind == SocketKind.Connection || (socket.Kind == SocketKind.Transitional && Past);

    /// <summary>Creates a part of an estate: some of its sockets, and the owners of all seen addresses.</summary>
    /// <param name="ranges">One range per host, without gaps.</param>
    public static Estate Part(
        IdTables ids,
        AddressOwners owners,
        SocketList sockets,
        IReadOnlyList<SocketRange> ranges
    ) => new(ids, owners, sockets, ranges);

    /// <summary>Creates an estate from a table. The table has no sockets afterwards.</summary>
    public static Estate From(SocketTable table)
    {
        RemoveSessions(table);
        RemoveCopies(table);
        var seen = SeenAddresses.Find(table);
        var unplaced = PlaceFlowSockets(table, seen.Hosts);

        // Usually each host has one range. Its sockets stay where they are.
        if (table.Ranges.Select(range => range.Host).Distinct().Count() == table.Ranges.Count)
        {
            return new Estate(table, seen, table.Sockets.Detach(), table.Ranges, unplaced);
        }

        var (scattered, sockets) = (table.Sockets.Detach(), new SocketList());
        var ranges = new List<SocketRange>();
        foreach (var range in table.Ranges.OrderBy(range => range.Host).ThenBy(range => range.Place.Namespace).ToList())
        {
            for (var i = range.Start; i < range.End; i++)
            {
                sockets.Add(scattered[i]);
            }

            if (ranges.Count > 0 && ranges[^1].Place == range.Place)
            {
                ranges[^1] = ranges[^1] with { Count = ranges[^1].Count + range.Count };
            }
            else
            {
                ranges.Add(new SocketRange(range.Place, sockets.Count - range.Count, range.Count));
            }
        }

        return new Estate(table, seen, sockets, ranges, unplaced);
    }

    private static void RemoveSessions(SocketTable table)
    {
        if (table.Sessions.Count == 0)
        {
            return;
        }

        var sessions = table.Sessions.ToHashSet();
        table.Remove([
            .. Enumerable
                .Range(0, table.Sockets.Count)
                .Where(i =>
                    sessions.Contains(ConnectionTuple.FromClient(table.Sockets[i]))
                    || sessions.Contains(ConnectionTuple.FromService(table.Sockets[i]))
                ),
        ]);
    }

    /// <summary>
    /// The agent of a machine also lists the sockets of a container host inside it. The host that has the local address
    /// at an interface keeps the socket. If both hosts or neither has it, both sockets stay, because container networks
    /// repeat on unrelated hosts. Source: docs/matching.md, "Copies in two agents' lists".
    /// </summary>
    private static void RemoveCopies(SocketTable table)
    {
        var interfaces = table.Interfaces;
        if (interfaces.IsEmpty)
        {
            return;
        }

        var elsewhere = new List<int>();
        var listed = new Dictionary<SocketIdentity, bool>();
        foreach (var range in table.Ranges)
        {
            for (var i = range.Start; i < range.End; i++)
            {
                ref readonly var socket = ref table.Sockets[i];
                if (interfaces.HasOther(range.Host, socket.Local) && !interfaces.Has(range.Host, socket.Local))
                {
                    elsewhere.Add(i);
                    listed[SocketIdentity.From(socket)] = false;
                }
            }
        }

        if (elsewhere.Count == 0)
        {
            return;
        }

        foreach (var range in table.Ranges)
        {
            for (var i = range.Start; i < range.End; i++)
            {
                ref readonly var socket = ref table.Sockets[i];
                if (
                    interfaces.Has(range.Host, socket.Local)
                    && SocketIdentity.From(socket) is var identity
                    && listed.ContainsKey(identity)
                )
                {
                    listed[identity] = true;
                }
            }
        }

        var copies = elsewhere.Where(i => listed[SocketIdentity.From(table.Sockets[i])]).ToList();
        if (copies.Count > 0)
        {
            table.Remove(copies);
        }
    }

    /// <summary>
    /// Adds the sockets of captured flows. The host is the only owner of the local address. A socket that this host's
    /// list or another flow has already adds nothing. Without a single owner the socket goes to host 0, unless any host
    /// lists it. Source: docs/matching.md, "Sockets of captured flows".
    /// </summary>
    /// <returns>The number of sockets on host 0.</returns>
    private static int PlaceFlowSockets(SocketTable table, AddressOwners owners)
    {
        var flows = table.FlowSockets;
        if (flows.Count == 0)
        {
            return 0;
        }

        // The result must not depend on the order of the flows: of several sockets with one key, the least is kept.
        var placed = new Dictionary<SocketKey, Socket>();
        for (var i = 0; i < flows.Count; i++)
        {
            var socket = flows[i];
            socket.FromFlow = true;
            var key = SocketKey.From(owners.OnlyHost(socket.Local), socket);
            if (!placed.TryGetValue(key, out var other) || ComparePlaced(table.IdTables, socket, other) < 0)
            {
                placed[key] = socket;
            }
        }

        foreach (var range in table.Ranges)
        {
            for (var i = range.Start; i < range.End; i++)
            {
                placed.Remove(SocketKey.From(range.Host, table.Sockets[i]));
                placed.Remove(SocketKey.From(0, table.Sockets[i]));
            }
        }

        foreach (var sameHost in placed.GroupBy(pair => pair.Key.Host).OrderBy(group => group.Key).ToList())
        {
            foreach (var (_, socket) in sameHost)
            {
                table.Sockets.Add(socket);
            }

            table.EndHost(sameHost.Key);
        }

        return placed.Count(pair => pair.Key.Host == 0);
    }

    /// <summary>Orders two flows' sockets with one key: established ones come before those opened or closed.</summary>
    private static int ComparePlaced(IdTables ids, in Socket a, in Socket b)
    {
        var process = ids.Processes.Compare(a.Process, b.Process);
        return a.Kind != b.Kind ? a.Kind.CompareTo(b.Kind)
            : process != 0 ? process
            : a.Pid.CompareTo(b.Pid);
    }

    private readonly record struct SocketKey(
        int Host,
        Protocol Protocol,
        int Local,
        ushort LocalPort,
        int Remote,
        ushort RemotePort
    )
    {
        public static SocketKey From(int host, in Socket socket) =>
            new(host, socket.Protocol, socket.Local, socket.LocalPort, socket.Remote, socket.RemotePort);
    }
}
