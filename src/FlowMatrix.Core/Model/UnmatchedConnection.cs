using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Model;

/// <summary>
/// A connection of which only one end is reported, and the other end's process is not known: the reported end, and the
/// host and endpoint of the other end ("peer"). Hosts, addresses and the process are IDs in an <see cref="IdTables"/>.
/// Source: docs/matching.md, "Unmatched connections".
/// </summary>
/// <param name="Pid">The system's process ID.</param>
/// <param name="PeerHost">The host that has the other end's address; 0 for an external address.</param>
/// <param name="Serves">Whether the reported end is the service.</param>
internal readonly record struct UnmatchedConnection(
    Protocol Protocol,
    int Host,
    int Address,
    ushort Port,
    int Process,
    int Pid,
    int PeerHost,
    int PeerAddress,
    ushort PeerPort,
    bool Serves
)
{
    /// <summary>The key of the row that stands for the connection.</summary>
    public RowKey RowKey =>
        Serves
            ? new RowKey
            {
                Protocol = Protocol,
                ServiceHost = Host,
                ServiceAddress = Address,
                ServicePort = Port,
                ServiceProcess = Process,
                ClientHost = PeerHost,
                ClientAddress = PeerAddress,
            }
            : new RowKey
            {
                Protocol = Protocol,
                ServiceHost = PeerHost,
                ServiceAddress = PeerAddress,
                ServicePort = PeerPort,
                ClientHost = Host,
                ClientAddress = Address,
                ClientProcess = Process,
            };

    /// <summary>Returns the same connection with IDs of other tables.</summary>
    public UnmatchedConnection MapIds(IdMap map) =>
        this with
        {
            Host = map.Host(Host),
            Address = map.Address(Address),
            Process = map.Process(Process),
            PeerHost = map.Host(PeerHost),
            PeerAddress = map.Address(PeerAddress),
        };

    /// <summary>
    /// Compares by host, protocol, endpoint, the other end's endpoint, process, process ID and the other end's host.
    /// </summary>
    public static int Compare(IdTables ids, in UnmatchedConnection a, in UnmatchedConnection b)
    {
        var (hosts, addresses) = (ids.Hosts, ids.Addresses);
        var order = hosts.Compare(a.Host, b.Host);
        order = order != 0 ? order : a.Protocol.CompareTo(b.Protocol);
        order = order != 0 ? order : addresses[a.Address].CompareTo(addresses[b.Address]);
        order = order != 0 ? order : a.Port.CompareTo(b.Port);
        order = order != 0 ? order : addresses[a.PeerAddress].CompareTo(addresses[b.PeerAddress]);
        order = order != 0 ? order : a.PeerPort.CompareTo(b.PeerPort);
        order = order != 0 ? order : ids.Processes.Compare(a.Process, b.Process);
        order = order != 0 ? order : a.Pid.CompareTo(b.Pid);

        // Equal sockets in two network namespaces can have different peers.
        order = order != 0 ? order : hosts.Compare(a.PeerHost, b.PeerHost);
        return order != 0 ? order : a.Serves.CompareTo(b.Serves);
    }
}
