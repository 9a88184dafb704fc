using System.Globalization;
using System.Text;

namespace FlowMatrix.Output.Firewall;

/// <summary>
/// Turns names of hosts and networks into safe names for files, nftables sets and Kubernetes labels: few characters,
/// never empty, and unique even on file systems that ignore case. A name that is safe already stays as it is.
/// </summary>
internal sealed class SafeNames
{
    /// <summary>
    /// Device names of Windows, reserved also with an extension. Source: learn.microsoft.com, "Naming Files, Paths, and
    /// Namespaces".
    /// </summary>
    private static readonly HashSet<string> Devices = new(
        [
            "CON",
            "PRN",
            "AUX",
            "NUL",
            .. Enumerable.Range(0, 10).SelectMany(number => (string[])[$"COM{number}", $"LPT{number}"]),
        ],
        StringComparer.OrdinalIgnoreCase
    );

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <param name="also">Characters allowed besides ASCII letters and digits, except at the ends of a name.</param>
    /// <param name="replacement">Replaces all other characters.</param>
    /// <param name="maxLength">In characters, without the prefix.</param>
    /// <param name="files">Whether to avoid <see cref="Devices"/>.</param>
    private SafeNames(
        IEnumerable<string> names,
        string also,
        char replacement,
        int maxLength,
        bool lowercase,
        string prefix = "",
        bool files = false
    )
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (
            var (name, safe) in names
                .Distinct()
                .Select(name => (Name: name, Safe: Safe(name)))
                .OrderBy(item => item.Safe != item.Name)
        )
        {
            var unique = safe;
            for (var number = 2; !taken.Add(unique); number++)
            {
                var suffix = string.Create(CultureInfo.InvariantCulture, $"{replacement}{number}");
                unique = $"{safe[..Math.Min(safe.Length, maxLength - suffix.Length)]}{suffix}";
            }

            _names[name] = prefix + unique;
        }

        string Safe(string name)
        {
            var safe = new StringBuilder();
            foreach (var rune in name.EnumerateRunes())
            {
                var c = rune.IsAscii ? (char)rune.Value : replacement;
                safe.Append(
                    char.IsAsciiLetterOrDigit(c) || also.Contains(c, StringComparison.Ordinal) ? c : replacement
                );
            }

            var ends = $"{also}{replacement}".ToCharArray();
            var trimmed = safe.ToString().Trim(ends);
            trimmed = files && Devices.Contains(trimmed.Split('.')[0]) ? $"host-{trimmed}" : trimmed;
            trimmed = trimmed[..Math.Min(trimmed.Length, maxLength)].TrimEnd(ends);
            return trimmed.Length == 0 ? "host"
                : lowercase ? trimmed.ToLowerInvariant()
                : trimmed;
        }
    }

    public string this[string name] => _names[name];

    /// <summary>For files, and for names that people type.</summary>
    public static SafeNames ForFiles(IEnumerable<string> names) =>
        new(names, "._-", '_', 100, lowercase: false, files: true);

    /// <summary>For Kubernetes labels. Source: kubernetes.io, "Object Names and IDs", RFC 1123 label names.</summary>
    public static SafeNames ForLabels(IEnumerable<string> names) => new(names, "", '-', 63, lowercase: true);

    /// <summary>For nftables sets, whose names begin with a letter. Source: nft(8), "Lexical conventions".</summary>
    public static SafeNames ForSets(IEnumerable<string> names) => new(names, "", '_', 100, lowercase: false, "net_");
}
