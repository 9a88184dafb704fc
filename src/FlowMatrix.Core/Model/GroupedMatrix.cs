using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Model;

/// <summary>What becomes one row.</summary>
internal enum GroupBy
{
    /// <summary>A process of a host and a process of a host, whatever addresses and ports they use.</summary>
    Process,

    /// <summary>A service (protocol, port, name) and the name of its client, whatever hosts they run on.</summary>
    Service,

    /// <summary>A host and a host.</summary>
    Host,

    /// <summary>A network and a network: a name that the user gave, else /24 of IPv4 and /64 of IPv6.</summary>
    Network,
}

/// <summary>
/// A matrix of merged rows, and what was counted for each. Fields that the rows of a group do not have in common are 0;
/// grouped by network, a network stands in place of a host.
/// </summary>
/// <param name="Counts">One per row.</param>
internal sealed record GroupedMatrix(Matrix Matrix, GroupBy By, IReadOnlyList<GroupCounts> Counts);

/// <param name="Clients">Distinct clients: processes of hosts, and external addresses.</param>
/// <param name="Hosts">Distinct hosts of these clients, and external addresses.</param>
/// <param name="Ports">The ports on which the clients use the service.</param>
internal sealed record GroupCounts(int Clients, int Hosts, IReadOnlyList<(Protocol Protocol, ushort Port)> Ports);
