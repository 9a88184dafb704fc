using System.Text.RegularExpressions;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;
using FlowMatrix.Core.Views.Patterns;

namespace FlowMatrix.Core.Policies;

/// <summary>
/// Writes host names as filter patterns. Names that differ only in numbers become one, such as "compute-*".
/// </summary>
internal sealed partial class HostPatterns
{
    /// <summary>Fewer hosts are listed by name, which is easier to read.</summary>
    private const int MinReplicas = 3;

    /// <summary>More hosts become a pattern even if it also matches other hosts: nobody reads a longer list.</summary>
    private const int MaxNames = 24;

    private readonly Matrix _matrix;
    private readonly GlobSet _patterns = new();

    /// <summary>Number of hosts that each pattern matches, by the index of the pattern.</summary>
    private readonly int[] _hostCounts;

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

        _hostCounts = new int[_patterns.Globs.Count];
        foreach (var name in all)
        {
            foreach (var pattern in _patterns.Matching(name))
            {
                _hostCounts[pattern]++;
            }
        }
    }

    /// <summary>
    /// Returns names and patterns for hosts. A pattern is used if it matches no other host of the matrix, or if there
    /// are more than <see cref="MaxNames"/> hosts.
    /// </summary>
    public IEnumerable<string> Cover(IEnumerable<int> hosts)
    {
        var names = hosts.Distinct().Select(host => _matrix.IdTables.Hosts[host]).ToList();
        foreach (var alike in names.GroupBy(WithoutNumbers))
        {
            var count = alike.Count();
            if (count > MaxNames || (count >= MinReplicas && _hostCounts[_patterns.Add(new Glob(alike.Key))] == count))
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
    /// Returns a pattern that matches the name. A list of patterns is split at commas and trimmed, so commas and outer
    /// spaces of the name become stars.
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
