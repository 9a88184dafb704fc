using System.Runtime.InteropServices;
using FlowMatrix.Tables;

namespace FlowMatrix.Matrices;

/// <summary>
/// Of which filters a term about one field is true, by the number of the value. Names without * and networks are looked
/// up; only patterns are tried one by one.
/// </summary>
internal sealed class TermBits(FilterField field, int words, Vocabulary vocabulary, IReadOnlySet<int> networkHosts)
{
    private readonly Dictionary<string, List<int>> _names = new(StringComparer.Ordinal);
    private readonly List<(Glob Glob, int Filter)> _globs = [];
    private readonly Dictionary<IpNetwork, List<int>> _networks = [];
    private readonly HashSet<(bool IsV4, int Length)> _lengths = [];
    private readonly List<(FilterTerm Term, int Filter)> _others = [];

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
            if (glob.IsPattern)
            {
                _globs.Add((glob, filter));
            }
            else
            {
                Add(_names, Glob.Fold(glob.Pattern), filter);
            }
        }

        foreach (var network in term.Networks)
        {
            _lengths.Add((network.Address.IsV4, network.Length));
            Add(_networks, network, filter);
        }

        if (term.Globs.Count + term.Networks.Count == 0)
        {
            _others.Add((term, filter));
        }
    }

    public ReadOnlySpan<ulong> Of(int number)
    {
        if (number >= _known.Length)
        {
            Array.Resize(ref _known, Math.Max(number + 1, _known.Length * 2));
        }

        ref var known = ref _known[number];
        if (known == 0)
        {
            var bits = Find(number);
            if (!_distinct.TryGetValue(bits, out known))
            {
                _bits.Add(bits);
                _distinct[bits] = known = _bits.Count;
            }
        }

        return _bits[known - 1];
    }

    private ulong[] Find(int number)
    {
        var bits = new ulong[words];
        switch (field)
        {
            case FilterField.Host:
                AddMatches(bits, vocabulary.Hosts[number], "");
                break;
            case FilterField.Process:
                AddMatches(bits, vocabulary.Processes.Name(number), vocabulary.Processes.Path(number));
                break;
            case FilterField.Address when number != 0:
                var address = vocabulary.Addresses[number];
                foreach (var (isV4, length) in _lengths)
                {
                    if (isV4 == address.IsV4)
                    {
                        Set(bits, _networks.GetValueOrDefault(IpNetwork.Of(address, length)));
                    }
                }

                break;
            default:
                foreach (var (term, filter) in _others)
                {
                    if (IsTrue(term, number))
                    {
                        RuleBits.Set(bits, filter);
                    }
                }

                break;
        }

        return bits;
    }

    private bool IsTrue(FilterTerm term, int number) => field switch
    {
        FilterField.Protocol => term.Protocols.Contains((Protocol)number),
        FilterField.Port => term.Ports!.Contains((ushort)number),
        FilterField.Family => number != 0 && vocabulary.Addresses[number].IsV4 == term.IsV4,
        FilterField.Loopback => vocabulary.Addresses[number].IsLoopback,
        FilterField.External => number == 0 || networkHosts.Contains(number),
        _ => false,
    };

    /// <summary>By name, which the kernel cuts to 15 characters; a pattern with a slash also by path. What isn't known matches none.</summary>
    private void AddMatches(ulong[] bits, string name, string path)
    {
        if (name.Length > 0)
        {
            Set(bits, _names.GetValueOrDefault(Glob.Fold(name)));
        }

        if (path.Contains('/', StringComparison.Ordinal))
        {
            Set(bits, _names.GetValueOrDefault(Glob.Fold(path)));
        }

        foreach (var (glob, filter) in _globs)
        {
            if ((name.Length > 0 && glob.Matches(name))
                || (path.Length > 0 && glob.Pattern.Contains('/', StringComparison.Ordinal) && glob.Matches(path)))
            {
                RuleBits.Set(bits, filter);
            }
        }
    }

    private static void Set(ulong[] bits, List<int>? filters)
    {
        foreach (var filter in CollectionsMarshal.AsSpan(filters))
        {
            RuleBits.Set(bits, filter);
        }
    }

    private static void Add<TKey>(Dictionary<TKey, List<int>> lists, TKey key, int filter)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var filters))
        {
            lists[key] = filters = [];
        }

        filters.Add(filter);
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
