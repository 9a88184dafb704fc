namespace FlowMatrix.Core.Model;

/// <summary>How a row differs between an earlier and a later matrix.</summary>
internal enum DiffKind
{
    Same,
    Added,
    Removed,

    /// <summary>Both matrices have rows with its key, but not the same rows.</summary>
    Changed,

    /// <summary>The same two ends as before, but the other one is now the service. Not a new connection.</summary>
    DirectionChanged,
}

/// <summary>
/// The difference between an earlier and a later matrix. Rows are compared by some of their columns; all rows that are
/// equal in these columns are one entry. Source: docs/policies.md, "Comparing two matrices".
/// </summary>
/// <param name="Matrix">
/// The rows of both matrices. Rows of the later matrix have its numbers of connections, all others have 0.
/// </param>
/// <param name="RowKinds">How each row of <paramref name="Matrix"/> differs.</param>
/// <param name="Entries">The entries in the order of their first rows; each row is in one of them.</param>
/// <param name="Key">The columns by which rows were compared.</param>
internal sealed record MatrixDiff(
    Matrix Matrix,
    IReadOnlyList<DiffKind> RowKinds,
    IReadOnlyList<DiffEntry> Entries,
    ComparisonKey Key
)
{
    /// <summary>Whether any entry differs. A change of direction alone does not count.</summary>
    public bool Any => Entries.Any(entry => entry.Kind is not (DiffKind.Same or DiffKind.DirectionChanged));

    /// <summary>The earlier rows of entries whose direction changed.</summary>
    public IReadOnlySet<int> Replaced { get; } =
        Entries.Where(entry => entry.Kind == DiffKind.DirectionChanged).SelectMany(entry => entry.Before).ToHashSet();

    public int Count(DiffKind kind) => Entries.Count(entry => entry.Kind == kind);
}

/// <summary>All rows that are equal in the compared columns, by their index.</summary>
/// <param name="Before">The earlier rows; empty if the entry was added.</param>
/// <param name="After">The later rows; empty if the entry was removed.</param>
internal sealed record DiffEntry(DiffKind Kind, IReadOnlyList<int> Before, IReadOnlyList<int> After)
{
    /// <summary>The rows that are shown for the entry: the later ones, or the earlier ones if it was removed.</summary>
    public IReadOnlyList<int> Shown => After.Count > 0 ? After : Before;
}
