using System.Runtime.CompilerServices;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Core.Sockets;

/// <summary>
/// What was observed, complete: every host's sockets in one stretch, the sockets of flows among those of their hosts,
/// and the owners of all addresses. What the matcher works on.
/// </summary>
internal sealed class Estate
{
    private readonly SocketList _sockets;

    private Estate(
        SocketTable table,
        AddressOwners owners,
        SocketList sockets,
        IReadOnlyList<HostRange> hosts,
        int unplaced
    )
    {
        _sockets = sockets;
        IdTables = table.IdTables;
        Interfaces = table.Interfaces;
        Owners = owners;
        Past = table.Past;
        Hosts = hosts;
        UnplacedFlowSockets = unplaced;
    }

    private Estate(IdTables ids, AddressOwners owners, SocketList sockets, IReadOnlyList<HostRange> hosts)
    {
        (IdTables, Interfaces, Owners, _sockets, Hosts) = (ids, new AddressOwners(), owners, sockets, hosts);
    }

    public IdTables IdTables { get; }

    /// <summary>The addresses that hosts' interfaces carry; empty for a part of an estate.</summary>
    public AddressOwners Interfaces { get; }

    /// <summary>The seen addresses: those of interfaces, and those that sockets are bound to.</summary>
    public AddressOwners Owners { get; }

    public bool Past { get; }

    /// <summary>One range a host, without gaps. Host 0, if there, has the sockets of flows whose host is unknown.</summary>
    public IReadOnlyList<HostRange> Hosts { get; }

    public int SocketCount => _sockets.Count;

    /// <summary>How many sockets of flows have a local address that is nobody's, or several hosts'.</summary>
    public int UnplacedFlowSockets { get; }

    public ref readonly Socket this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // the matcher's tables do little else
        get => ref _sockets[index];
    }

    /// <summary>Whether a socket is one end of a connection that the matrix shows.</summary>
    public bool IsConnection(in Socket socket) =>
        socket.Kind == SocketKind.Connection || (socket.Kind == SocketKind.HalfWay && Past);

    /// <summary>A part of an estate, by itself: some sockets, and the owners of all seen addresses.</summary>
    /// <param name="hosts">One range a host, without gaps.</param>
    public static Estate Part(IdTables ids, AddressOwners owners, SocketList sockets, IReadOnlyList<HostRange> hosts) =>
        new(ids, owners, sockets, hosts);

    /// <summary>Takes the sockets out of the table.</summary>
    public static Estate From(SocketTable table)
    {
        RemoveCopies(table);
        var owners = SeenAddresses(table);
        var unplaced = PlaceFlowSockets(table, owners);

        var byHost = table.Ranges.OrderBy(range => range.Host).ToList();
        var together = table.Ranges.Select(range => range.Host).Distinct().Count() == table.Ranges.Count;
        if (together)
        {
            return new Estate(table, owners, table.Sockets.Taken(), table.Ranges, unplaced);
        }

        var (apart, sockets) = (table.Sockets.Taken(), new SocketList());
        var hosts = new List<HostRange>();
        foreach (var range in byHost)
        {
            for (var i = range.Start; i < range.End; i++)
            {
                sockets.Add(apart[i]);
            }

            if (hosts.Count > 0 && hosts[^1].Host == range.Host)
            {
                hosts[^1] = hosts[^1] with { Count = hosts[^1].Count + range.Count };
            }
            else
            {
                hosts.Add(new HostRange(range.Host, sockets.Count - range.Count, range.Count));
            }
        }

        return new Estate(table, owners, sockets, hosts, unplaced);
    }

    /// <summary>
    /// A socket that two agents list, of a machine and of a container host inside it, is one: the host keeps it that has
    /// its local address at an interface. Where both or neither have it, as with container networks that repeat on
    /// unrelated hosts, nothing is dropped. Source: docs/matching.md, "Copies in two agents' lists".
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

    private static AddressOwners SeenAddresses(SocketTable table)
    {
        var owners = table.Interfaces.Copy();
        var addresses = table.IdTables.Addresses;
        foreach (var range in table.Ranges)
        {
            for (var i = range.Start; i < range.End; i++)
            {
                var local = table.Sockets[i].Local;
                if (!owners.Has(range.Host, local) && addresses[local] is { IsLoopback: false, IsUnspecified: false })
                {
                    owners.Add(local, range.Host);
                }
            }
        }

        return owners;
    }

    /// <summary>
    /// A flow's socket belongs to the only owner of its local address, and adds nothing where that host's list, or
    /// another flow, has it already. Without one owner it stands on host 0, unless any host has it.
    /// </summary>
    private static int PlaceFlowSockets(SocketTable table, AddressOwners owners)
    {
        var flows = table.FlowSockets;
        if (flows.Count == 0)
        {
            return 0;
        }

        // In an order that doesn't depend on that of the flows: which of two takers comes first shall not be chance.
        var placed = new Dictionary<SocketKey, Socket>();
        for (var i = 0; i < flows.Count; i++)
        {
            var socket = flows[i];
            socket.FromFlow = true;
            var key = SocketKey.From(owners.Only(socket.Local), socket);
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

        foreach (var ofHost in placed.GroupBy(pair => pair.Key.Host).OrderBy(group => group.Key).ToList())
        {
            foreach (var (_, socket) in ofHost)
            {
                table.Sockets.Add(socket);
            }

            table.EndHost(ofHost.Key);
        }

        return placed.Count(pair => pair.Key.Host == 0);
    }

    /// <summary>Which of two flows' views of one socket counts: a whole connection rather than a half-way one.</summary>
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
