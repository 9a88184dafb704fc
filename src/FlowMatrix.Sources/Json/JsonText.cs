using System.Text;
using System.Text.Json;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Sources.Json;

/// <summary>Texts in JSON: error messages, strings with invalid escapes, names of properties.</summary>
internal static class JsonText
{
    private const int MaxLiteralLength = 20;

    /// <summary>
    /// The reason of an exception in one line, without its position, which is relative to a part of the input. An
    /// invalid literal is shortened, because .NET quotes everything up to the next comma.
    /// </summary>
    public static string Reason(JsonException e)
    {
        var end = e.Message.LastIndexOf(" LineNumber:", StringComparison.Ordinal);
        var reason = (end < 0 ? e.Message : e.Message[..end]).TrimEnd('.');
        var literal = reason.LastIndexOf("' is an invalid JSON literal", StringComparison.Ordinal);
        return UntrustedText.OneLine(
            literal > MaxLiteralLength ? $"{reason[..MaxLiteralLength]}…{reason[literal..]}" : reason
        );
    }

    /// <summary>
    /// The text of a string token. Half of a surrogate pair, which is not valid text, becomes U+FFFD, as invalid UTF-8
    /// does.
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

    /// <summary>Whether the current property has this name, also if the name is escaped.</summary>
    public static bool NameIs(in Utf8JsonReader reader, ReadOnlySpan<byte> utf8) =>
        reader.ValueIsEscaped
            ? Encoding.UTF8.GetBytes(Unescape(reader)).AsSpan().SequenceEqual(utf8)
            : reader.ValueSpan.SequenceEqual(utf8);

    /// <summary>The kind of a value, for messages.</summary>
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
        // The reader has checked the syntax of the escapes. Only surrogates can be invalid.
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
