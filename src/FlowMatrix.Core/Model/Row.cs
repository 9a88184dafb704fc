using System.Runtime.InteropServices;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Model;

/// <summary>How the two ends of a row's connections were found; a row may stand for connections of several kinds.</summary>
[Flags]
internal enum Match : byte
{
    /// <summary>Both sockets were seen, each with the other's endpoint as its remote one.</summary>
    Mirror = 1,

    /// <summary>Both were seen; the client used another address (published port, virtual IP), kept as via.</summary>
    ChangedDestination = 2,

    /// <summary>Both were seen; the server sees another address of the client's host (masquerading).</summary>
    ChangedSource = 4,

    /// <summary>Both were seen; each sees another address of the other's host (masqueraded and redirected), the client's view is kept as via.</summary>
    ChangedBoth = 8,

    /// <summary>One was seen; the service that the other end must be is known by its address.</summary>
    Listener = 16,

    /// <summary>One was seen; the other's address is a known host's, its process is not known.</summary>
    Host = 32,

    /// <summary>One was seen; the other's address is nobody's.</summary>
    External = 64,

    /// <summary>A socket of the pair comes from a captured flow.</summary>
    Flow = 128,
}

/// <summary>
/// How it was decided which end is the service, strongest evidence first. Source: docs/matching.md, "Who is the server".
/// </summary>
[Flags]
internal enum Direction : byte
{
    /// <summary>The service's end alone has a service under it, or the way in which the ends were found decides.</summary>
    Listener = 1,

    /// <summary>The client's port alone is ephemeral.</summary>
    Ephemeral = 2,

    /// <summary>The service's endpoint has more distinct other ends.</summary>
    Peers = 4,

    /// <summary>The client's host lists services of the protocol, and none at the client's port.</summary>
    NoListener = 8,

    /// <summary>Nothing else tells them apart: the lower port, then the lower address.</summary>
    Port = 16,
}

/// <summary>
/// What tells one row from another: the two ends, as numbers into <see cref="IdTables"/>, 0 where something is not known.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RowKey : IEquatable<RowKey>
{
    public int ServiceHost;
    public int ServiceAddress;
    public int ServiceProcess;
    public int ClientHost;
    public int ClientAddress;
    public int ClientProcess;
    public ushort ServicePort;
    public Protocol Protocol;

    public readonly bool Equals(RowKey other) =>
        ServiceHost == other.ServiceHost
        && ServiceAddress == other.ServiceAddress
        && ServiceProcess == other.ServiceProcess
        && ClientHost == other.ClientHost
        && ClientAddress == other.ClientAddress
        && ClientProcess == other.ClientProcess
        && ServicePort == other.ServicePort
        && Protocol == other.Protocol;

    public override readonly bool Equals(object? obj) => obj is RowKey other && Equals(other);

    public override readonly int GetHashCode() =>
        (int)
            Hashing.Hash(
                ((ulong)(uint)ServiceProcess << 32) | (uint)ServiceAddress,
                ((ulong)(uint)ClientProcess << 32) | (uint)ClientAddress,
                ((ulong)(uint)ServiceHost << 40)
                    ^ ((ulong)(uint)ClientHost << 18)
                    ^ ((ulong)ServicePort << 2)
                    ^ (ulong)Protocol
            );

    /// <summary>The same key in the ids of other tables.</summary>
    public readonly RowKey MapIds(IdMap map) =>
        this with
        {
            ServiceHost = map.Host(ServiceHost),
            ServiceAddress = map.Address(ServiceAddress),
            ServiceProcess = map.Process(ServiceProcess),
            ClientHost = map.Host(ClientHost),
            ClientAddress = map.Address(ClientAddress),
            ClientProcess = map.Process(ClientProcess),
        };

    public readonly void MarkUsed(IdsInUse used)
    {
        used.Host(ServiceHost);
        used.Address(ServiceAddress);
        used.Process(ServiceProcess);
        used.Host(ClientHost);
        used.Address(ClientAddress);
        used.Process(ClientProcess);
    }
}

/// <summary>What is known of the connections that a row stands for. Here is how they add up.</summary>
internal record struct RowStats(int Connections, Match Match = 0, Direction Direction = 0)
{
    /// <summary>Of connections at the same time.</summary>
    public void Add(RowStats other)
    {
        Connections += other.Connections;
        AddKinds(other);
    }

    /// <summary>Of the same row at another time: the most connections at once.</summary>
    public void AddLater(RowStats other)
    {
        Connections = Math.Max(Connections, other.Connections);
        AddKinds(other);
    }

    private void AddKinds(RowStats other)
    {
        Match |= other.Match;
        Direction |= other.Direction;
    }
}

/// <summary>One row of the matrix: its key, and what is known of its connections.</summary>
internal struct Row(RowKey key, RowStats stats)
{
    public RowKey Key = key;
    public RowStats Stats = stats;

    public readonly Protocol Protocol => Key.Protocol;

    public readonly int ServiceHost => Key.ServiceHost;

    public readonly int ServiceAddress => Key.ServiceAddress;

    public readonly ushort ServicePort => Key.ServicePort;

    public readonly int ServiceProcess => Key.ServiceProcess;

    public readonly int ClientHost => Key.ClientHost;

    public readonly int ClientAddress => Key.ClientAddress;

    public readonly int ClientProcess => Key.ClientProcess;

    public readonly int Connections => Stats.Connections;

    public readonly Match Match => Stats.Match;

    public readonly Direction Direction => Stats.Direction;

    /// <summary>The same row in the ids of other tables.</summary>
    public readonly Row MapIds(IdMap map) => this with { Key = Key.MapIds(map) };
}

/// <summary>A client as clients are counted: a process of a host, or an external address.</summary>
internal readonly record struct Client(int Host, int Process, int Address)
{
    /// <param name="host">The client's own host, also where the row has the name of several.</param>
    public static Client From(in RowKey row, int host, bool external) =>
        external
            ? new Client(row.ClientHost, row.ClientProcess, row.ClientAddress)
            : new Client(host, row.ClientProcess, 0);
}
