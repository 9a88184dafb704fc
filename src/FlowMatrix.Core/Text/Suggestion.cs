namespace FlowMatrix.Core.Text;

/// <summary>Suggests a known name for one that was probably mistyped.</summary>
internal static class Suggestion
{
    /// <summary>Returns " (did you mean x?)" to append to an error; empty if no known name is close.</summary>
    public static string DidYouMean(string typed, IEnumerable<string> known) =>
        Nearest(typed, known) is { } near ? $" (did you mean {near}?)" : "";

    /// <summary>Returns the closest name with at most one mistake per three characters, or null.</summary>
    public static string? Nearest(string typed, IEnumerable<string> known) =>
        known
            .Where(name => Math.Abs(typed.Length - name.Length) <= Math.Min(typed.Length, name.Length) / 3)
            .Select(name => (Name: name, Distance: Distance(typed, name)))
            .Where(near => near.Distance > 0 && near.Distance <= Math.Min(typed.Length, near.Name.Length) / 3)
            .OrderBy(near => near.Distance)
            .ThenBy(near => near.Name, StringComparer.Ordinal)
            .Select(near => near.Name)
            .FirstOrDefault();

    /// <summary>Number of insertions, deletions, changes and swaps of neighbours (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        // Three lines of the table of distances between prefixes of the two texts.
        var (before, last, line) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var i = 0; i <= a.Length; i++)
        {
            (before, last, line) = (last, line, before);
            line[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                if (i == 0)
                {
                    line[j] = j;
                    continue;
                }

                var different = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                line[j] = Math.Min(Math.Min(last[j], line[j - 1]) + 1, last[j - 1] + different);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    line[j] = Math.Min(line[j], before[j - 2] + 1);
                }
            }
        }

        return line[b.Length];
    }
}
