namespace FlowMatrix.Core.Model;

/// <summary>
/// Counts over the sockets that a matrix was made from. All are 0 for rows that were read without sockets.
/// </summary>
internal sealed record ScanCounts
{
    public static readonly ScanCounts None = new();

    /// <summary>The hosts that report sockets, sorted by name, with their numbers of sockets.</summary>
    public IReadOnlyList<(string Name, int Sockets)> Hosts { get; init; } = [];

    /// <summary>Number of sockets.</summary>
    public int Sockets { get; init; }

    /// <summary>Number of sockets that listen.</summary>
    public int Services { get; init; }

    /// <summary>Number of connections, each counted once, whether one or both ends are reported.</summary>
    public int Connections { get; init; }

    /// <summary>Number of connections of which both ends are reported.</summary>
    public int Paired { get; init; }

    /// <summary>Number of connections of which one end's process is not known.</summary>
    public int UnmatchedConnections { get; init; }

    /// <summary>Number of sockets of captured flows whose host is not known.</summary>
    public int UnplacedFlowSockets { get; init; }
}
