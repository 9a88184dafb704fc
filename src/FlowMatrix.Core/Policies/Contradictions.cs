using FlowMatrix.Core.Views;
using FlowMatrix.Core.Views.Filters;

namespace FlowMatrix.Core.Policies;

/// <summary>Finds rules of a policy that contradict each other or themselves.</summary>
internal static class Contradictions
{
    /// <summary>
    /// The same text for all spellings of the same conditions: other order of the values, one value per line.
    /// </summary>
    public static string Key(Filter filter) =>
        string.Join(
            '\n',
            filter
                .Terms.SelectMany(term =>
                    term.Value.Split(',', StringSplitOptions.TrimEntries)
                        .Select(part => $"{term.Not} {term.Kind.Name} {term.End} {part}")
                )
                .Distinct()
                .Order(StringComparer.Ordinal)
        );

    /// <summary>
    /// The name of a condition whose values "not" excludes again, all of them; null if there is none.
    /// </summary>
    public static string? FindExcluded(Filter filter)
    {
        foreach (var given in filter.Terms.Where(term => !term.Not).GroupBy(term => (term.Field, term.End)))
        {
            var (field, end) = given.Key;
            FilterTerm[] excluded =
            [
                .. filter.Terms.Where(term =>
                    term.Not && term.Field == field && (term.End == end || term.End == RowEnd.Either)
                ),
            ];
            if (excluded.Length > 0 && field.AreCovered(given, excluded))
            {
                return given.First().Name;
            }
        }

        return null;
    }
}
