namespace FlowMatrix.Core.Model;

/// <summary>What a matrix was made from. All are 0 for rows whose sockets were not counted.</summary>
internal sealed record ScanCounts
{
    public static readonly ScanCounts None = new();

    /// <summary>The hosts that report sockets, in the order of their names, with how many.</summary>
    public IReadOnlyList<(string Name, int Sockets)> Hosts { get; init; } = [];

    /// <summary>All sockets that were read.</summary>
    public int Sockets { get; init; }

    /// <summary>Sockets that listen.</summary>
    public int Services { get; init; }

    /// <summary>Connections, each counted once, whether one or both ends were seen.</summary>
    public int Connections { get; init; }

    /// <summary>Connections of which both ends were seen.</summary>
    public int Paired { get; init; }

    /// <summary>Connections of which one end's process is not known.</summary>
    public int UnmatchedConnections { get; init; }

    /// <summary>Sockets of captured flows whose host is not known.</summary>
    public int UnplacedFlowSockets { get; init; }
}
