using System.Globalization;
using System.Net;
using System.Text;

namespace FlowMatrix.Sources.Skydive.Saving;

/// <summary>The escapes of URLs and forms, of JSON and C, and of HTML.</summary>
internal static class EscapedText
{
    /// <summary>The first character of each kind of escape.</summary>
    public const string Kinds = @"%\&";

    /// <summary>Decodes one escape at the beginning of a text.</summary>
    /// <param name="utf8">Receives the decoded character, up to 8 bytes.</param>
    /// <param name="count">Number of bytes in <paramref name="utf8"/>.</param>
    /// <param name="taken">Length of the escape in bytes.</param>
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> utf8, out int count, out int taken)
    {
        (count, taken) = (0, 0);
        switch (text[0])
        {
            case (byte)'%' when Hex(text, 1, 2) is { } octet:
                (utf8[0], count, taken) = ((byte)octet, 1, 3);
                return true;
            case (byte)'\\' when text.Length > 1:
                return TryDecodeBackslash(text, utf8, out count, out taken);
            case (byte)'&':
                // The longest HTML entity name has 32 letters.
                var end = text[..Math.Min(text.Length, 40)].IndexOf((byte)';');
                if (
                    end > 1
                    && Encoding.UTF8.GetString(text[..(end + 1)]) is var entity
                    && WebUtility.HtmlDecode(entity) is { Length: 1 or 2 } meant
                    && meant != entity
                )
                {
                    (count, taken) = (Encoding.UTF8.GetBytes(meant, utf8), end + 1);
                    return true;
                }

                return false;
            default:
                return false;
        }
    }

    private static bool TryDecodeBackslash(ReadOnlySpan<byte> text, Span<byte> utf8, out int count, out int taken)
    {
        var (digits, prefix) = text[1] switch
        {
            (byte)'x' => (2, 2),
            (byte)'u' => (4, 2),
            (byte)'U' => (8, 2),
            _ => (0, 0),
        };
        (count, taken) = (0, 0);
        if (digits == 0)
        {
            utf8[0] = text[1] switch
            {
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                var same => same,
            };
            (count, taken) = (1, 2);
            return true;
        }

        if (Hex(text, prefix, digits) is not { } number)
        {
            return false;
        }

        taken = prefix + digits;
        if (
            number is >= 0xD800 and < 0xDC00
            && text[taken..].StartsWith("\\u"u8)
            && Hex(text, taken + 2, 4) is { } low
            && Rune.TryCreate((char)number, (char)low, out var pair)
        )
        {
            taken += 6;
            count = pair.EncodeToUtf8(utf8);
            return true;
        }

        // "\xe9" is a byte in some languages and a character in others. Here it is a byte of UTF-8.
        if (digits == 2)
        {
            (utf8[0], count) = ((byte)number, 1);
            return true;
        }

        count = (Rune.TryCreate(number, out var rune) ? rune : Rune.ReplacementChar).EncodeToUtf8(utf8);
        return true;
    }

    private static int? Hex(ReadOnlySpan<byte> text, int from, int digits) =>
        from + digits <= text.Length
        && int.TryParse(
            text.Slice(from, digits),
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;
}
