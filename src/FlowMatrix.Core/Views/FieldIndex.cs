using System.Runtime.InteropServices;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Views.Patterns;

namespace FlowMatrix.Core.Views;

/// <summary>
/// Of which filters a term about one field is true, by the number of the value. Each distinct value is looked at once, and
/// names, patterns and networks are looked up however many there are.
/// </summary>
internal sealed class FieldIndex(FilterField field, int words, IdTables ids, IReadOnlySet<int> networkHosts)
{
    private readonly GlobSet _globs = new();

    /// <summary>By the number of a glob.</summary>
    private readonly List<List<int>> _filters = [];
    private readonly NetworkIndex<int> _networks = new();
    private readonly List<(ushort First, ushort Last, int Filter)> _ports = [];
    private readonly List<(FilterTerm Term, int Filter)> _others = [];
    private bool _portsAreSorted = true;

    /// <summary>Many values have the same bits.</summary>
    private readonly Dictionary<ulong[], int> _distinct = new(BitsComparer.Instance);
    private readonly List<ulong[]> _bits = [];

    /// <summary>By the number of the value: where its bits are, from 1; 0 not yet asked.</summary>
    private int[] _known = new int[64];

    /// <summary>All terms are added before the first value is asked for.</summary>
    public void Add(FilterTerm term, int filter)
    {
        foreach (var glob in term.Globs)
        {
            var number = _globs.Add(glob);
            if (number == _filters.Count)
            {
                _filters.Add([]);
            }

            _filters[number].Add(filter);
        }

        foreach (var network in term.Networks)
        {
            _networks.Add(network, filter);
        }

        foreach (var (first, last) in term.Ports?.Ranges ?? [])
        {
            _ports.Add((first, last, filter));
            _portsAreSorted = false;
        }

        if (term.Globs.Count + term.Networks.Count == 0 && term.Ports is null)
        {
            _others.Add((term, filter));
        }
    }

    public ReadOnlySpan<ulong> Find(int number)
    {
        if (number >= _known.Length)
        {
            Array.Resize(ref _known, Math.Max(number + 1, _known.Length * 2));
        }

        ref var known = ref _known[number];
        if (known == 0)
        {
            var bits = Search(number);
            if (!_distinct.TryGetValue(bits, out known))
            {
                _bits.Add(bits);
                _distinct[bits] = known = _bits.Count;
            }
        }

        return _bits[known - 1];
    }

    private ulong[] Search(int number)
    {
        var bits = new ulong[words];
        switch (field)
        {
            case FilterField.Host:
                AddNamed(bits, ids.Hosts[number], withSlash: false);
                break;
            case FilterField.Process:
                AddNamed(bits, ids.Processes.Name(number), withSlash: false);
                AddNamed(bits, ids.Processes.Path(number), withSlash: true);
                break;
            case FilterField.Address when number != 0:
                foreach (var filters in _networks.At(ids.Addresses[number]))
                {
                    Set(bits, filters);
                }

                break;
            case FilterField.Port:
                AddPorts(bits, (ushort)number);
                break;
            default:
                foreach (var (term, filter) in _others)
                {
                    if (IsTrue(term, number))
                    {
                        BitVectorClassifier.Set(bits, filter);
                    }
                }

                break;
        }

        return bits;
    }

    private bool IsTrue(FilterTerm term, int number) =>
        field switch
        {
            FilterField.Protocol => term.Protocols.Contains((Protocol)number),
            FilterField.Family => number != 0 && ids.Addresses[number].IsV4 == term.IsV4,
            FilterField.Loopback => ids.Addresses[number].IsLoopback,
            FilterField.External => number == 0 || networkHosts.Contains(number),
            _ => false,
        };

    /// <summary>By name, which the kernel cuts to 15 characters; a pattern with a slash also by path. What isn't known matches none.</summary>
    private void AddNamed(ulong[] bits, string text, bool withSlash)
    {
        if (text.Length == 0)
        {
            return;
        }

        foreach (var number in _globs.Matching(text))
        {
            if (!withSlash || _globs.Globs[number].IsOfPaths)
            {
                Set(bits, _filters[number]);
            }
        }
    }

    private void AddPorts(ulong[] bits, ushort port)
    {
        if (!_portsAreSorted)
        {
            _ports.Sort();
            _portsAreSorted = true;
        }

        foreach (var (first, last, filter) in CollectionsMarshal.AsSpan(_ports))
        {
            if (first > port)
            {
                break;
            }

            if (port <= last)
            {
                BitVectorClassifier.Set(bits, filter);
            }
        }
    }

    private static void Set(ulong[] bits, List<int> filters)
    {
        foreach (var filter in CollectionsMarshal.AsSpan(filters))
        {
            BitVectorClassifier.Set(bits, filter);
        }
    }

    private sealed class BitsComparer : IEqualityComparer<ulong[]>
    {
        public static readonly BitsComparer Instance = new();

        public bool Equals(ulong[]? x, ulong[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(ulong[] obj)
        {
            var hash = default(HashCode);
            hash.AddBytes(MemoryMarshal.AsBytes<ulong>(obj));
            return hash.ToHashCode();
        }
    }
}
