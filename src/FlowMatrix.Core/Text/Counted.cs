using System.Globalization;

namespace FlowMatrix.Core.Text;

/// <summary>A number with its noun: "1 row", "2,048 rows".</summary>
internal static class Counted
{
    /// <param name="what">The noun in the singular. Its plural must end in s.</param>
    public static string Text(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");
}
