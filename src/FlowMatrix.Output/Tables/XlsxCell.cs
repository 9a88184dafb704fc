using System.Globalization;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Output.Tables;

/// <summary>
/// Texts that fit into a cell of a spreadsheet. A longer text is cut, and ends with how much is missing. Source:
/// Excel's specifications and limits, "total number of characters that a cell can contain".
/// </summary>
internal static class XlsxCell
{
    private const int MaxLength = 32_767;

    /// <summary>Cuts between characters.</summary>
    public static string Fit(string text)
    {
        var ready = Printable.Escape(text);
        if (ready.Length <= MaxLength)
        {
            return ready;
        }

        // The count of what is left out takes room too, the more digits it has.
        var kept = MaxLength - Rest(ready.Length - MaxLength).Length;
        kept = MaxLength - Rest(ready.Length - kept).Length;
        kept -= char.IsHighSurrogate(ready[kept - 1]) ? 1 : 0;
        return ready[..kept] + Rest(ready.Length - kept);
    }

    /// <summary>Joins the items with spaces and cuts between items.</summary>
    public static string Fit(IReadOnlyList<string> items)
    {
        var ready = items.Select(Printable.Escape).ToList();
        var whole = string.Join(' ', ready);
        if (whole.Length <= MaxLength)
        {
            return whole;
        }

        var (kept, length) = (0, Rest(items.Count).Length - 1);
        while (length + ready[kept].Length + 1 <= MaxLength)
        {
            length += ready[kept++].Length + 1;
        }

        return kept == 0 ? Fit(string.Join(' ', items)) : string.Join(' ', ready.Take(kept)) + Rest(items.Count - kept);
    }

    private static string Rest(int count) => string.Create(CultureInfo.InvariantCulture, $" … and {count:N0} more");
}
