using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FlowMatrix.Matrices;

/// <summary>Some ports, as in "3306,5000-5999".</summary>
internal sealed class PortSet
{
    private readonly List<(ushort First, ushort Last)> _ranges = [];

    public bool Contains(ushort port)
    {
        foreach (var (first, last) in _ranges)
        {
            if (port >= first && port <= last)
            {
                return true;
            }
        }

        return false;
    }

    public static bool TryParse(
        IEnumerable<string> parts, [NotNullWhen(true)] out PortSet? ports, [NotNullWhen(false)] out string? problem)
    {
        ports = null;
        problem = null;
        var set = new PortSet();
        foreach (var part in parts)
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            if (!TryParse(dash < 0 ? part : part[..dash], out var first)
                || !TryParse(dash < 0 ? part : part[(dash + 1)..], out var last))
            {
                problem = $"\"{part}\" is no port and no range of ports from 0 to 65535: 3306, 5000-5999";
                return false;
            }

            if (first > last)
            {
                problem = $"\"{part}\" begins after its end: {last}-{first}?";
                return false;
            }

            set._ranges.Add((first, last));
        }

        ports = set;
        return true;
    }

    private static bool TryParse(string text, out ushort port) =>
        ushort.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out port);
}
