using System.Text;
using System.Text.Json;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Sources.Json;

internal static class JsonText
{
    private const int LongestLiteral = 20;

    /// <summary>
    /// What is wrong, in one line, without where: a reader of pieces knows only its own piece's lines. A word that is no
    /// JSON is shortened: what is quoted of it goes on until the next comma, which may be far.
    /// </summary>
    public static string Reason(JsonException e)
    {
        var end = e.Message.LastIndexOf(" LineNumber:", StringComparison.Ordinal);
        var reason = (end < 0 ? e.Message : e.Message[..end]).TrimEnd('.');
        var literal = reason.LastIndexOf("' is an invalid JSON literal", StringComparison.Ordinal);
        return UntrustedText.OneLine(
            literal > LongestLiteral ? $"{reason[..LongestLiteral]}…{reason[literal..]}" : reason
        );
    }

    /// <summary>
    /// The text of a string token. Half a surrogate pair, which is not a string, becomes U+FFFD like any other bad UTF-8.
    /// </summary>
    public static string Unescape(in Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }

        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return ReplaceBadEscapes(reader.ValueSpan);
        }
    }

    /// <summary>Whether a property has this name, however it is escaped; a name that is not a string is another one.</summary>
    public static bool NameIs(in Utf8JsonReader reader, ReadOnlySpan<byte> utf8) =>
        reader.ValueIsEscaped
            ? Encoding.UTF8.GetBytes(Unescape(reader)).AsSpan().SequenceEqual(utf8)
            : reader.ValueSpan.SequenceEqual(utf8);

    /// <summary>What a value is, for messages.</summary>
    public static string KindOf(JsonTokenType token) =>
        token switch
        {
            JsonTokenType.StartArray => "an array",
            JsonTokenType.StartObject => "an object",
            JsonTokenType.String => "a text",
            JsonTokenType.Number => "a number",
            JsonTokenType.Null => "null",
            _ => "true or false",
        };

    private static string ReplaceBadEscapes(ReadOnlySpan<byte> raw)
    {
        // The reader has checked the escapes' form; only the surrogates among them can be wrong.
        var text = new StringBuilder();
        var source = Encoding.UTF8.GetString(raw);
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] != '\\')
            {
                text.Append(source[i]);
                continue;
            }

            i++;
            if (source[i] == 'u')
            {
                text.Append((char)Convert.ToUInt16(source.Substring(i + 1, 4), 16));
                i += 4;
            }
            else
            {
                text.Append(
                    source[i] switch
                    {
                        'b' => '\b',
                        'f' => '\f',
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        var other => other,
                    }
                );
            }
        }

        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
