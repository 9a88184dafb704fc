using System.Text;
using System.Text.Json;

namespace FlowMatrix.Skydive;

internal static class JsonText
{
    /// <summary>What is wrong, without where: a reader of pieces knows only its own piece's lines.</summary>
    public static string Reason(JsonException e)
    {
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? e.Message : e.Message[..end]).TrimEnd('.');
    }

    /// <summary>
    /// The text of a string token. Half a surrogate pair, which is no text, becomes U+FFFD like any other bad UTF-8.
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
                text.Append(source[i] switch
                {
                    'b' => '\b',
                    'f' => '\f',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    var other => other,
                });
            }
        }

        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
