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
        var hosts = new int[other.Vocabulary.Hosts.Count];
        for (var id = 1; id < hosts.Length; id++)
        {
            hosts[id] = Vocabulary.Hosts.Add(other.Vocabulary.Hosts.Utf8(id));
        }

        var addresses = new int[other.Vocabulary.Addresses.Count];
        for (var id = 1; id < addresses.Length; id++)
        {
            addresses[id] = Vocabulary.Addresses.Add(other.Vocabulary.Addresses[id]);
        }

        var theirs = other.Vocabulary.Processes;
        var processes = new int[theirs.Count];
        for (var id = 1; id < processes.Length; id++)
        {
            processes[id] = Vocabulary.Processes.Add(theirs.PathUtf8(id), theirs.NameUtf8(id));
        }

        foreach (var range in other.Ranges)
        {
            Ranges.Add(new HostRange(hosts[range.Host], _openFrom + range.Start, range.Count));
        }

        Sockets.MoveFrom(other.Sockets, Translate);
        _openFrom = Sockets.Count;
        FlowSockets.MoveFrom(other.FlowSockets, Translate);
        other.Ranges.Clear();

        foreach (var (address, host) in other.Owners.All())
        {
            Owners.Add(addresses[address], hosts[host]);
        }

        Past |= other.Past;

        Socket Translate(Socket socket)
        {
            socket.Local = addresses[socket.Local];
            socket.Remote = addresses[socket.Remote];
            socket.Process = processes[socket.Process];
            return socket;
        }
    }
}

/// <summary>A stretch of a list of sockets that belongs to one host.</summary>
internal readonly record struct HostRange(int Host, int Start, int Count)
{
    public int End => Start + Count;
}
