using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Diffing;

/// <summary>Compares a matrix with an earlier one. Pure; in time of the rows of both.</summary>
internal static class Comparison
{
    public static Matrix Compare(Matrix before, Matrix after, RowKey key)
    {
        var moved = new IdMap(before.IdTables, after.IdTables);
        var union = new MatrixBuilder(after.IdTables);
        var was = new HashSet<Row>(RowKeys.Instance);
        for (var i = 0; i < before.Rows.Length; i++)
        {
            var row = before.Rows[i].MapIds(moved);
            was.Add(row);
            union.Add(row with { Connections = 0 }, [.. before.Via(i).Select(moved.Address)], before.SeenRange(i));
        }

        for (var i = 0; i < after.Rows.Length; i++)
        {
            union.Add(after.Rows[i], after.Via(i), after.SeenRange(i));
        }

        var isNow = new HashSet<Row>(after.Rows, RowKeys.Instance);
        var networks = after.NetworkHosts.Concat(before.NetworkHosts.Select(moved.Host)).ToHashSet();
        var both = union.Build(after.ScanCounts, [.. after.UnmatchedConnections], networks);
        var entries = Entries(both, was, isNow, key);
        var ofRows = new DiffKind[both.Rows.Length];
        foreach (var entry in entries)
        {
            foreach (var row in entry.Before.Concat(entry.After))
            {
                // Of a changed key the rows that stayed are the same.
                var stayed = was.Contains(both.Rows[row]) && isNow.Contains(both.Rows[row]);
                ofRows[row] = stayed ? DiffKind.Same : entry.DiffKind;
            }
        }

        var compared = both.With(new Differences(ofRows, entries, key));
        return after.Services is { } services ? compared.With(services) : compared;
    }

    private static List<DiffEntry> Entries(Matrix both, HashSet<Row> was, HashSet<Row> isNow, RowKey key)
    {
        var byKey = new Dictionary<Row, (List<int> Before, List<int> After)>(RowKeys.Instance);
        for (var i = 0; i < both.Rows.Length; i++)
        {
            var of = key.Get(both.Rows[i], both);
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

        List<DiffEntry> entries =
        [
            .. byKey.Values.Select(rows => new DiffEntry(
                rows.Before.Count == 0 ? DiffKind.Added
                    : rows.After.Count == 0 ? DiffKind.Removed
                    : rows.Before.SequenceEqual(rows.After) ? DiffKind.Same
                    : DiffKind.Changed,
                rows.Before,
                rows.After
            )),
        ];
        return
        [
            .. DirectionChanges
                .Joined(entries, both)
                .OrderBy(entry =>
                    Math.Min(
                        entry.Before.Count == 0 ? int.MaxValue : entry.Before[0],
                        entry.After.Count == 0 ? int.MaxValue : entry.After[0]
                    )
                ),
        ];
    }
}
