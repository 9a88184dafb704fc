using System.Diagnostics.CodeAnalysis;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Views.Filters;

/// <summary>
/// A field of rows that filters compare. A row has it as a small number: an ID of an interned value, or the value
/// itself.
/// </summary>
internal abstract class FilterField
{
    /// <summary>Whether the two ends of a row have values of their own.</summary>
    public virtual bool HasEnds => true;

    /// <summary>Whether the other addresses of a service (via) count as well.</summary>
    public virtual bool IncludesVia => false;

    /// <summary>The number at the service's end, or of the row if it has one value.</summary>
    public abstract int AtService(in Row row);

    /// <summary>The number at the client's end.</summary>
    public virtual int AtClient(in Row row) => AtService(row);

    /// <summary>In a list of services: whether the term selects services.</summary>
    public virtual bool SelectsServices(FilterTerm term) => term.End != RowEnd.Client;

    /// <summary>In a list of services: whether the term selects the clients that are counted.</summary>
    public virtual bool SelectsClients(FilterTerm term) => term.End == RowEnd.Client;

    /// <param name="parts">The values that the user gave; for a flag its name.</param>
    /// <param name="problem">A clause that shows the value.</param>
    public abstract bool TryParse(
        WrittenTerm written,
        IReadOnlyList<string> parts,
        [NotNullWhen(true)] out FilterTerm? term,
        [NotNullWhen(false)] out string? problem
    );

    /// <param name="words">How many words of bits the filters need.</param>
    /// <param name="networkHosts">The hosts that are names of networks.</param>
    public abstract FieldIndex CreateIndex(int words, IdTables ids, IReadOnlySet<int> networkHosts);

    /// <summary>Whether all values of the first terms are among those of the second.</summary>
    public abstract bool AreCovered(IEnumerable<FilterTerm> given, IEnumerable<FilterTerm> by);
}

/// <summary>A field whose filters have values of one type.</summary>
internal abstract class FilterField<TValue> : FilterField
{
    public sealed override bool TryParse(
        WrittenTerm written,
        IReadOnlyList<string> parts,
        [NotNullWhen(true)] out FilterTerm? term,
        [NotNullWhen(false)] out string? problem
    )
    {
        (term, problem) = (null, null);
        var values = new List<TValue>(parts.Count);
        foreach (var part in parts)
        {
            if (!TryParse(part, out var value, out problem))
            {
                return false;
            }

            values.Add(value);
        }

        term = new FilterTerm<TValue>(written, values)
        {
            End = HasEnds ? written.Kind.EndOf(written.Name) ?? RowEnd.Either : RowEnd.Service,
        };
        return true;
    }

    public sealed override bool AreCovered(IEnumerable<FilterTerm> given, IEnumerable<FilterTerm> by) =>
        AreCovered([.. given.SelectMany(ValuesOf)], [.. by.SelectMany(ValuesOf)]);

    public static IReadOnlyList<TValue> ValuesOf(FilterTerm term) => ((FilterTerm<TValue>)term).Values;

    /// <param name="text">One value as the user wrote it.</param>
    /// <param name="problem">A clause that shows the text.</param>
    protected abstract bool TryParse(string text, out TValue value, [NotNullWhen(false)] out string? problem);

    /// <summary>Whether everything that the first values match is matched by the second, too.</summary>
    protected virtual bool AreCovered(IReadOnlyList<TValue> given, IReadOnlyList<TValue> by) => given.All(by.Contains);
}

/// <summary>A field whose values are compared one by one. Names, networks and ports are looked up instead.</summary>
internal abstract class ComparedField<TValue> : FilterField<TValue>
{
    public sealed override FieldIndex CreateIndex(int words, IdTables ids, IReadOnlySet<int> networkHosts) =>
        new ComparingIndex(words, (value, number) => Matches(value, number, ids, networkHosts));

    protected abstract bool Matches(TValue value, int number, IdTables ids, IReadOnlySet<int> networkHosts);

    private sealed class ComparingIndex(int words, Func<TValue, int, bool> matches) : FieldIndex<TValue>(words)
    {
        private readonly List<(TValue Value, int Filter)> _values = [];

        protected override void Add(TValue value, int filter) => _values.Add((value, filter));

        protected override void Search(int number, ulong[] bits)
        {
            foreach (var (value, filter) in _values)
            {
                if (matches(value, number))
                {
                    BitVectorClassifier.Set(bits, filter);
                }
            }
        }
    }
}
