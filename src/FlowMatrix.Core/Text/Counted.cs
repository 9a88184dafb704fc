using System.Globalization;

namespace FlowMatrix.Core.Text;

/// <summary>A number of things in words: "1 row", "2,048 rows".</summary>
internal static class Counted
{
    /// <param name="what">In the singular, of a word that takes an s.</param>
    public static string Text(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");
}
