using System.Globalization;
using System.Text;

namespace FlowMatrix.Formats;

/// <summary>
/// Text from the wire made harmless for terminals, lines and eyes: control, formatting (bidirectional, zero-width) and
/// line separating characters become backslash escapes as Python writes them (\n, \x1b, \u202e), and a backslash
/// becomes two, so that the text can be told back. Anything else stays as it is.
/// </summary>
internal static class Printable
{
    public static string Escape(string text) => Escape(text, escapeBackslash: true);

    /// <summary>The same for whole messages, in which a backslash needs no telling back.</summary>
    public static string Message(string text) => Escape(text, escapeBackslash: false);

    private static string Escape(string text, bool escapeBackslash)
    {
        var harmless = true;
        foreach (var c in text)
        {
            if (c is < ' ' or > '~' || (c == '\\' && escapeBackslash))
            {
                harmless = false;
                break;
            }
        }

        return harmless ? text : EscapeRunes(text, escapeBackslash);
    }

    private static string EscapeRunes(string text, bool escapeBackslash)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '\\' && escapeBackslash)
            {
                escaped.Append(@"\\");
            }
            else if (IsHarmful(rune))
            {
                escaped.Append(rune.Value switch
                {
                    '\n' => @"\n",
                    '\r' => @"\r",
                    '\t' => @"\t",
                    < 0x100 => string.Create(CultureInfo.InvariantCulture, $@"\x{rune.Value:x2}"),
                    < 0x10000 => string.Create(CultureInfo.InvariantCulture, $@"\u{rune.Value:x4}"),
                    _ => string.Create(CultureInfo.InvariantCulture, $@"\U{rune.Value:x8}"),
                });
            }
            else
            {
                escaped.Append(rune.ToString());
            }
        }

        return escaped.ToString();
    }

    private static bool IsHarmful(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
}
