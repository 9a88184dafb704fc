using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Views.Filters;

/// <summary>
/// Finds which of many filters a row passes, as bits. Each distinct value of a field is compared with the terms once. A
/// row then costs some words of bits per field, however many filters there are and however long their lists are.
/// Source: Lakshman and Stiliadis, "High-Speed Policy-based Packet Forwarding Using Efficient Multi-dimensional Range
/// Matching".
/// </summary>
internal sealed class BitVectorClassifier
{
    public const int WordBits = 64;

    private readonly Condition[] _conditions;
    private readonly ulong[] _all;
    private readonly ulong[] _passed;

    /// <param name="filters">
    /// The terms of each. Terms about one field and end are alternatives, and so are their negations; all others must
    /// pass.
    /// </param>
    /// <param name="networkHosts">The hosts that are names of networks.</param>
    public BitVectorClassifier(
        IReadOnlyList<IReadOnlyList<FilterTerm>> filters,
        IdTables ids,
        IReadOnlySet<int> networkHosts
    )
    {
        var words = (filters.Count + WordBits - 1) / WordBits;
        _all = new ulong[words];
        _passed = new ulong[words];
        var conditions = new Dictionary<(FilterField, RowEnd, bool), Condition>();
        for (var filter = 0; filter < filters.Count; filter++)
        {
            Set(_all, filter);
            foreach (var term in filters[filter])
            {
                var key = (term.Field, term.End, term.Not);
                if (!conditions.TryGetValue(key, out var condition))
                {
                    conditions[key] = condition = new Condition(
                        term,
                        term.Field.CreateIndex(words, ids, networkHosts),
                        words
                    );
                }

                condition.Add(term, filter);
            }
        }

        _conditions = [.. conditions.Values];
    }

    /// <summary>The filters that the row passes; good until the next row is asked for.</summary>
    /// <param name="via">Other addresses of the service.</param>
    public ReadOnlySpan<ulong> Classify(in Row row, IReadOnlyList<int> via)
    {
        _all.CopyTo(_passed, 0);
        foreach (var condition in _conditions)
        {
            condition.Narrow(row, via, _passed);
        }

        return _passed;
    }

    public static void Set(ulong[] bits, int bit) => bits[bit / WordBits] |= 1UL << (bit % WordBits);

    /// <summary>The terms of all filters about one field at one end, either the plain or the negated ones.</summary>
    private sealed class Condition(FilterTerm like, FieldIndex terms, int words)
    {
        private readonly FilterField _field = like.Field;
        private readonly bool _includesVia = like.Field.IncludesVia;
        private readonly RowEnd _end = like.End;
        private readonly bool _not = like.Not;
        private readonly ulong[] _asked = new ulong[words];
        private readonly ulong[] _true = new ulong[words];

        public void Add(FilterTerm term, int filter)
        {
            Set(_asked, filter);
            terms.Add(term, filter);
        }

        public void Narrow(in Row row, IReadOnlyList<int> via, ulong[] passed)
        {
            Array.Clear(_true);
            if (_end != RowEnd.Client)
            {
                Or(terms.Find(_field.AtService(row)));
                for (var i = 0; _includesVia && i < via.Count; i++)
                {
                    Or(terms.Find(via[i]));
                }
            }

            if (_end != RowEnd.Service)
            {
                Or(terms.Find(_field.AtClient(row)));
            }

            for (var i = 0; i < passed.Length; i++)
            {
                passed[i] &= _not ? ~_true[i] : _true[i] | ~_asked[i];
            }
        }

        private void Or(ReadOnlySpan<ulong> bits)
        {
            for (var i = 0; i < bits.Length; i++)
            {
                _true[i] |= bits[i];
            }
        }
    }
}
