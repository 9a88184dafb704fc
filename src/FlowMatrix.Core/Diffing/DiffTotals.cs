using System.Collections.Frozen;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Diffing;

/// <summary>What the rows of one key have together beside their fields.</summary>
internal static class DiffTotals
{
    /// <summary>
    /// A matrix of one row an entry, by its number, with nothing in it but what adds up: connections, kinds of match,
    /// directions, via, and when the rows were there.
    /// </summary>
    public static Matrix Sum(Matrix matrix, IReadOnlyList<DiffEntry> entries)
    {
        var rows = new Row[entries.Count];
        var via = new Dictionary<int, int[]>();
        var seen = new SeenRange[matrix.SeenRanges.Length == 0 ? 0 : rows.Length];
        var addresses = matrix.IdTables.Addresses;
        for (var i = 0; i < rows.Length; i++)
        {
            foreach (var row in entries[i].Shown)
            {
                rows[i].Connections += matrix.Rows[row].Connections;
                rows[i].Match |= matrix.Rows[row].Match;
                rows[i].Direction |= matrix.Rows[row].Direction;
                if (seen.Length > 0)
                {
                    seen[i] = seen[i].Or(matrix.SeenRange(row));
                }
            }

            if (
                entries[i].Shown.SelectMany(matrix.Via).Distinct().OrderBy(address => addresses[address]).ToArray() is
                { Length: > 0 } used
            )
            {
                via[i] = used;
            }
        }

        return new Matrix(matrix.IdTables, rows, via.ToFrozenDictionary(), matrix.ScanCounts, []) { SeenRanges = seen };
    }
}
