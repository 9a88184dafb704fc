using FlowMatrix.Core.Interning;

namespace FlowMatrix.Core.Sockets;

/// <summary>
/// Sockets, sockets of captured flows and interface addresses as they are read from answers. An answer names a host
/// after its sockets: the sockets are added first, then <see cref="EndHost"/> assigns them. Each answer is read into
/// its own table and <see cref="Append"/> joins the tables, so that a failed answer leaves no trace.
/// <see cref="Estate.From"/> turns the complete table into the input of the matcher.
/// </summary>
internal sealed class SocketTable
{
    /// <summary>Index of the first socket whose host is not known yet.</summary>
    private int _openFrom;

    public IdTables IdTables { get; } = new();

    /// <summary>The addresses of the hosts' interfaces.</summary>
    public AddressOwners Interfaces { get; } = new();

    public SocketList Sockets { get; private set; } = new();

    /// <summary>Sockets of captured flows, which do not name their host.</summary>
    public SocketList FlowSockets { get; } = new();

    /// <summary>Ranges of <see cref="Sockets"/>, each of one host. A host may have several.</summary>
    public List<HostRange> Ranges { get; private set; } = [];

    /// <summary>Whether sockets that are being opened or closed count, as they do for the past.</summary>
    public bool Past { get; set; }

    /// <summary>Whether a node of Skydive's graph was read, of any type.</summary>
    public bool HasNodes { get; set; }

    /// <summary>Whether a host's node was read, with or without sockets.</summary>
    public bool HasHosts { get; set; }

    /// <summary>Assigns the sockets that were added since the last call to this host.</summary>
    public void EndHost(int host)
    {
        Ranges.Add(new HostRange(host, _openFrom, Sockets.Count - _openFrom));
        _openFrom = Sockets.Count;
    }

    /// <summary>
    /// Records that an interface of the host has the address. Loopback and unspecified addresses are ignored, because
    /// every host has them.
    /// </summary>
    public void AddAddress(int address, int host)
    {
        if (IdTables.Addresses[address] is { IsLoopback: false, IsUnspecified: false })
        {
            Interfaces.Add(address, host);
        }
    }

    /// <summary>Removes sockets. Their hosts keep a range, even an empty one, because they still report.</summary>
    /// <param name="indexes">Indexes into <see cref="Sockets"/> in ascending order.</param>
    public void Remove(IReadOnlyList<int> indexes)
    {
        var (sockets, ranges, next) = (new SocketList(), new List<HostRange>(), 0);
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

            ranges.Add(new HostRange(range.Host, start, sockets.Count - start));
        }

        (Sockets, Ranges, _openFrom) = (sockets, ranges, sockets.Count);
    }

    /// <summary>Adds the content of another table, which has no sockets afterwards.</summary>
    public void Append(SocketTable other)
    {
        var idMap = new IdMap(other.IdTables, IdTables);
        foreach (var range in other.Ranges)
        {
            Ranges.Add(new HostRange(idMap.Host(range.Host), _openFrom + range.Start, range.Count));
        }

        Sockets.MoveFrom(other.Sockets, socket => socket.MapIds(idMap));
        _openFrom = Sockets.Count;
        FlowSockets.MoveFrom(other.FlowSockets, socket => socket.MapIds(idMap));
        other.Ranges.Clear();

        foreach (var (address, host) in other.Interfaces.All())
        {
            Interfaces.Add(idMap.Address(address), idMap.Host(host));
        }

        AddFacts(other);
    }

    /// <summary>Takes over the flags of another table.</summary>
    public void AddFacts(SocketTable other)
    {
        Past |= other.Past;
        HasNodes |= other.HasNodes;
        HasHosts |= other.HasHosts;
    }
}

/// <summary>A range of a list of sockets that belongs to one host. The end is exclusive.</summary>
internal readonly record struct HostRange(int Host, int Start, int Count)
{
    public int End => Start + Count;
}
