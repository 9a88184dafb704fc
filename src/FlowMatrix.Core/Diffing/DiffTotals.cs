using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Diffing;

/// <summary>What the rows of each entry of a difference add up to.</summary>
internal static class DiffTotals
{
    /// <summary>A matrix with one row per entry, by its number: only statistics and details, without a key.</summary>
    public static Matrix Sum(Matrix matrix, IReadOnlyList<DiffEntry> entries)
    {
        var totals = entries.Select(entry => Sum(matrix, entry)).ToList();
        return new Matrix(
            matrix.IdTables,
            [.. totals.Select(total => new Row(default, total.Stats))],
            matrix.ScanCounts
        )
        {
            Details = RowTotals.Details(totals, matrix),
        };
    }

    private static RowTotals Sum(Matrix matrix, DiffEntry entry)
    {
        var total = new RowTotals();
        foreach (var row in entry.Shown)
        {
            total.Add(matrix, row);
        }

        return total;
    }
}
