using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using FlowMatrix.Core.Interning;

namespace FlowMatrix.Core.Model;

/// <summary>
/// The rows of a matrix that changes. Connections are added and removed one by one, and the statistics of a row are
/// always those of its current connections. The ledger also tracks which rows changed since <see cref="TakeChanges"/>.
/// </summary>
internal sealed class RowLedger(IdTables ids)
{
    private readonly Dictionary<RowKey, Tally> _rows = [];
    private readonly Dictionary<RowKey, Dictionary<int, int>> _via = [];
    private readonly Dictionary<RowKey, RowState> _touched = [];

    public IdTables IdTables => ids;

    /// <summary>
    /// Whether the changes of a row are held back, because it cannot be known yet if they last. Changes that remain are
    /// reported once this is false for the row.
    /// </summary>
    public Func<RowKey, bool> IsHeld { get; set; } = _ => false;

    public int Count => _rows.Count;

    public void Add(in Row row, int via) => ChangeCount(row, via, 1);

    public void Remove(in Row row, int via) => ChangeCount(row, via, -1);

    /// <summary>Adds all connections of a row state at once.</summary>
    public void Add(RowState state) => ChangeCounts(state, 1);

    public void Remove(RowState state) => ChangeCounts(state, -1);

    /// <summary>Returns the current state of a row. A row that does not exist has no connections.</summary>
    public RowState State(in RowKey key) =>
        new(
            new Row(key, _rows.TryGetValue(key, out var tally) ? tally.Stats : default),
            _via.TryGetValue(key, out var addresses) ? [.. addresses.Keys] : []
        );

    /// <summary>
    /// The rows that may have changed since the last <see cref="TakeChanges"/>: their state then, and now. Without held
    /// rows.
    /// </summary>
    public IEnumerable<(RowState Before, RowState Now)> Touched =>
        _touched.Values.Where(before => !IsHeld(before.Row.Key)).Select(before => (before, State(before.Row.Key)));

    /// <summary>
    /// All rows as they were last reported: rows with changes that are not taken yet in their old state.
    /// </summary>
    public IEnumerable<RowState> Reported =>
        _rows
            .Keys.Where(key => !_touched.ContainsKey(key))
            .Select(key => State(key))
            .Concat(_touched.Values.Where(before => before.Exists));

    /// <summary>Returns the rows that appeared or ended since the last call, in their state before.</summary>
    public List<RowState> TakeChanges()
    {
        var taken = _touched.Values.Where(before => !IsHeld(before.Row.Key)).ToList();
        taken.ForEach(before => _touched.Remove(before.Row.Key));
        return [.. taken.Where(before => before.Exists != _rows.ContainsKey(before.Row.Key))];
    }

    /// <summary>Marks the IDs that the rows use.</summary>
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

    private void ChangeCounts(RowState state, int sign)
    {
        ChangeCount(state.Row, 0, sign);
        foreach (var via in state.Via)
        {
            ChangeViaCount(state.Row.Key, via, sign);
        }
    }

    private void ChangeCount(in Row row, int via, int sign)
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
            ChangeViaCount(row.Key, via, sign);
        }
    }

    private void ChangeViaCount(in RowKey row, int via, int sign)
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

    /// <summary>Statistics from which connections can be removed again: one counter for each flag.</summary>
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
        public const int Length = 9;

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

/// <summary>A row at one moment.</summary>
/// <param name="Via">The addresses other than the service's own that clients used.</param>
internal readonly record struct RowState(Row Row, int[] Via)
{
    /// <summary>Whether the row exists. A row without connections does not.</summary>
    public bool Exists => Row.Connections > 0;

    public void AddTo(MatrixBuilder builder)
    {
        builder.Add(Row, Via);
    }

    /// <summary>Returns the same row with IDs of other tables.</summary>
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
