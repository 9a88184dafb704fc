using System.Globalization;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Output.Tables;

/// <summary>
/// Texts from the wire as a cell of a spreadsheet takes them; what is longer is cut, and the cell says how much is
/// missing. Source: Excel's specifications and limits, "total number of characters that a cell can contain".
/// </summary>
internal static class XlsxCell
{
    private const int Most = 32_767;

    /// <summary>Cut between characters.</summary>
    public static string Fit(string text)
    {
        var ready = Printable.Escape(text);
        if (ready.Length <= Most)
        {
            return ready;
        }

        // The more digits the count of what is left out has, the less room there is.
        var kept = Most - Rest(ready.Length - Most).Length;
        kept = Most - Rest(ready.Length - kept).Length;
        kept -= char.IsHighSurrogate(ready[kept - 1]) ? 1 : 0;
        return ready[..kept] + Rest(ready.Length - kept);
    }

    /// <summary>With a space between them, cut between items.</summary>
    public static string Fit(IReadOnlyList<string> items)
    {
        var ready = items.Select(Printable.Escape).ToList();
        var whole = string.Join(' ', ready);
        if (whole.Length <= Most)
        {
            return whole;
        }

        var (kept, length) = (0, Rest(items.Count).Length - 1);
        while (length + ready[kept].Length + 1 <= Most)
        {
            length += ready[kept++].Length + 1;
        }

        return kept == 0 ? Fit(string.Join(' ', items)) : string.Join(' ', ready.Take(kept)) + Rest(items.Count - kept);
    }

    private static string Rest(int count) => string.Create(CultureInfo.InvariantCulture, $" … and {count:N0} more");
}
