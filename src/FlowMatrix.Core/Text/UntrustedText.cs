using System.Globalization;
using System.Text;

namespace FlowMatrix.Core.Text;

/// <summary>Text from outside, made safe to show in one line of a message.</summary>
internal static class UntrustedText
{
    private const int MaxLength = 200;

    /// <summary>Quotes and shortens the text, and replaces each character that does not print by \uXXXX.</summary>
    public static string Shown(string text)
    {
        var shown = new StringBuilder("\"");
        foreach (var rune in text.Trim().EnumerateRunes())
        {
            if (shown.Length > MaxLength)
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

    /// <summary>The same without quotes and without shortening.</summary>
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
