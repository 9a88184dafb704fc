using FlowMatrix.Tables;

namespace FlowMatrix.Matrices;

/// <summary>What became of a row between two matrices.</summary>
internal enum Change
{
    Same,
    Added,
    Removed,

    /// <summary>Its key is in both, and something beside the key isn't the same.</summary>
    Changed,

    /// <summary>The same two ends as before, of which the other one is now the service. Nobody talks to anybody else.</summary>
    Turned,
}

/// <summary>What differs between two matrices; the rows are those of a matrix that has the rows of both.</summary>
/// <param name="OfRows">What became of each row.</param>
/// <param name="Entries">One a key, in the order of the rows.</param>
internal sealed record Changes(IReadOnlyList<Change> OfRows, IReadOnlyList<ChangeEntry> Entries, RowKey Key)
{
    /// <summary>Whether anybody talks to anybody else than before.</summary>
    public bool Any => Entries.Any(entry => entry.Change is not (Change.Same or Change.Turned));

    /// <summary>The rows whose place others have taken, with the ends exchanged.</summary>
    public IReadOnlySet<int> Replaced { get; } =
        Entries.Where(entry => entry.Change == Change.Turned).SelectMany(entry => entry.Before).ToHashSet();

    public int Count(Change change) => Entries.Count(entry => entry.Change == change);
}

/// <summary>All rows of one key.</summary>
/// <param name="Before">The numbers of those that were there; none of an added one.</param>
/// <param name="After">The numbers of those that are there; none of a removed one.</param>
internal sealed record ChangeEntry(Change Change, IReadOnlyList<int> Before, IReadOnlyList<int> After)
{
    /// <summary>The rows that stand for the key: those that are there, else those that were.</summary>
    public IReadOnlyList<int> Shown => After.Count > 0 ? After : Before;
}

/// <summary>Compares a matrix with an earlier one. Pure; in time of the rows of both.</summary>
internal static class Comparison
{
    public static Matrix Of(Matrix before, Matrix after, RowKey key)
    {
        var moved = new Translation(before.Vocabulary, after.Vocabulary);
        var union = new MatrixBuilder(after.Vocabulary);
        var was = new HashSet<Row>(RowKeys.Instance);
        for (var i = 0; i < before.Rows.Length; i++)
        {
            var row = moved.Row(before.Rows[i]);
            was.Add(row);
            union.Add(row with { Connections = 0 }, [.. before.Via(i).Select(moved.Address)], before.Sighting(i));
        }

        for (var i = 0; i < after.Rows.Length; i++)
        {
            union.Add(after.Rows[i], after.Via(i), after.Sighting(i));
        }

        var isNow = new HashSet<Row>(after.Rows, RowKeys.Instance);
        var networks = after.NetworkHosts.Concat(before.NetworkHosts.Select(moved.Host)).ToHashSet();
        var both = union.Build(after.Census, [.. after.LoneEnds], networks);
        var entries = Entries(both, was, isNow, key);
        var ofRows = new Change[both.Rows.Length];
        foreach (var entry in entries)
        {
            foreach (var row in entry.Before.Concat(entry.After))
            {
                // Of a changed key the rows that stayed are the same.
                var stayed = was.Contains(both.Rows[row]) && isNow.Contains(both.Rows[row]);
                ofRows[row] = stayed ? Change.Same : entry.Change;
            }
        }

        var compared = both.With(new Changes(ofRows, entries, key));
        return after.Services is { } services ? compared.With(services) : compared;
    }

    private static List<ChangeEntry> Entries(Matrix both, HashSet<Row> was, HashSet<Row> isNow, RowKey key)
    {
        var byKey = new Dictionary<Row, (List<int> Before, List<int> After)>(RowKeys.Instance);
        for (var i = 0; i < both.Rows.Length; i++)
        {
            var of = key.Of(both.Rows[i], both);
            if (!byKey.TryGetValue(of, out var rows))
            {
                byKey[of] = rows = ([], []);
            }

            if (was.Contains(both.Rows[i]))
            {
                rows.Before.Add(i);
            }

            if (isNow.Contains(both.Rows[i]))
            {
                rows.After.Add(i);
            }
        }

        List<ChangeEntry> entries =
        [
            .. byKey.Values.Select(rows => new ChangeEntry(
                rows.Before.Count == 0 ? Change.Added
                : rows.After.Count == 0 ? Change.Removed
                : rows.Before.SequenceEqual(rows.After) ? Change.Same
                : Change.Changed,
                rows.Before,
                rows.After)),
        ];
        return
        [
            .. TurnedRows.Joined(entries, both)
                .OrderBy(entry => Math.Min(
                    entry.Before.Count == 0 ? int.MaxValue : entry.Before[0],
                    entry.After.Count == 0 ? int.MaxValue : entry.After[0])),
        ];
    }
}
