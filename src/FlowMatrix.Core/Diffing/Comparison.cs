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
        var keysBefore = new HashSet<RowKey>();
        for (var i = 0; i < before.Rows.Length; i++)
        {
            // A removed row has no connections; a row that stayed gets those of the later matrix below.
            var row = before.Rows[i].MapIds(fromBefore);
            row.Stats.Connections = 0;
            keysBefore.Add(row.Key);
            union.Add(row, [.. before.Via(i).Select(fromBefore.Address)], before.SeenRange(i));
        }

        var keysAfter = new HashSet<RowKey>();
        for (var i = 0; i < after.Rows.Length; i++)
        {
            var row = after.Rows[i].MapIds(fromAfter);
            keysAfter.Add(row.Key);
            union.Add(row, [.. after.Via(i).Select(fromAfter.Address)], after.SeenRange(i));
        }

        var networks = after
            .NetworkHosts.Select(fromAfter.Host)
            .Concat(before.NetworkHosts.Select(fromBefore.Host))
            .ToHashSet();
        var unmatched = after.UnmatchedConnections.Select(end => end.MapIds(fromAfter)).ToList();
        var both = union.Build(after.ScanCounts, unmatched, networks);
        var entries = Entries(both, keysBefore, keysAfter, key);
        var kinds = new DiffKind[both.Rows.Length];
        foreach (var entry in entries)
        {
            foreach (var row in entry.Before.Concat(entry.After))
            {
                // Rows of a changed entry that both matrices have are the same.
                var stayed = keysBefore.Contains(both.Rows[row].Key) && keysAfter.Contains(both.Rows[row].Key);
                kinds[row] = stayed ? DiffKind.Same : entry.Kind;
            }
        }

        return new MatrixDiff(both, kinds, entries, key);
    }

    private static List<DiffEntry> Entries(
        Matrix both,
        HashSet<RowKey> keysBefore,
        HashSet<RowKey> keysAfter,
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

            if (keysBefore.Contains(row))
            {
                rows.Before.Add(i);
            }

            if (keysAfter.Contains(row))
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
