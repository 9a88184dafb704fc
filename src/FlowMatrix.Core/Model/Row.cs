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
/// One row of the matrix: numbers into a <see cref="IdTables"/>, 0 where something isn't known. Distinct over all
/// fields down to <see cref="ClientProcess"/>; the rest is about the connections that it stands for.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Row
{
    public int ServiceHost;
    public int ServiceAddress;
    public int ServiceProcess;
    public int ClientHost;
    public int ClientAddress;
    public int ClientProcess;

    /// <summary>The client's host before a name of several took its place, to count them; else 0. Not of the key.</summary>
    public int ClientReplica;

    public ushort ServicePort;
    public Protocol Protocol;

    public Match Match;
    public Direction Direction;
    public int Connections;

    public readonly bool SameKey(in Row other) =>
        ServiceHost == other.ServiceHost
        && ServiceAddress == other.ServiceAddress
        && ServiceProcess == other.ServiceProcess
        && ClientHost == other.ClientHost
        && ClientAddress == other.ClientAddress
        && ClientProcess == other.ClientProcess
        && ServicePort == other.ServicePort
        && Protocol == other.Protocol;

    /// <summary>The client as clients are counted: a process of a host, or an external address.</summary>
    public readonly (int Host, int Process, int Address) Client(bool external) =>
        external
            ? (ClientHost, ClientProcess, ClientAddress)
            : (ClientReplica != 0 ? ClientReplica : ClientHost, ClientProcess, 0);

    public readonly ulong KeyHash() =>
        Hashing.Hash(
            ((ulong)(uint)ServiceProcess << 32) | (uint)ServiceAddress,
            ((ulong)(uint)ClientProcess << 32) | (uint)ClientAddress,
            ((ulong)(uint)ServiceHost << 40)
                ^ ((ulong)(uint)ClientHost << 18)
                ^ ((ulong)ServicePort << 2)
                ^ (ulong)Protocol
        );

    /// <summary>The same row in the ids of other tables.</summary>
    public readonly Row MapIds(IdMap map) =>
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

/// <summary>Rows are the same where their key is.</summary>
internal sealed class RowKeys : IEqualityComparer<Row>
{
    public static readonly RowKeys Instance = new();

    public bool Equals(Row x, Row y) => x.SameKey(y);

    public int GetHashCode(Row obj) => (int)obj.KeyHash();
}
