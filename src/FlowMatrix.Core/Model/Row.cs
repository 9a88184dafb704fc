using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Model;

/// <summary>
/// How the two ends of a connection were paired (column "match"). A row has the flags of all its connections. Source:
/// docs/matching.md, "Pairing the two ends"; docs/matching.md, "Unmatched connections".
/// </summary>
[Flags]
internal enum Match : ushort
{
    /// <summary>Both ends are reported, and the remote endpoint of each is the local endpoint of the other.</summary>
    Mirror = 1,

    /// <summary>Both ends are reported, and the kernels' NAT tables join them.</summary>
    Nat = 2,

    /// <summary>
    /// Both ends are reported. The client used another address or port (published port, virtual IP). The address is
    /// kept as via.
    /// </summary>
    ChangedDestination = 4,

    /// <summary>Both ends are reported. The service sees another address of the client's host (masquerading).</summary>
    ChangedSource = 8,

    /// <summary>
    /// Both ends are reported. Each sees another address of the other's host, because the connection is masqueraded and
    /// redirected. The address that the client used is kept as via.
    /// </summary>
    ChangedBoth = 16,

    /// <summary>One end is reported. The other end's process is that of the service at its address.</summary>
    Listener = 32,

    /// <summary>One end is reported. The other end's host is known by its address, its process is not known.</summary>
    Host = 64,

    /// <summary>One end is reported. The other end's address is external.</summary>
    External = 128,

    /// <summary>A socket of the connection comes from a captured flow.</summary>
    Flow = 256,
}

/// <summary>
/// How it was decided which end is the service (column "direction"). A row has the flags of all its connections.
/// Source: docs/matching.md, "Who is the server".
/// </summary>
[Flags]
internal enum Direction : byte
{
    /// <summary>Only the service's end has a service under it, or the pairing step decides.</summary>
    Listener = 1,

    /// <summary>Only the client's port is ephemeral.</summary>
    Ephemeral = 2,

    /// <summary>The service's endpoint has more distinct other ends.</summary>
    Peers = 4,

    /// <summary>The client's host lists services of the protocol, but none at the client's port.</summary>
    NoListener = 8,

    /// <summary>
    /// A guess: the service is the end with the lower port, or on equal ports with the lower address.
    /// </summary>
    Port = 16,
}

/// <summary>
/// The fields that make rows distinct: protocol, service and client. Hosts, addresses and processes are IDs in an
/// <see cref="IdTables"/>; 0 means not known. An end without a host is external. The client's port and process IDs of
/// the system are not part of the key. Source: docs/matching.md, "Rows".
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

    public readonly bool Equals(RowKey other) => IsSame(in other);

    /// <summary>As <see cref="Equals(RowKey)"/>, without a copy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsSame(in RowKey other) =>
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

    /// <summary>Returns the same key with IDs of other tables.</summary>
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

/// <summary>Statistics of the connections that a row stands for.</summary>
/// <param name="Connections">Number of connections; from a recording, the largest number at once.</param>
/// <param name="Match">The flags of all connections.</param>
/// <param name="Direction">The flags of all connections; 0 if not known.</param>
internal record struct RowStats(int Connections, Match Match = 0, Direction Direction = 0)
{
    /// <summary>Adds connections that exist at the same time: numbers add up.</summary>
    public void Add(RowStats other)
    {
        Connections += other.Connections;
        AddKinds(other);
    }

    /// <summary>Adds the same row at another time: the larger number of connections is kept.</summary>
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

/// <summary>One row of the matrix: its key and the statistics of its connections.</summary>
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

    /// <summary>Returns the same row with IDs of other tables.</summary>
    public readonly Row MapIds(IdMap map) => this with { Key = Key.MapIds(map) };
}

/// <summary>What counts as one client: a process of a host, or an external address.</summary>
internal readonly record struct Client(int Host, int Process, int Address)
{
    /// <param name="host">The client's own host, even if the row has an alias that several hosts share.</param>
    public static Client From(in RowKey row, int host, bool external) =>
        external
            ? new Client(row.ClientHost, row.ClientProcess, row.ClientAddress)
            : new Client(host, row.ClientProcess, 0);
}
