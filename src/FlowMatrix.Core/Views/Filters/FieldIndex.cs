using System.Runtime.InteropServices;

namespace FlowMatrix.Core.Views.Filters;

/// <summary>
/// Which filters match a field, by the number that a row has for it. Each distinct number is searched once.
/// </summary>
/// <param name="words">How many words of bits the filters need.</param>
internal abstract class FieldIndex(int words)
{
    /// <summary>Many numbers have the same bits.</summary>
    private readonly Dictionary<ulong[], int> _distinct = new(BitsComparer.Instance);
    private readonly List<ulong[]> _bits = [];

    /// <summary>By number: the position of its bits, from 1; 0 if it was not searched yet.</summary>
    private int[] _known = new int[64];

    /// <summary>To be called for all terms before the first search.</summary>
    public abstract void Add(FilterTerm term, int filter);

    public ReadOnlySpan<ulong> Find(int number)
    {
        if (number >= _known.Length)
        {
            Array.Resize(ref _known, Math.Max(number + 1, _known.Length * 2));
        }

        ref var known = ref _known[number];
        if (known == 0)
        {
            var bits = new ulong[words];
            Search(number, bits);
            if (!_distinct.TryGetValue(bits, out known))
            {
                _bits.Add(bits);
                _distinct[bits] = known = _bits.Count;
            }
        }

        return _bits[known - 1];
    }

    /// <summary>Sets the bits of the filters that match.</summary>
    protected abstract void Search(int number, ulong[] bits);

    protected static void Set(ulong[] bits, List<int> filters)
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

/// <summary>The same for the terms of a <see cref="FilterField{TValue}"/>.</summary>
internal abstract class FieldIndex<TValue>(int words) : FieldIndex(words)
{
    public sealed override void Add(FilterTerm term, int filter)
    {
        foreach (var value in FilterField<TValue>.ValuesOf(term))
        {
            Add(value, filter);
        }
    }

    protected abstract void Add(TValue value, int filter);
}
