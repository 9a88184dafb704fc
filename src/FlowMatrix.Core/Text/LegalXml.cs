using System.Globalization;
using System.Text;
using System.Xml;

namespace FlowMatrix.Core.Text;

/// <summary>Text that XML can hold: some characters, such as NUL and U+FFFF, have no form there at all.</summary>
internal static class LegalXml
{
    /// <summary>What XML cannot hold is written as \uXXXX, as <see cref="Printable"/> does; a lone surrogate as U+FFFD.</summary>
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
