using FlowMatrix.Core.Interning;

namespace FlowMatrix.Core.Sockets;

/// <summary>
/// What was observed, as it is read: sockets by host, sockets of captured flows, addresses of interfaces. Sockets come
/// before their host is known: they are added first, then <see cref="EndHost"/> says whose they are. One answer is
/// read into one table; <see cref="Append"/> joins tables, so that a failed answer leaves no trace.
/// </summary>
internal sealed class SocketTable
{
    private int _openFrom;

    public IdTables IdTables { get; } = new();

    /// <summary>The addresses that hosts' interfaces carry.</summary>
    public AddressOwners Interfaces { get; } = new();

    public SocketList Sockets { get; private set; } = new();

    /// <summary>Sockets of captured flows, whose host is not said.</summary>
    public SocketList FlowSockets { get; } = new();

    /// <summary>Ranges of <see cref="Sockets"/>, each of one host; a host may have several.</summary>
    public List<HostRange> Ranges { get; private set; } = [];

    /// <summary>The observation is of the past: sockets that are half-way count as connections.</summary>
    public bool Past { get; set; }

    /// <summary>A node of the graph was read, of whatever type.</summary>
    public bool HasNodes { get; set; }

    /// <summary>A host's node was read, whether it reports sockets or not.</summary>
    public bool HasHosts { get; set; }

    /// <summary>The sockets added since the last call are this host's.</summary>
    public void EndHost(int host)
    {
        Ranges.Add(new HostRange(host, _openFrom, Sockets.Count - _openFrom));
        _openFrom = Sockets.Count;
    }

    /// <summary>An interface of the host carries the address. Loopback and unspecified ones are everybody's and are passed over.</summary>
    public void AddAddress(int address, int host)
    {
        if (IdTables.Addresses[address] is { IsLoopback: false, IsUnspecified: false })
        {
            Interfaces.Add(address, host);
        }
    }

    /// <summary>Takes some sockets out. Their hosts still report, if only that they have none.</summary>
    /// <param name="numbers">Of <see cref="Sockets"/>, in rising order.</param>
    public void Remove(IReadOnlyList<int> numbers)
    {
        var (sockets, ranges, next) = (new SocketList(), new List<HostRange>(), 0);
        foreach (var range in Ranges)
        {
            var start = sockets.Count;
            for (var i = range.Start; i < range.End; i++)
            {
                if (next < numbers.Count && numbers[next] == i)
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

    /// <summary>Adds all that another table holds, and leaves that one without sockets.</summary>
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

    /// <summary>What is known of another table's observation holds for this one too.</summary>
    public void AddFacts(SocketTable other)
    {
        Past |= other.Past;
        HasNodes |= other.HasNodes;
        HasHosts |= other.HasHosts;
    }
}

/// <summary>A stretch of a list of sockets that belongs to one host.</summary>
internal readonly record struct HostRange(int Host, int Start, int Count)
{
    public int End => Start + Count;
}
