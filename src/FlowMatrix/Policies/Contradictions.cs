using FlowMatrix.Matrices;

namespace FlowMatrix.Policies;

/// <summary>What in a policy cannot be meant.</summary>
internal static class Contradictions
{
    /// <summary>The same text for all ways to write the same conditions: lists in another order, one item a line.</summary>
    public static string Key(Filter flows) => string.Join(
        '\n',
        flows.Terms
            .SelectMany(term => term.Value.Split(',', StringSplitOptions.TrimEntries)
                .Select(part => $"{term.Not} {term.Field} {term.End} {term.IsV4} {part}"))
            .Distinct().Order(StringComparer.Ordinal));

    /// <summary>The name of a condition of which "not" takes back all that it gives; else null.</summary>
    public static string? TakenBack(Filter flows) => flows.Terms
        .Where(term => !term.Not).GroupBy(term => (term.Field, term.End))
        .FirstOrDefault(given => IsCovered(
            given.Key.Field,
            [.. given],
            [.. flows.Terms.Where(term => term.Not && term.Field == given.Key.Field && (term.End == given.Key.End || term.End == RowEnd.Either))]))
        ?.First().Name;

    private static bool IsCovered(FilterField field, FilterTerm[] given, FilterTerm[] not) => not.Length > 0 && field switch
    {
        FilterField.Host or FilterField.Process => given.SelectMany(term => term.Globs)
            .All(glob => not.SelectMany(term => term.Globs).Any(other => Covers(other, glob))),
        FilterField.Address => given.SelectMany(term => term.Networks)
            .All(network => not.SelectMany(term => term.Networks)
                .Any(other => other.Length <= network.Length && other.Contains(network.Address))),
        FilterField.Port => Enumerable.Range(0, ushort.MaxValue + 1)
            .All(port => !given.Any(term => term.Ports!.Contains((ushort)port)) || not.Any(term => term.Ports!.Contains((ushort)port))),
        FilterField.Protocol => given.SelectMany(term => term.Protocols)
            .All(protocol => not.Any(term => term.Protocols.Contains(protocol))),
        FilterField.Family => given.All(term => not.Any(other => other.IsV4 == term.IsV4)),
        _ => true,
    };

    /// <summary>A star of the one can only be matched by a star of the other. Paths are matched by patterns with a slash.</summary>
    private static bool Covers(Glob glob, Glob other) =>
        glob.Matches(other.Pattern)
        && (!other.Pattern.Contains('/', StringComparison.Ordinal) || glob.Pattern.Contains('/', StringComparison.Ordinal));
}
