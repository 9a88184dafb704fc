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
    private readonly Dictionary<Row, Tally> _rows = new(RowKeys.Instance);
    private readonly Dictionary<Row, Dictionary<int, int>> _via = new(RowKeys.Instance);
    private readonly Dictionary<Row, RowState> _touched = new(RowKeys.Instance);

    public IdTables IdTables => ids;

    /// <summary>
    /// Rows that nobody can be sure of for now: what happens to them is kept back, and what is left of it is reported
    /// once this is false for them.
    /// </summary>
    public Func<Row, bool> IsHeld { get; set; } = _ => false;

    public int Count => _rows.Count;

    public void Add(in Row row, int via) => Count1(row, via, 1);

    public void Remove(in Row row, int via) => Count1(row, via, -1);

    /// <summary>All connections of a row that this one is made of, and the addresses that its clients used.</summary>
    public void Add(RowState state) => CountAll(state, 1);

    public void Remove(RowState state) => CountAll(state, -1);

    /// <summary>The row as it is now; not there without connections.</summary>
    public RowState State(in Row key) =>
        new(
            _rows.TryGetValue(key, out var tally)
                ? tally.Over(key)
                : key with
                {
                    Connections = 0,
                    Match = 0,
                    Direction = 0,
                },
            _via.TryGetValue(key, out var addresses) ? [.. addresses.Keys] : []
        );

    /// <summary>The rows that may be others since the last <see cref="TakeChanges"/>: before, and now. Held rows are not among them.</summary>
    public IEnumerable<(RowState Before, RowState Now)> Touched =>
        _touched.Values.Where(before => !IsHeld(before.Row)).Select(before => (before, State(before.Row)));

    /// <summary>All rows as they were reported last: those that are held, as they were before.</summary>
    public IEnumerable<RowState> Reported =>
        _rows
            .Keys.Where(key => !_touched.ContainsKey(key))
            .Select(key => State(key))
            .Concat(_touched.Values.Where(before => before.IsThere));

    /// <summary>The rows that came or went since the last call, as they were before.</summary>
    public List<RowState> TakeChanges()
    {
        var taken = _touched.Values.Where(before => !IsHeld(before.Row)).ToList();
        taken.ForEach(before => _touched.Remove(before.Row));
        return [.. taken.Where(before => before.IsThere != _rows.ContainsKey(before.Row))];
    }

    /// <summary>Marks the numbers that its rows have.</summary>
    public void MarkUsed(IdsInUse used)
    {
        foreach (var held in _touched.Values.Where(before => IsHeld(before.Row)))
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
            CountVia(state.Row, via, sign);
        }
    }

    private void Count1(in Row row, int via, int sign)
    {
        if (!_touched.ContainsKey(row))
        {
            var before = State(row);
            _touched.Add(before.Row, before);
        }

        ref var tally = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, row, out _);
        tally.Count(row, sign);
        if (tally.Connections == 0)
        {
            _rows.Remove(row);
        }

        if (via != 0)
        {
            CountVia(row, via, sign);
        }
    }

    private void CountVia(in Row row, int via, int sign)
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

    /// <summary>How many connections a row stands for, of each kind.</summary>
    private struct Tally
    {
        public int Connections;
        private Matches _matches;
        private Directions _directions;

        public void Count(in Row row, int sign)
        {
            Connections += sign * row.Connections;
            for (var bit = 0; bit < Matches.Length; bit++)
            {
                _matches[bit] += ((int)row.Match >> bit & 1) * sign;
            }

            for (var bit = 0; bit < Directions.Length; bit++)
            {
                _directions[bit] += ((int)row.Direction >> bit & 1) * sign;
            }
        }

        public readonly Row Over(in Row key)
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

            return key with
            {
                Connections = Connections,
                Match = (Match)match,
                Direction = (Direction)direction,
            };
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
        builder.Add(Row, Via.Length > 0 ? Via[0] : 0);
        foreach (var more in Via.Skip(1))
        {
            builder.Add(Row with { Connections = 0 }, more);
        }
    }

    /// <summary>The same row in the ids of other tables.</summary>
    public RowState MapIds(IdMap map) => new(Row.MapIds(map), [.. Via.Select(map.Address)]);

    public void MarkUsed(IdsInUse used)
    {
        Row.MarkUsed(used);
        foreach (var via in Via)
        {
            used.Address(via);
        }
    }
}
