namespace FlowMatrix.Core.Model;

/// <summary>What became of a row between two matrices.</summary>
internal enum DiffKind
{
    Same,
    Added,
    Removed,

    /// <summary>Its key is in both, and something beside the key differs.</summary>
    Changed,

    /// <summary>The same two ends as before, of which the other one is now the service: no new connection.</summary>
    DirectionChanged,
}

/// <summary>What differs between two matrices.</summary>
/// <param name="Matrix">The rows of both.</param>
/// <param name="RowKinds">What became of each row.</param>
/// <param name="Entries">One per key, in the order of the rows.</param>
/// <param name="Key">The columns by which rows were compared.</param>
internal sealed record MatrixDiff(
    Matrix Matrix,
    IReadOnlyList<DiffKind> RowKinds,
    IReadOnlyList<DiffEntry> Entries,
    ComparisonKey Key
)
{
    /// <summary>Whether who talks to whom has changed.</summary>
    public bool Any => Entries.Any(entry => entry.Kind is not (DiffKind.Same or DiffKind.DirectionChanged));

    /// <summary>The earlier rows of those whose ends were exchanged.</summary>
    public IReadOnlySet<int> Replaced { get; } =
        Entries.Where(entry => entry.Kind == DiffKind.DirectionChanged).SelectMany(entry => entry.Before).ToHashSet();

    public int Count(DiffKind kind) => Entries.Count(entry => entry.Kind == kind);
}

/// <summary>All rows of one key.</summary>
/// <param name="Before">The numbers of the earlier rows; empty for an added key.</param>
/// <param name="After">The numbers of the later rows; empty for a removed key.</param>
internal sealed record DiffEntry(DiffKind Kind, IReadOnlyList<int> Before, IReadOnlyList<int> After)
{
    /// <summary>The rows that stand for the key: the later ones, or the earlier ones of a removed key.</summary>
    public IReadOnlyList<int> Shown => After.Count > 0 ? After : Before;
}
