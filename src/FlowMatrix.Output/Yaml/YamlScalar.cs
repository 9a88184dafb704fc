using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace FlowMatrix.Output.Yaml;

/// <summary>Writes any text as a YAML scalar. Source: YAML 1.2.2, "Double-quoted style" and "Plain style".</summary>
internal static partial class YamlScalar
{
    private static readonly string[] ReservedWords = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

    /// <summary>Unquoted if no parser can read it as anything but this text, else quoted.</summary>
    public static string Plain(string text) =>
        Harmless().IsMatch(text) && !ReservedWords.Contains(text, StringComparer.OrdinalIgnoreCase)
            ? text
            : Quote(text);

    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            quoted.Append(
                rune.Value switch
                {
                    '"' => "\\\"",
                    '\\' => @"\\",
                    >= ' ' and <= '~' => rune.ToString(),
                    _ => Rune.IsLetterOrDigit(rune)
                        ? rune.ToString()
                        : string.Create(CultureInfo.InvariantCulture, $@"\U{rune.Value:x8}"),
                }
            );
        }

        return quoted.Append('"').ToString();
    }

    [GeneratedRegex(@"\A[A-Za-z0-9/][A-Za-z0-9_./*+@-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Harmless();
}
