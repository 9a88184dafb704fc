using System.Globalization;
using System.Text;

namespace FlowMatrix.Output.Firewall;

/// <summary>
/// Names of hosts as names of files, sets, labels: of few characters, never empty, and no two the same, not even on
/// disks that know no capitals. A host whose name is one already keeps it.
/// </summary>
internal sealed class SafeNames
{
    /// <summary>What Windows takes for a device, whatever follows a dot. Source: learn.microsoft.com, "Naming Files, Paths, and Namespaces".</summary>
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

    /// <param name="also">Characters that may be in a name beside ASCII letters and digits, though not at its ends.</param>
    /// <param name="instead">What stands for any other character.</param>
    /// <param name="longest">In characters, without the prefix.</param>
    private SafeNames(
        IEnumerable<string> names,
        string also,
        char instead,
        int longest,
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
                var suffix = string.Create(CultureInfo.InvariantCulture, $"{instead}{number}");
                unique = $"{safe[..Math.Min(safe.Length, longest - suffix.Length)]}{suffix}";
            }

            _names[name] = prefix + unique;
        }

        string Safe(string name)
        {
            var safe = new StringBuilder();
            foreach (var rune in name.EnumerateRunes())
            {
                var c = rune.IsAscii ? (char)rune.Value : instead;
                safe.Append(char.IsAsciiLetterOrDigit(c) || also.Contains(c, StringComparison.Ordinal) ? c : instead);
            }

            var ends = $"{also}{instead}".ToCharArray();
            var trimmed = safe.ToString().Trim(ends);
            trimmed = files && Devices.Contains(trimmed.Split('.')[0]) ? $"host-{trimmed}" : trimmed;
            trimmed = trimmed[..Math.Min(trimmed.Length, longest)].TrimEnd(ends);
            return trimmed.Length == 0 ? "host"
                : lowercase ? trimmed.ToLowerInvariant()
                : trimmed;
        }
    }

    public string this[string name] => _names[name];

    /// <summary>Of files, and of whatever people type.</summary>
    public static SafeNames ForFiles(IEnumerable<string> names) =>
        new(names, "._-", '_', 100, lowercase: false, files: true);

    /// <summary>Source: kubernetes.io, "Object Names and IDs", RFC 1123 label names.</summary>
    public static SafeNames ForLabels(IEnumerable<string> names) => new(names, "", '-', 63, lowercase: true);

    /// <summary>Identifiers of nftables, which begin with a letter. Source: nft(8), "Lexical conventions".</summary>
    public static SafeNames ForSets(IEnumerable<string> names) => new(names, "", '_', 100, lowercase: false, "net_");
}
