using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace FlowMatrix.Core.Text;

/// <summary>
/// Makes text from the network safe for terminals, lines and readers. Control, formatting (bidirectional, zero-width)
/// and line-separating characters become backslash escapes as in Python (\n, \x1b, \u202e). A backslash becomes two, so
/// that the escaping can be reversed. Characters that would start a command in the log of a CI job are escaped too:
/// "##vso[" and "##[" anywhere, "::name::" at the beginning. All other text stays as it is.
/// </summary>
internal static partial class Printable
{
    public static string Escape(string text) => Escape(text, escapeBackslash: true);

    /// <summary>The same for whole messages. They are never unescaped, so a backslash stays as it is.</summary>
    public static string Message(string text) => Escape(text, escapeBackslash: false);

    /// <summary>Reverses <see cref="Escape(string)"/>; returns false for a backslash that starts no escape.</summary>
    public static bool TryUnescape(string escaped, out string text)
    {
        text = escaped;
        if (!escaped.Contains('\\', StringComparison.Ordinal))
        {
            return true;
        }

        var plain = new StringBuilder(escaped.Length);
        for (var at = 0; at < escaped.Length; at++)
        {
            if (escaped[at] != '\\')
            {
                plain.Append(escaped[at]);
                continue;
            }

            var kind = ++at < escaped.Length ? escaped[at] : '\0';
            var digits = kind switch
            {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                _ => 0,
            };
            var rune = new Rune(
                kind switch
                {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    _ => '\\',
                }
            );
            if (
                digits > 0
                    ? at + digits >= escaped.Length
                        || !int.TryParse(
                            escaped.AsSpan(at + 1, digits),
                            NumberStyles.AllowHexSpecifier,
                            CultureInfo.InvariantCulture,
                            out var number
                        )
                        || !Rune.TryCreate(number, out rune)
                    : kind is not ('n' or 'r' or 't' or '\\')
            )
            {
                return false;
            }

            plain.Append(rune.ToString());
            at += digits;
        }

        text = plain.ToString();
        return true;
    }

    private static string Escape(string text, bool escapeBackslash)
    {
        var isSafe = true;
        foreach (var c in text)
        {
            if (c is < ' ' or > '~' || (c == '\\' && escapeBackslash))
            {
                isSafe = false;
                break;
            }
        }

        return isSafe && !LogCommand().IsMatch(text) ? text : EscapeRunes(text, escapeBackslash);
    }

    private static string EscapeRunes(string text, bool escapeBackslash)
    {
        var commands = LogCommand().Matches(text).Select(match => match.Groups["escaped"].Index).ToHashSet();
        var at = 0;
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '\\' && escapeBackslash)
            {
                escaped.Append(@"\\");
            }
            else if (IsUnsafe(rune) || commands.Contains(at))
            {
                escaped.Append(
                    rune.Value switch
                    {
                        '\n' => @"\n",
                        '\r' => @"\r",
                        '\t' => @"\t",
                        < 0x100 => string.Create(CultureInfo.InvariantCulture, $@"\x{rune.Value:x2}"),
                        < 0x10000 => string.Create(CultureInfo.InvariantCulture, $@"\u{rune.Value:x4}"),
                        _ => string.Create(CultureInfo.InvariantCulture, $@"\U{rune.Value:x8}"),
                    }
                );
            }
            else
            {
                escaped.Append(rune.ToString());
            }

            at += rune.Utf16SequenceLength;
        }

        return escaped.ToString();
    }

    /// <summary>
    /// Matches text that the log of a CI job would run as a command. Sources: "Logging commands" of Azure Pipelines;
    /// ActionCommand.cs of GitHub's runner; "Service messages" of TeamCity.
    /// </summary>
    [GeneratedRegex(@"#(?<escaped>#)\w*\[|\A\s*(?<escaped>:):[\w-]+[^:]*::", RegexOptions.CultureInvariant)]
    private static partial Regex LogCommand();

    /// <summary>Includes noncharacters, because YAML and XML cannot hold U+FFFE and U+FFFF.</summary>
    private static bool IsUnsafe(Rune rune) =>
        (rune.Value & 0xFFFE) == 0xFFFE
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Surrogate;
}
