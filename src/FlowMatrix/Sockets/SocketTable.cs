using FlowMatrix.Tables;

namespace FlowMatrix.Sockets;

/// <summary>
/// What was observed, as it is read: sockets by host, sockets of captured flows, owners of addresses. Sockets come
/// before their host is known: they are added first, then <see cref="EndHost"/> says whose they are. One answer is
/// read into one table; <see cref="Append"/> joins tables, so that a failed answer leaves no trace.
/// </summary>
internal sealed class SocketTable
{
    private int _openFrom;

    public Vocabulary Vocabulary { get; } = new();

    public AddressOwners Owners { get; } = new();

    public SocketList Sockets { get; } = new();

    /// <summary>Sockets of captured flows, whose host is not said.</summary>
    public SocketList FlowSockets { get; } = new();

    /// <summary>Ranges of <see cref="Sockets"/>, each of one host; a host may have several.</summary>
    public List<HostRange> Ranges { get; } = [];

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

    /// <summary>The host has the address. Loopback and unspecified ones are everybody's and are passed over.</summary>
    public void AddAddress(int address, int host)
    {
        if (Vocabulary.Addresses[address] is { IsLoopback: false, IsUnspecified: false })
        {
            Owners.Add(address, host);
        }
    }

    /// <summary>Adds all that another table holds, and leaves that one without sockets.</summary>
    public void Append(SocketTable other)
    {
        var translation = new Translation(other.Vocabulary, Vocabulary);
        foreach (var range in other.Ranges)
        {
            Ranges.Add(new HostRange(translation.Host(range.Host), _openFrom + range.Start, range.Count));
        }

        Sockets.MoveFrom(other.Sockets, translation.Socket);
        _openFrom = Sockets.Count;
        FlowSockets.MoveFrom(other.FlowSockets, translation.Socket);
        other.Ranges.Clear();

        foreach (var (address, host) in other.Owners.All())
        {
            Owners.Add(translation.Address(address), translation.Host(host));
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
