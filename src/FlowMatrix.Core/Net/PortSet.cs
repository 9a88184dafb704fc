using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FlowMatrix.Core.Net;

/// <summary>A set of ports and port ranges, such as "3306,5000-5999".</summary>
internal sealed class PortSet
{
    private readonly List<(ushort First, ushort Last)> _ranges = [];

    /// <summary>Ranges with inclusive ends. They may overlap and are in no particular order.</summary>
    public IReadOnlyList<(ushort First, ushort Last)> Ranges => _ranges;

    public static PortSet Union(IEnumerable<PortSet> sets)
    {
        var union = new PortSet();
        union._ranges.AddRange(sets.SelectMany(set => set._ranges).Distinct().Order());
        return union;
    }

    /// <summary>Whether the other set contains all ports of this set.</summary>
    public bool IsWithin(PortSet other)
    {
        var ports = new bool[ushort.MaxValue + 1];
        other.Mark(ports);
        return _ranges.All(range => !ports.AsSpan(range.First..(range.Last + 1)).Contains(false));
    }

    private void Mark(bool[] ports)
    {
        // In ascending order, so that no port is marked twice.
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
                problem = $"\"{part}\" is not a port or port range from 0 to 65535, such as 3306 or 5000-5999";
                return false;
            }

            if (first > last)
            {
                problem = $"\"{part}\" is a reversed range: did you mean {last}-{first}?";
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
