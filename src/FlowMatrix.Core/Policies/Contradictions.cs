using FlowMatrix.Core.Net;
using FlowMatrix.Core.Views;
using FlowMatrix.Core.Views.Patterns;

namespace FlowMatrix.Core.Policies;

/// <summary>What in a policy cannot be meant.</summary>
internal static class Contradictions
{
    /// <summary>The same text for all ways to write the same conditions: lists in another order, one item a line.</summary>
    public static string Key(Filter flows) =>
        string.Join(
            '\n',
            flows
                .Terms.SelectMany(term =>
                    term.Value.Split(',', StringSplitOptions.TrimEntries)
                        .Select(part => $"{term.Not} {term.Field} {term.End} {term.IsV4} {part}")
                )
                .Distinct()
                .Order(StringComparer.Ordinal)
        );

    /// <summary>The name of a condition of which "not" takes back all that it gives; else null.</summary>
    public static string? TakenBack(Filter flows) =>
        flows
            .Terms.Where(term => !term.Not)
            .GroupBy(term => (term.Field, term.End))
            .FirstOrDefault(given =>
                IsCovered(
                    given.Key.Field,
                    [.. given],
                    [
                        .. flows.Terms.Where(term =>
                            term.Not
                            && term.Field == given.Key.Field
                            && (term.End == given.Key.End || term.End == RowEnd.Either)
                        ),
                    ]
                )
            )
            ?.First()
            .Name;

    private static bool IsCovered(FilterField field, FilterTerm[] given, FilterTerm[] not) =>
        not.Length > 0
        && field switch
        {
            FilterField.Host or FilterField.Process => AreCovered(
                given.SelectMany(term => term.Globs),
                not.SelectMany(term => term.Globs)
            ),
            FilterField.Address => AreCovered(
                given.SelectMany(term => term.Networks),
                not.SelectMany(term => term.Networks)
            ),
            FilterField.Port => PortSet
                .Union(given.Select(term => term.Ports!))
                .IsWithin(PortSet.Union(not.Select(term => term.Ports!))),
            FilterField.Protocol => given
                .SelectMany(term => term.Protocols)
                .All(protocol => not.Any(term => term.Protocols.Contains(protocol))),
            FilterField.Family => given.All(term => not.Any(other => other.IsV4 == term.IsV4)),
            _ => true,
        };

    /// <summary>A star of the one can only be matched by a star of the other. Paths are matched by patterns with a slash.</summary>
    private static bool AreCovered(IEnumerable<Glob> given, IEnumerable<Glob> not)
    {
        var others = new GlobSet();
        foreach (var glob in not)
        {
            others.Add(glob);
        }

        return given.All(glob =>
            others.Matching(glob.Pattern).Any(other => others.Globs[other].IsOfPaths || !glob.IsOfPaths)
        );
    }

    private static bool AreCovered(IEnumerable<IpNetwork> given, IEnumerable<IpNetwork> not)
    {
        var others = new NetworkIndex<IpNetwork>();
        foreach (var network in not)
        {
            others.Add(network, network);
        }

        return given.All(network => others.At(network.Address).Any(found => found[0].Length <= network.Length));
    }
}
