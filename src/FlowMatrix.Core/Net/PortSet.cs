using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FlowMatrix.Core.Net;

/// <summary>Some ports, as in "3306,5000-5999".</summary>
internal sealed class PortSet
{
    private readonly List<(ushort First, ushort Last)> _ranges = [];

    public IReadOnlyList<(ushort First, ushort Last)> Ranges => _ranges;

    public static PortSet Union(IEnumerable<PortSet> sets)
    {
        var union = new PortSet();
        union._ranges.AddRange(sets.SelectMany(set => set._ranges).Distinct().Order());
        return union;
    }

    /// <summary>Whether the other has all of its ports.</summary>
    public bool IsWithin(PortSet other)
    {
        var ports = new bool[ushort.MaxValue + 1];
        other.Mark(ports);
        return _ranges.All(range => !ports.AsSpan(range.First..(range.Last + 1)).Contains(false));
    }

    private void Mark(bool[] ports)
    {
        // Sorted, so that no port is marked twice.
        var next = 0;
        foreach (var (first, last) in _ranges.Order())
        {
            if (last >= next)
            {
                var from = Math.Max(first, next);
                Array.Fill(ports, true, from, last + 1 - from);
                next = last + 1;
            }
        }
    }

    public static bool TryParse(
        IEnumerable<string> parts,
        [NotNullWhen(true)] out PortSet? ports,
        [NotNullWhen(false)] out string? problem
    )
    {
        ports = null;
        problem = null;
        var set = new PortSet();
        foreach (var part in parts)
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            if (
                !TryParse(dash < 0 ? part : part[..dash], out var first)
                || !TryParse(dash < 0 ? part : part[(dash + 1)..], out var last)
            )
            {
                problem = $"\"{part}\" is not a port or a range of ports from 0 to 65535: 3306, 5000-5999";
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
