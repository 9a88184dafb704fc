using System.Globalization;
using System.Text;
using System.Xml;

namespace FlowMatrix.Core.Text;

/// <summary>Text that XML can hold. Some characters, such as NUL and U+FFFF, cannot be written in XML at all.</summary>
internal static class LegalXml
{
    /// <summary>
    /// Replaces characters that XML cannot hold by \uXXXX, as <see cref="Printable"/> does, and a lone surrogate by
    /// U+FFFD.
    /// </summary>
    public static string From(string text)
    {
        if (text.All(XmlConvert.IsXmlChar))
        {
            return text;
        }

        var legal = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ =
                rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value)
                    ? legal.Append(CultureInfo.InvariantCulture, $@"\u{rune.Value:x4}")
                    : legal.Append(rune);
        }

        return legal.ToString();
    }
}
