using FlowMatrix.Core.Interning;

namespace FlowMatrix.Core.Sockets;

/// <summary>
/// Sockets, sockets of captured flows, interface addresses and NAT tables as they are read from answers. An answer
/// names a host after its sockets: the sockets are added first, then <see cref="EndHost"/> assigns them. Each answer is
/// read into its own table and <see cref="Append"/> joins the tables, so that a failed answer leaves no trace.
/// <see cref="Estate.From"/> turns the complete table into the input of the matcher.
/// </summary>
internal sealed class SocketTable
{
    /// <summary>Index of the first socket whose host is not known yet.</summary>
    private int _openFrom;

    public IdTables IdTables { get; } = new();

    /// <summary>The addresses of the hosts' interfaces.</summary>
    public AddressOwners Interfaces { get; } = new();

    /// <summary>The addresses of the interfaces in each known network namespace.</summary>
    public AddressOwners NamespaceInterfaces { get; } = new();

    /// <summary>Translated connections of all hosts.</summary>
    public List<NatEntry> NatEntries { get; } = [];

    /// <summary>The known network namespaces that are not the host's own.</summary>
    public HashSet<int> ContainerNamespaces { get; } = [];

    /// <summary>The machines behind the hosts, as far as it is known.</summary>
    public Machines Machines { get; } = new();

    /// <summary>
    /// Connections that exist only because hosts were read over them. They are left out at both ends.
    /// </summary>
    public List<ConnectionTuple> Sessions { get; } = [];

    public SocketList Sockets { get; private set; } = new();

    /// <summary>Sockets of captured flows, which do not name their host.</summary>
    public SocketList FlowSockets { get; } = new();

    /// <summary>Ranges of <see cref="Sockets"/>, each of one place. A place may have several.</summary>
    public List<SocketRange> Ranges { get; private set; } = [];

    /// <summary>Whether sockets that are being opened or closed count, as they do for the past.</summary>
    public bool Past { get; set; }

    /// <summary>Whether a node of Skydive's graph was read, of any type.</summary>
    public bool HasNodes { get; set; }

    /// <summary>Whether a host's node was read, with or without sockets.</summary>
    public bool HasHosts { get; set; }

    /// <summary>Assigns the sockets that were added since the last call to this host.</summary>
    public void EndHost(int host) => EndPlace(Place.WholeHost(host));

    /// <summary>Assigns the sockets that were added since the last call to this place.</summary>
    public void EndPlace(Place place)
    {
        Ranges.Add(new SocketRange(place, _openFrom, Sockets.Count - _openFrom));
        _openFrom = Sockets.Count;
    }

    /// <summary>
    /// Records that an interface of the host has the address. Loopback and unspecified addresses are ignored, because
    /// every host has them.
    /// </summary>
    public void AddAddress(int address, int host) => AddAddress(address, Place.WholeHost(host));

    public void AddAddress(int address, Place place)
    {
        if (IdTables.Addresses[address] is { IsLoopback: false, IsUnspecified: false })
        {
            Interfaces.Add(address, place.Host);
            if (!place.IsWholeHost)
            {
                NamespaceInterfaces.Add(address, place.Namespace);
            }
        }
    }

    /// <summary>Removes sockets. Their hosts keep a range, even an empty one, because they still report.</summary>
    /// <param name="indexes">Indexes into <see cref="Sockets"/> in ascending order.</param>
    public void Remove(IReadOnlyList<int> indexes)
    {
        var (sockets, ranges, next) = (new SocketList(), new List<SocketRange>(), 0);
        foreach (var range in Ranges)
        {
            var start = sockets.Count;
            for (var i = range.Start; i < range.End; i++)
            {
                if (next < indexes.Count && indexes[next] == i)
                {
                    next++;
                }
                else
                {
                    sockets.Add(Sockets[i]);
                }
            }

            ranges.Add(new SocketRange(range.Place, start, sockets.Count - start));
        }

        (Sockets, Ranges, _openFrom) = (sockets, ranges, sockets.Count);
    }

    /// <summary>Gives what belongs to some hosts to another one, which is the same machine.</summary>
    /// <param name="host">Its namespaces count, if the others have the same.</param>
    public void Unite(int host, IReadOnlySet<int> others)
    {
        var known = Ranges.Where(range => range.Host == host).Select(range => range.Place.Namespace).ToHashSet();
        var again = Ranges
            .Where(range => others.Contains(range.Host) && known.Contains(range.Place.Namespace))
            .SelectMany(range => Enumerable.Range(range.Start, range.Count))
            .ToList();
        if (again.Count > 0)
        {
            Remove(again);
        }

        Ranges =
        [
            .. Ranges.Select(range =>
                others.Contains(range.Host) ? range with { Place = range.Place with { Host = host } } : range
            ),
        ];
        foreach (var (address, owner) in Interfaces.All().Where(pair => others.Contains(pair.Host)).ToList())
        {
            Interfaces.Remove(address, owner);
            if (!Interfaces.Has(host, address))
            {
                Interfaces.Add(address, host);
            }
        }

        for (var i = 0; i < NatEntries.Count; i++)
        {
            if (others.Contains(NatEntries[i].Place.Host))
            {
                NatEntries[i] = NatEntries[i] with { Place = NatEntries[i].Place with { Host = host } };
            }
        }
    }

    /// <summary>Joins two tables. If the first one is empty, nothing is copied.</summary>
    /// <returns>The joined table: one of the two. The other one must not be used any more.</returns>
    public static SocketTable Join(SocketTable first, SocketTable second)
    {
        if (first.Ranges.Count == 0 && first.FlowSockets.Count == 0 && first.IdTables.Addresses.Count == 1)
        {
            second.AddFacts(first);
            return second;
        }

        first.Append(second);
        return first;
    }

    /// <summary>Adds the content of another table, which has no sockets afterwards.</summary>
    public void Append(SocketTable other)
    {
        var idMap = new IdMap(other.IdTables, IdTables);
        foreach (var range in other.Ranges)
        {
            Ranges.Add(new SocketRange(range.Place.MapIds(idMap), _openFrom + range.Start, range.Count));
        }

        Sockets.MoveFrom(other.Sockets, socket => socket.MapIds(idMap));
        _openFrom = Sockets.Count;
        FlowSockets.MoveFrom(other.FlowSockets, socket => socket.MapIds(idMap));
        other.Ranges.Clear();

        foreach (var (address, host) in other.Interfaces.All())
        {
            Interfaces.Add(idMap.Address(address), idMap.Host(host));
        }

        foreach (var (address, netns) in other.NamespaceInterfaces.All())
        {
            NamespaceInterfaces.Add(idMap.Address(address), idMap.Namespace(netns));
        }

        ContainerNamespaces.UnionWith(other.ContainerNamespaces.Select(idMap.Namespace));
        Machines.Append(IdTables, other.Machines, idMap);
        Sessions.AddRange(other.Sessions.Select(session => session.MapIds(idMap)));
        NatEntries.AddRange(other.NatEntries.Select(entry => entry.MapIds(idMap)));

        AddFacts(other);
    }

    /// <summary>Takes over the flags of another table.</summary>
    private void AddFacts(SocketTable other)
    {
        Past |= other.Past;
        HasNodes |= other.HasNodes;
        HasHosts |= other.HasHosts;
    }
}
