using System.Text.RegularExpressions;
using FlowMatrix.Matrices;

namespace FlowMatrix.Policies;

/// <summary>Names as patterns of the filters: many hosts that differ in their numbers become one, as in "compute-*".</summary>
internal sealed partial class HostPatterns
{
    /// <summary>So few are better read by their names.</summary>
    private const int FewestReplicas = 3;

    /// <summary>Nobody reads a longer list of names: then replicas are a pattern even if it matches hosts that were not seen.</summary>
    private const int MostNames = 24;

    private readonly Matrix _matrix;
    private readonly List<string> _all;

    /// <summary>How many hosts a pattern matches; the same patterns come up rule after rule.</summary>
    private readonly Dictionary<string, int> _matched = new(StringComparer.Ordinal);

    public HostPatterns(Matrix matrix)
    {
        _matrix = matrix;
        _all = [.. matrix.Rows.SelectMany(row => (int[])[row.ServiceHost, row.ClientHost])
            .Where(host => host != 0).Distinct().Select(host => matrix.Vocabulary.Hosts[host])];
    }

    /// <summary>A pattern stands for hosts only where it matches no other host of the matrix, or where they are very many.</summary>
    public IEnumerable<string> Of(IEnumerable<int> hosts)
    {
        var names = hosts.Distinct().Select(host => _matrix.Vocabulary.Hosts[host]).ToList();
        foreach (var alike in names.GroupBy(name => Digits().Replace(Exact(name), "*")))
        {
            var count = alike.Count();
            if (count > MostNames || (count >= FewestReplicas && Matched(alike.Key) == count))
            {
                yield return alike.Key;
                continue;
            }

            foreach (var name in alike)
            {
                yield return Exact(name);
            }
        }
    }

    private int Matched(string pattern)
    {
        if (!_matched.TryGetValue(pattern, out var count))
        {
            _matched[pattern] = count = _all.Count(name => new Glob(pattern).Matches(name));
        }

        return count;
    }

    /// <summary>
    /// The name as a pattern. A comma ends a pattern and space around it is dropped; a star stands for each, so that the
    /// name still matches.
    /// </summary>
    public static string Exact(string name)
    {
        var pattern = name.Replace(',', '*');
        var trimmed = pattern.Trim();
        return trimmed.Length == pattern.Length ? pattern
            : $"{(pattern.StartsWith(trimmed, StringComparison.Ordinal) && trimmed.Length > 0 ? "" : "*")}{trimmed}"
            + $"{(pattern.EndsWith(trimmed, StringComparison.Ordinal) && trimmed.Length > 0 ? "" : "*")}";
    }

    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();
}
