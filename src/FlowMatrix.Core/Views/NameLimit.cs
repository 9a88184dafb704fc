using System.Globalization;
using FlowMatrix.Core.Views.Filters;
using FlowMatrix.Core.Views.Patterns;

namespace FlowMatrix.Core.Views;

/// <summary>How many names of one kind are taken: all are looked up at once, but what is looked up takes memory.</summary>
internal static class NameLimit
{
    public const int Most = 50_000;

    /// <param name="where">What has them: an option, or a file.</param>
    /// <param name="what">In the plural.</param>
    /// <param name="instead">What to do.</param>
    /// <exception cref="Failure">There are more.</exception>
    public static void Check(string where, int count, string what, string instead)
    {
        if (count > Most)
        {
            throw new Failure(
                FailureKind.Usage,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{where}: {count:N0} {what}: at most {Most:N0} are supported; {instead}"
                )
            );
        }
    }

    /// <exception cref="Failure">The conditions have more patterns.</exception>
    public static void CheckPatterns(string where, IEnumerable<FilterTerm> terms) =>
        Check(
            where,
            terms.OfType<FilterTerm<Glob>>().Sum(term => term.Values.Count(glob => glob.IsPattern)),
            "patterns with *",
            "use fewer that match more"
        );
}
