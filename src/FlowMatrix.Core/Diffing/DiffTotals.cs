using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Diffing;

/// <summary>Sums the rows of each entry of a difference.</summary>
internal static class DiffTotals
{
    /// <summary>Returns a matrix with one row per entry, with statistics and details but an empty key.</summary>
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
