using System.Globalization;
using System.Text;

namespace FlowMatrix.Core.Text;

/// <summary>Text that others wrote, made fit for one line of a message.</summary>
internal static class UntrustedText
{
    private const int Longest = 200;

    /// <summary>In quotes, shortened, with everything that doesn't print as itself written as \uXXXX.</summary>
    public static string Shown(string text)
    {
        var shown = new StringBuilder("\"");
        foreach (var rune in text.Trim().EnumerateRunes())
        {
            if (shown.Length > Longest)
            {
                shown.Append('…');
                break;
            }

            if (Prints(rune))
            {
                shown.Append(rune.ToString());
            }
            else
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
        }

        return shown.Append('"').ToString();
    }

    /// <summary>Whole and without quotes.</summary>
    public static string OneLine(string text)
    {
        var line = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            line.Append(
                Prints(rune) ? rune.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}")
            );
        }

        return line.ToString();
    }

    private static bool Prints(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
            );
}
