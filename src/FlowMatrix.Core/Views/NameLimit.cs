using System.Globalization;

namespace FlowMatrix.Core.Views;

/// <summary>The largest number of names of one kind. Look-ups are fast, but the index takes memory.</summary>
internal static class NameLimit
{
    public const int Max = 50_000;

    /// <param name="where">The option or file that has the names.</param>
    /// <param name="what">The kind of names, in the plural.</param>
    /// <param name="instead">What the user can do instead.</param>
    /// <exception cref="Failure">There are more names.</exception>
    public static void Check(string where, int count, string what, string instead)
    {
        if (count > Max)
        {
            throw new Failure(
                FailureKind.Usage,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{where}: {count:N0} {what}: at most {Max:N0} are supported; {instead}"
                )
            );
        }
    }

    /// <summary>Checks the number of patterns in filter conditions.</summary>
    /// <exception cref="Failure">There are more patterns.</exception>
    public static void CheckPatterns(string where, IEnumerable<FilterTerm> terms) =>
        Check(
            where,
            terms.Sum(term => term.Globs.Count(glob => glob.IsPattern)),
            "patterns with *",
            "use fewer patterns that match more names"
        );
}
