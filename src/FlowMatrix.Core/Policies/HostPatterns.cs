using System.Text.RegularExpressions;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;
using FlowMatrix.Core.Views.Patterns;

namespace FlowMatrix.Core.Policies;

/// <summary>Names as patterns of the filters: many hosts that differ in their numbers become one, as in "compute-*".</summary>
internal sealed partial class HostPatterns
{
    /// <summary>So few are better read by their names.</summary>
    private const int FewestReplicas = 3;

    /// <summary>Nobody reads a longer list of names: then replicas are a pattern even if it matches hosts that were not seen.</summary>
    private const int MostNames = 24;

    private readonly Matrix _matrix;
    private readonly GlobSet _patterns = new();

    /// <summary>By the number of a pattern: how many hosts it matches.</summary>
    private readonly int[] _matched;

    public HostPatterns(Matrix matrix)
    {
        _matrix = matrix;
        string[] all =
        [
            .. matrix
                .Rows.SelectMany(row => (int[])[row.ServiceHost, row.ClientHost])
                .Where(host => host != 0)
                .Distinct()
                .Select(host => matrix.IdTables.Hosts[host]),
        ];
        foreach (var name in all)
        {
            _patterns.Add(new Glob(WithoutNumbers(name)));
        }

        _matched = new int[_patterns.Globs.Count];
        foreach (var name in all)
        {
            foreach (var pattern in _patterns.Matching(name))
            {
                _matched[pattern]++;
            }
        }
    }

    /// <summary>A pattern stands for hosts only where it matches no other host of the matrix, or where they are very many.</summary>
    public IEnumerable<string> Cover(IEnumerable<int> hosts)
    {
        var names = hosts.Distinct().Select(host => _matrix.IdTables.Hosts[host]).ToList();
        foreach (var alike in names.GroupBy(WithoutNumbers))
        {
            var count = alike.Count();
            if (count > MostNames || (count >= FewestReplicas && _matched[_patterns.Add(new Glob(alike.Key))] == count))
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

    private static string WithoutNumbers(string name) => Digits().Replace(Exact(name), "*");

    /// <summary>
    /// The name as a pattern. A comma ends a pattern and space around it is dropped; a star stands for each, so that the
    /// name still matches.
    /// </summary>
    public static string Exact(string name)
    {
        var pattern = name.Replace(',', '*');
        var trimmed = pattern.Trim();
        return trimmed.Length == pattern.Length
            ? pattern
            : $"{(pattern.StartsWith(trimmed, StringComparison.Ordinal) && trimmed.Length > 0 ? "" : "*")}{trimmed}"
                + $"{(pattern.EndsWith(trimmed, StringComparison.Ordinal) && trimmed.Length > 0 ? "" : "*")}";
    }

    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();
}
