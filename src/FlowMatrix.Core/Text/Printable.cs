using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace FlowMatrix.Core.Text;

/// <summary>
/// Text from the wire made harmless for terminals, lines and eyes: control, formatting (bidirectional, zero-width) and
/// line separating characters become backslash escapes as Python writes them (\n, \x1b, \u202e), and a backslash
/// becomes two, so that the text can be told back. So are the characters that make a command of a line in the log of a
/// CI job: "##vso[" and "##[" anywhere, "::name::" at its beginning. Anything else stays as it is.
/// </summary>
internal static partial class Printable
{
    public static string Escape(string text) => Escape(text, escapeBackslash: true);

    /// <summary>The same for whole messages, in which a backslash needs no telling back.</summary>
    public static string Message(string text) => Escape(text, escapeBackslash: false);

    /// <summary>The text that <see cref="Escape(string)"/> was given; false where a backslash begins none of its escapes.</summary>
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
        var harmless = true;
        foreach (var c in text)
        {
            if (c is < ' ' or > '~' || (c == '\\' && escapeBackslash))
            {
                harmless = false;
                break;
            }
        }

        return harmless && !LogCommand().IsMatch(text) ? text : EscapeRunes(text, escapeBackslash);
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
            else if (IsHarmful(rune) || commands.Contains(at))
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
    /// Where a job's log would take a command. Source: "Logging commands" of Azure Pipelines; ActionCommand.cs of GitHub's
    /// runner; "Service messages" of TeamCity.
    /// </summary>
    [GeneratedRegex(@"#(?<escaped>#)\w*\[|\A\s*(?<escaped>:):[\w-]+[^:]*::", RegexOptions.CultureInvariant)]
    private static partial Regex LogCommand();

    /// <summary>Noncharacters among them: YAML and XML cannot hold U+FFFE and U+FFFF.</summary>
    private static bool IsHarmful(Rune rune) =>
        (rune.Value & 0xFFFE) == 0xFFFE
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Surrogate;
}
