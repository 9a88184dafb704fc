using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Model;

/// <summary>What the rows of a group have in common. Source: docs/guide.md, "Groups".</summary>
internal enum GroupBy
{
    /// <summary>Both hosts and both processes, whatever addresses and ports they use.</summary>
    Process,

    /// <summary>Protocol, port and name of the service and name of the client, whatever hosts they run on.</summary>
    Service,

    /// <summary>Both hosts.</summary>
    Host,

    /// <summary>Both networks: those with a name of the user, otherwise /24 for IPv4 and /64 for IPv6.</summary>
    Network,
}

/// <summary>
/// A matrix whose rows are groups of rows, and counts for each group. Key fields that the rows of a group do not have
/// in common are 0. Grouped by network, the host fields hold networks.
/// </summary>
/// <param name="Matrix">One row per group. Statistics and details are those of all rows of the group.</param>
/// <param name="Counts">One entry per row of the matrix.</param>
internal sealed record GroupedMatrix(Matrix Matrix, GroupBy By, IReadOnlyList<GroupCounts> Counts);

/// <summary>What is counted over the rows of a group.</summary>
/// <param name="Clients">Number of distinct clients: processes of hosts, and external addresses.</param>
/// <param name="Hosts">Number of distinct hosts of these clients, and external addresses.</param>
/// <param name="Ports">The distinct ports of the services, in order.</param>
internal sealed record GroupCounts(int Clients, int Hosts, IReadOnlyList<(Protocol Protocol, ushort Port)> Ports);
