using System.Collections.Frozen;
using FlowMatrix.Core.Interning;

namespace FlowMatrix.Core.Model;

/// <summary>Collects connections in any order and builds a matrix of distinct, sorted rows.</summary>
/// <param name="ids">The tables of the IDs in the rows.</param>
/// <param name="knowsPrograms">Whether <see cref="AddPrograms"/> is called for all rows.</param>
internal sealed class MatrixBuilder(IdTables ids, bool knowsPrograms = false)
{
    private const int PageBits = 12;

    /// <summary>From this many rows on, holding them twice (in pages and sorted) shows in peak memory.</summary>
    private const int ManyRows = 100_000;

    /// <summary>Sorted addresses by index of the row. There is nearly always one.</summary>
    private readonly Dictionary<int, int[]> _via = [];
    private readonly Dictionary<int, Dictionary<(int Service, int Client), int>> _programs = [];

    /// <summary>Rows in pages, so that growing does not copy them.</summary>
    private readonly List<Row[]> _pages = [];
    private readonly List<SeenRange> _seen = [];
    private int[] _slots = new int[512];
    private int _count;

    /// <summary>Adds connections to the row with the same key.</summary>
    /// <param name="via">The address that the client used if it is not the service's own, otherwise 0.</param>
    public void Add(in Row row, int via = 0) => Add(row, via == 0 ? [] : [via]);

    public void Add(in Row row, IReadOnlyList<int> via, SeenRange seen = default)
    {
        var index = Find(row.Key);
        ref var known = ref At(index);
        known.Stats.Add(row.Stats);
        foreach (var address in via)
        {
            var addresses = _via.GetValueOrDefault(index, []);
            if (!addresses.Contains(address))
            {
                _via[index] = [.. addresses.Append(address).OrderBy(address => ids.Addresses[address])];
            }
        }

        if (seen.IsKnown)
        {
            while (_seen.Count < _count)
            {
                _seen.Add(default);
            }

            _seen[index] = _seen[index].Or(seen);
        }
    }

    /// <summary>Adds the programs at the ends of a row's connections. The row must have been added before.</summary>
    public void AddPrograms(in RowKey row, ProgramPair programs)
    {
        var index = Find(row);
        if (!_programs.TryGetValue(index, out var connections))
        {
            _programs[index] = connections = [];
        }

        var ends = (programs.Service, programs.Client);
        connections[ends] = connections.GetValueOrDefault(ends) + programs.Connections;
    }

    /// <summary>Builds the matrix. The builder cannot be used afterwards.</summary>
    public Matrix Build(ScanCounts counts, List<UnmatchedConnection> unmatched, IReadOnlySet<int>? networkHosts = null)
    {
        unmatched.Sort((a, b) => UnmatchedConnection.Compare(ids, a, b));

        // Sorting changes the indexes of the rows, so details are found again by key.
        var via = _via.Select(pair => (Row: At(pair.Key), Addresses: pair.Value)).ToList();
        _via.Clear();
        var programs = _programs
            .Where(pair => pair.Value.Count > 1 || !pair.Value.ContainsKey((0, 0)))
            .Select(pair => (Row: At(pair.Key), Pairs: ProgramPair.Sorted(pair.Value)))
            .ToList();
        _programs.Clear();
        _slots = [];
        var order = new RowOrder(ids);
        if (_count >= ManyRows)
        {
            // The pages are about to be copied. By now the sockets are garbage and larger than the rows, and only an
            // aggressive collection frees their memory in time. It takes milliseconds, because there are few objects.
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        var rows = new Row[_count];
        for (var page = 0; page < _pages.Count; page++)
        {
            var start = page << PageBits;
            _pages[page].AsSpan(0, Math.Min(_pages[page].Length, _count - start)).CopyTo(rows.AsSpan(start));
        }

        _pages.Clear();
        var seen = new SeenRange[_seen.Count == 0 ? 0 : _count];
        _seen.CopyTo(seen);
        if (seen.Length > 0)
        {
            rows.AsSpan().Sort(seen.AsSpan(), order);
        }
        else
        {
            rows.AsSpan().Sort(order);
        }

        var viaByRow = via.ToDictionary(item => rows.AsSpan().BinarySearch(item.Row, order), item => item.Addresses);
        var programsByRow = programs.ToDictionary(
            item => rows.AsSpan().BinarySearch(item.Row, order),
            item => item.Pairs
        );
        return new Matrix(ids, rows, counts)
        {
            Details = new RowDetails(viaByRow, programsByRow, seen),
            UnmatchedConnections = unmatched,
            NetworkHosts = networkHosts ?? FrozenSet<int>.Empty,
            KnowsPrograms = knowsPrograms,
        };
    }

    private ref Row At(int index) => ref _pages[index >> PageBits][index & ((1 << PageBits) - 1)];

    private int Find(in RowKey row)
    {
        var mask = _slots.Length - 1;
        var slot = row.GetHashCode() & mask;
        for (; _slots[slot] is var index and not 0; slot = (slot + 1) & mask)
        {
            if (At(index - 1).Key.IsSame(row))
            {
                return index - 1;
            }
        }

        if (_count == _slots.Length / 2)
        {
            Grow();
            return Find(row);
        }

        if (_count >> PageBits == _pages.Count)
        {
            _pages.Add(new Row[1 << PageBits]);
        }

        At(_count).Key = row;
        _slots[slot] = ++_count;
        return _count - 1;
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 2];
        var mask = _slots.Length - 1;
        for (var i = 0; i < _count; i++)
        {
            var slot = At(i).Key.GetHashCode() & mask;
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            _slots[slot] = i + 1;
        }
    }
}
