using System.Collections.Frozen;

namespace FlowMatrix.Matrices;

/// <summary>What the rows of one key have together beside their fields.</summary>
internal static class ChangeSums
{
    /// <summary>
    /// A matrix of one row an entry, by its number, with nothing in it but what adds up: connections, kinds of match,
    /// directions, via, and when the rows were there.
    /// </summary>
    public static Matrix Of(Matrix matrix, IReadOnlyList<ChangeEntry> entries)
    {
        var rows = new Row[entries.Count];
        var via = new Dictionary<int, int[]>();
        var sightings = new Sighting[matrix.Sightings.Length == 0 ? 0 : rows.Length];
        var addresses = matrix.Vocabulary.Addresses;
        for (var i = 0; i < rows.Length; i++)
        {
            foreach (var row in entries[i].Shown)
            {
                rows[i].Connections += matrix.Rows[row].Connections;
                rows[i].Match |= matrix.Rows[row].Match;
                rows[i].Direction |= matrix.Rows[row].Direction;
                if (sightings.Length > 0)
                {
                    sightings[i] = sightings[i].Or(matrix.Sighting(row));
                }
            }

            if (entries[i].Shown.SelectMany(matrix.Via).Distinct().OrderBy(address => addresses[address]).ToArray() is { Length: > 0 } used)
            {
                via[i] = used;
            }
        }

        return new Matrix(matrix.Vocabulary, rows, via.ToFrozenDictionary(), matrix.Census, []) { Sightings = sightings };
    }
}
