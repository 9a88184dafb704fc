using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Diffing;

/// <summary>Compares a matrix with an earlier one, in time linear in the rows of both.</summary>
internal static class Comparison
{
    public static MatrixDiff Compare(Matrix before, Matrix after, ComparisonKey key)
    {
        var ids = new IdTables();
        var (fromBefore, fromAfter) = (new IdMap(before.IdTables, ids), new IdMap(after.IdTables, ids));
        var union = new MatrixBuilder(ids);
        var was = new HashSet<RowKey>();
        for (var i = 0; i < before.Rows.Length; i++)
        {
            // A row that is gone has no connections; one that stayed has those of now.
            var row = before.Rows[i].MapIds(fromBefore);
            row.Stats.Connections = 0;
            was.Add(row.Key);
            union.Add(row, [.. before.Via(i).Select(fromBefore.Address)], before.SeenRange(i));
        }

        var isNow = new HashSet<RowKey>();
        for (var i = 0; i < after.Rows.Length; i++)
        {
            var row = after.Rows[i].MapIds(fromAfter);
            isNow.Add(row.Key);
            union.Add(row, [.. after.Via(i).Select(fromAfter.Address)], after.SeenRange(i));
        }

        var networks = after
            .NetworkHosts.Select(fromAfter.Host)
            .Concat(before.NetworkHosts.Select(fromBefore.Host))
            .ToHashSet();
        var unmatched = after.UnmatchedConnections.Select(end => end.MapIds(fromAfter)).ToList();
        var both = union.Build(after.ScanCounts, unmatched, networks);
        var entries = Entries(both, was, isNow, key);
        var kinds = new DiffKind[both.Rows.Length];
        foreach (var entry in entries)
        {
            foreach (var row in entry.Before.Concat(entry.After))
            {
                // Of a changed key the rows that stayed are the same.
                var stayed = was.Contains(both.Rows[row].Key) && isNow.Contains(both.Rows[row].Key);
                kinds[row] = stayed ? DiffKind.Same : entry.Kind;
            }
        }

        return new MatrixDiff(both, kinds, entries, key);
    }

    private static List<DiffEntry> Entries(
        Matrix both,
        HashSet<RowKey> was,
        HashSet<RowKey> isNow,
        ComparisonKey columns
    )
    {
        var byKey = new Dictionary<RowKey, (List<int> Before, List<int> After)>();
        var keys = new ComparedKeys(columns, both);
        for (var i = 0; i < both.Rows.Length; i++)
        {
            var row = both.Rows[i].Key;
            var key = keys.Get(row);
            if (!byKey.TryGetValue(key, out var rows))
            {
                byKey[key] = rows = ([], []);
            }

            if (was.Contains(row))
            {
                rows.Before.Add(i);
            }

            if (isNow.Contains(row))
            {
                rows.After.Add(i);
            }
        }

        var entries = byKey.Values.Select(rows => new DiffEntry(
            Kind(rows.Before, rows.After),
            rows.Before,
            rows.After
        ));
        return [.. DirectionChanges.Joined([.. entries], both).OrderBy(First)];
    }

    private static DiffKind Kind(List<int> before, List<int> after) =>
        before.Count == 0 ? DiffKind.Added
        : after.Count == 0 ? DiffKind.Removed
        : before.SequenceEqual(after) ? DiffKind.Same
        : DiffKind.Changed;

    private static int First(DiffEntry entry) => entry.Before.Concat(entry.After).Min();
}
