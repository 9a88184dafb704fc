using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using FlowMatrix.Core.Interning;

namespace FlowMatrix.Core.Model;

/// <summary>
/// The rows of a matrix that changes: connections are added and taken away one by one, and what a row says is always
/// that of the connections which are left.
/// </summary>
internal sealed class RowLedger(IdTables ids)
{
    private readonly Dictionary<RowKey, Tally> _rows = [];
    private readonly Dictionary<RowKey, Dictionary<int, int>> _via = [];
    private readonly Dictionary<RowKey, RowState> _touched = [];

    public IdTables IdTables => ids;

    /// <summary>
    /// Rows that nobody can be sure of for now: what happens to them is kept back, and what is left of it is reported
    /// once this is false for them.
    /// </summary>
    public Func<RowKey, bool> IsHeld { get; set; } = _ => false;

    public int Count => _rows.Count;

    public void Add(in Row row, int via) => Count1(row, via, 1);

    public void Remove(in Row row, int via) => Count1(row, via, -1);

    /// <summary>All connections of a row that this one is made of, and the addresses that its clients used.</summary>
    public void Add(RowState state) => CountAll(state, 1);

    public void Remove(RowState state) => CountAll(state, -1);

    /// <summary>The row as it is now; not there without connections.</summary>
    public RowState State(in RowKey key) =>
        new(
            new Row(key, _rows.TryGetValue(key, out var tally) ? tally.Stats : default),
            _via.TryGetValue(key, out var addresses) ? [.. addresses.Keys] : []
        );

    /// <summary>The rows that may be others since the last <see cref="TakeChanges"/>: before, and now. Held rows are not among them.</summary>
    public IEnumerable<(RowState Before, RowState Now)> Touched =>
        _touched.Values.Where(before => !IsHeld(before.Row.Key)).Select(before => (before, State(before.Row.Key)));

    /// <summary>All rows as they were reported last: those that are held, as they were before.</summary>
    public IEnumerable<RowState> Reported =>
        _rows
            .Keys.Where(key => !_touched.ContainsKey(key))
            .Select(key => State(key))
            .Concat(_touched.Values.Where(before => before.IsThere));

    /// <summary>The rows that came or went since the last call, as they were before.</summary>
    public List<RowState> TakeChanges()
    {
        var taken = _touched.Values.Where(before => !IsHeld(before.Row.Key)).ToList();
        taken.ForEach(before => _touched.Remove(before.Row.Key));
        return [.. taken.Where(before => before.IsThere != _rows.ContainsKey(before.Row.Key))];
    }

    /// <summary>Marks the numbers that its rows have.</summary>
    public void MarkUsed(IdsInUse used)
    {
        foreach (var held in _touched.Values.Where(before => IsHeld(before.Row.Key)))
        {
            held.MarkUsed(used);
        }

        foreach (var row in _rows.Keys)
        {
            row.MarkUsed(used);
        }

        foreach (var address in _via.Values.SelectMany(addresses => addresses.Keys))
        {
            used.Address(address);
        }
    }

    public Matrix ToMatrix(ScanCounts counts, IReadOnlySet<int>? networkHosts = null)
    {
        var builder = new MatrixBuilder(ids);
        foreach (var key in _rows.Keys)
        {
            State(key).AddTo(builder);
        }

        return builder.Build(counts, [], networkHosts);
    }

    private void CountAll(RowState state, int sign)
    {
        Count1(state.Row, 0, sign);
        foreach (var via in state.Via)
        {
            CountVia(state.Row.Key, via, sign);
        }
    }

    private void Count1(in Row row, int via, int sign)
    {
        if (!_touched.ContainsKey(row.Key))
        {
            _touched.Add(row.Key, State(row.Key));
        }

        ref var tally = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, row.Key, out _);
        tally.Count(row.Stats, sign);
        if (tally.IsEmpty)
        {
            _rows.Remove(row.Key);
        }

        if (via != 0)
        {
            CountVia(row.Key, via, sign);
        }
    }

    private void CountVia(in RowKey row, int via, int sign)
    {
        if (!_via.TryGetValue(row, out var addresses))
        {
            _via[row] = addresses = [];
        }

        var count = addresses[via] = addresses.GetValueOrDefault(via) + sign;
        if (count == 0)
        {
            addresses.Remove(via);
            if (addresses.Count == 0)
            {
                _via.Remove(row);
            }
        }
    }

    /// <summary>Statistics of which connections can be taken away again: a counter for each kind.</summary>
    private struct Tally
    {
        private int _connections;
        private Matches _matches;
        private Directions _directions;

        public readonly bool IsEmpty => _connections == 0;

        public readonly RowStats Stats
        {
            get
            {
                var (match, direction) = (0, 0);
                for (var bit = 0; bit < Matches.Length; bit++)
                {
                    match |= _matches[bit] > 0 ? 1 << bit : 0;
                }

                for (var bit = 0; bit < Directions.Length; bit++)
                {
                    direction |= _directions[bit] > 0 ? 1 << bit : 0;
                }

                return new RowStats(_connections, (Match)match, (Direction)direction);
            }
        }

        public void Count(RowStats stats, int sign)
        {
            _connections += sign * stats.Connections;
            for (var bit = 0; bit < Matches.Length; bit++)
            {
                _matches[bit] += ((int)stats.Match >> bit & 1) * sign;
            }

            for (var bit = 0; bit < Directions.Length; bit++)
            {
                _directions[bit] += ((int)stats.Direction >> bit & 1) * sign;
            }
        }
    }

    [System.Runtime.CompilerServices.InlineArray(Length)]
    private struct Matches
    {
        public const int Length = 8;

        [SuppressMessage("Style", "IDE0044", Justification = "an inline array's one field cannot be readonly")]
        private int _first;
    }

    [System.Runtime.CompilerServices.InlineArray(Length)]
    private struct Directions
    {
        public const int Length = 5;

        [SuppressMessage("Style", "IDE0044", Justification = "an inline array's one field cannot be readonly")]
        private int _first;
    }
}

/// <summary>A row at a moment, with the addresses that its clients used.</summary>
internal readonly record struct RowState(Row Row, int[] Via)
{
    public bool IsThere => Row.Connections > 0;

    public void AddTo(MatrixBuilder builder)
    {
        builder.Add(Row, Via);
    }

    /// <summary>The same row in the ids of other tables.</summary>
    public RowState MapIds(IdMap map) => new(Row.MapIds(map), [.. Via.Select(map.Address)]);

    public void MarkUsed(IdsInUse used)
    {
        Row.Key.MarkUsed(used);
        foreach (var via in Via)
        {
            used.Address(via);
        }
    }
}
