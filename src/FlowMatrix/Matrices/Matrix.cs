using FlowMatrix.Tables;

namespace FlowMatrix.Matrices;

/// <summary>
/// Who talks to whom: rows in the fixed order (protocol; service host, address as a number, port, name, path; client
/// host, address, name, path), and what they were made from.
/// </summary>
internal sealed class Matrix
{
    private readonly IReadOnlyDictionary<int, int[]> _via;

    /// <param name="via">By row: the addresses that clients used where they are not the service's own.</param>
    public Matrix(
        Vocabulary vocabulary,
        Row[] rows,
        IReadOnlyDictionary<int, int[]> via,
        Census census,
        IReadOnlyList<LoneEnd> loneEnds)
    {
        Vocabulary = vocabulary;
        Rows = rows;
        _via = via;
        Census = census;
        LoneEnds = loneEnds;
    }

    public Vocabulary Vocabulary { get; }

    public Row[] Rows { get; }

    public Census Census { get; }

    /// <summary>Connections of which one end's process is not known; empty unless asked for.</summary>
    public IReadOnlyList<LoneEnd> LoneEnds { get; }

    /// <summary>Addresses that clients of this row used where they are not the service's own, in order.</summary>
    public IReadOnlyList<int> Via(int row) => _via.TryGetValue(row, out var addresses) ? addresses : [];
}

/// <summary>What a matrix was made from.</summary>
/// <param name="Hosts">The hosts that report sockets, by name, with how many.</param>
/// <param name="Sockets">All sockets that were read.</param>
/// <param name="Services">Sockets that listen.</param>
/// <param name="Connections">Connections, each counted once, whether one or both ends were seen.</param>
/// <param name="Paired">Connections of which both ends were seen.</param>
/// <param name="LoneEnds">Connections of which one end's process is not known.</param>
/// <param name="UnplacedFlowSockets">Sockets of flows whose host could not be told.</param>
internal sealed record Census(
    IReadOnlyList<(string Name, int Sockets)> Hosts,
    int Sockets,
    int Services,
    int Connections,
    int Paired,
    int LoneEnds,
    int UnplacedFlowSockets);
