namespace FlowMatrix.Core.Model;

/// <summary>What became of a row between two matrices.</summary>
internal enum DiffKind
{
    Same,
    Added,
    Removed,

    /// <summary>Its key is in both, and something beside the key isn't the same.</summary>
    Changed,

    /// <summary>The same two ends as before, of which the other one is now the service. Nobody talks to anybody else.</summary>
    DirectionChanged,
}

/// <summary>What differs between two matrices; the rows are those of a matrix that has the rows of both.</summary>
/// <param name="RowKinds">What became of each row.</param>
/// <param name="Entries">One a key, in the order of the rows.</param>
internal sealed record Differences(IReadOnlyList<DiffKind> RowKinds, IReadOnlyList<DiffEntry> Entries, RowKey Key)
{
    /// <summary>Whether anybody talks to anybody else than before.</summary>
    public bool Any => Entries.Any(entry => entry.DiffKind is not (DiffKind.Same or DiffKind.DirectionChanged));

    /// <summary>The rows whose place others have taken, with the ends exchanged.</summary>
    public IReadOnlySet<int> Replaced { get; } =
        Entries
            .Where(entry => entry.DiffKind == DiffKind.DirectionChanged)
            .SelectMany(entry => entry.Before)
            .ToHashSet();

    public int Count(DiffKind change) => Entries.Count(entry => entry.DiffKind == change);
}

/// <summary>All rows of one key.</summary>
/// <param name="Before">The numbers of those that were there; none of an added one.</param>
/// <param name="After">The numbers of those that are there; none of a removed one.</param>
internal sealed record DiffEntry(DiffKind DiffKind, IReadOnlyList<int> Before, IReadOnlyList<int> After)
{
    /// <summary>The rows that stand for the key: those that are there, else those that were.</summary>
    public IReadOnlyList<int> Shown => After.Count > 0 ? After : Before;
}
