using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Views;

/// <summary>
/// Which of many filters rows pass, as bits. Each distinct value of a field is held against the terms once; a row then
/// costs some words of bits a field, however many filters there are and however long their lists of names. Source:
/// Lakshman and Stiliadis, "High-Speed Policy-based Packet Forwarding Using Efficient Multi-dimensional Range Matching".
/// </summary>
internal sealed class BitVectorClassifier
{
    public const int WordBits = 64;

    private readonly Condition[] _conditions;
    private readonly ulong[] _all;
    private readonly ulong[] _passed;

    /// <param name="filters">For each the terms that all have to pass, as a <see cref="Filter"/> has them.</param>
    /// <param name="networkHosts">Those hosts that are names of networks.</param>
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
                    conditions[key] = condition = new Condition(term, words, ids, networkHosts);
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

    /// <summary>What filters ask of one field at one end, all those that want it or all those that don't.</summary>
    private sealed class Condition(FilterTerm like, int words, IdTables ids, IReadOnlySet<int> networkHosts)
    {
        private readonly FieldIndex _terms = new(like.Field, words, ids, networkHosts);
        private readonly ulong[] _asked = new ulong[words];
        private readonly ulong[] _true = new ulong[words];

        public void Add(FilterTerm term, int filter)
        {
            Set(_asked, filter);
            _terms.Add(term, filter);
        }

        public void Narrow(in Row row, IReadOnlyList<int> via, ulong[] passed)
        {
            Array.Clear(_true);
            switch (like.Field)
            {
                case FilterField.Protocol:
                    Or(_terms.Find((int)row.Protocol));
                    break;
                case FilterField.Port:
                    Or(_terms.Find(row.ServicePort));
                    break;
                case FilterField.Host or FilterField.External:
                    AtEnd(row.ServiceHost, row.ClientHost);
                    break;
                case FilterField.Process:
                    AtEnd(row.ServiceProcess, row.ClientProcess);
                    break;
                default:
                    AtEnd(row.ServiceAddress, row.ClientAddress);
                    for (
                        var i = 0;
                        i < via.Count && like is { Field: FilterField.Address, End: not RowEnd.Client };
                        i++
                    )
                    {
                        Or(_terms.Find(via[i]));
                    }

                    break;
            }

            for (var i = 0; i < passed.Length; i++)
            {
                passed[i] &= like.Not ? ~_true[i] : _true[i] | ~_asked[i];
            }
        }

        private void AtEnd(int service, int client)
        {
            if (like.End != RowEnd.Client)
            {
                Or(_terms.Find(service));
            }

            if (like.End != RowEnd.Service)
            {
                Or(_terms.Find(client));
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
