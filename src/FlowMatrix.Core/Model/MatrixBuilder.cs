using System.Collections.Frozen;
using FlowMatrix.Core.Interning;

namespace FlowMatrix.Core.Model;

/// <summary>Gathers connections into distinct rows, in whatever order they come, and puts them in order.</summary>
/// <param name="knowsPrograms">Whether the programs of all rows are added, too.</param>
internal sealed class MatrixBuilder(IdTables ids, bool knowsPrograms = false)
{
    /// <summary>In order; nearly always there is one.</summary>
    private readonly Dictionary<int, int[]> _via = [];
    private readonly Dictionary<int, Dictionary<(int Service, int Client), int>> _programs = [];
    private const int PageBits = 12;

    /// <summary>So many are held twice for a moment, in pages and sorted, that it shows in the peak of memory.</summary>
    private const int ManyRows = 100_000;

    /// <summary>Pages, so that rows are not copied each time when there come to be more of them.</summary>
    private readonly List<Row[]> _pages = [];
    private readonly List<SeenRange> _sightings = [];
    private int[] _slots = new int[512];
    private int _count;

    /// <param name="row">With how many connections it stands for; matches and directions add up.</param>
    /// <param name="via">The address that the client used, where it isn't the service's; else 0.</param>
    public void Add(in Row row, int via = 0) => Add(row, via == 0 ? [] : [via]);

    public void Add(in Row row, IReadOnlyList<int> via, SeenRange seen = default)
    {
        var index = Find(row);
        ref var known = ref At(index);
        known.Connections += row.Connections;
        known.Match |= row.Match;
        known.Direction |= row.Direction;
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
            while (_sightings.Count < _count)
            {
                _sightings.Add(default);
            }

            _sightings[index] = _sightings[index].Or(seen);
        }
    }

    /// <summary>Connections of a row by the programs at their ends. The row is there already.</summary>
    public void AddPrograms(in Row row, ProgramPair programs)
    {
        var index = Find(row);
        if (!_programs.TryGetValue(index, out var ofRow))
        {
            _programs[index] = ofRow = [];
        }

        var ends = (programs.Service, programs.Client);
        ofRow[ends] = ofRow.GetValueOrDefault(ends) + programs.Connections;
    }

    public Matrix Build(ScanCounts counts, List<UnmatchedConnection> unmatched, IReadOnlySet<int>? networkHosts = null)
    {
        unmatched.Sort((a, b) => UnmatchedConnection.Compare(ids, a, b));

        // The rows are sorted in place; what hangs on their number is found again by what they are.
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
            // What the rows were made of is garbage by now, and more than they are. Only an aggressive collection gives it
            // back to the system before as much again is asked for; among so few objects it costs milliseconds.
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        var rows = new Row[_count];
        for (var page = 0; page < _pages.Count; page++)
        {
            var start = page << PageBits;
            _pages[page].AsSpan(0, Math.Min(_pages[page].Length, _count - start)).CopyTo(rows.AsSpan(start));
        }

        _pages.Clear();
        var sightings = new SeenRange[_sightings.Count == 0 ? 0 : _count];
        _sightings.CopyTo(sightings);
        if (sightings.Length > 0)
        {
            rows.AsSpan().Sort(sightings.AsSpan(), order);
        }
        else
        {
            rows.AsSpan().Sort(order);
        }

        var viaByRow = via.ToDictionary(item => rows.AsSpan().BinarySearch(item.Row, order), item => item.Addresses);
        return new Matrix(ids, rows, viaByRow, counts, unmatched)
        {
            NetworkHosts = networkHosts ?? FrozenSet<int>.Empty,
            SeenRanges = sightings,
            KnowsPrograms = knowsPrograms,
            ProgramsByRow = programs.ToDictionary(
                item => rows.AsSpan().BinarySearch(item.Row, order),
                item => item.Pairs
            ),
        };
    }

    private ref Row At(int index) => ref _pages[index >> PageBits][index & ((1 << PageBits) - 1)];

    private int Find(in Row row)
    {
        var mask = _slots.Length - 1;
        var slot = (int)row.KeyHash() & mask;
        for (; _slots[slot] is var index and not 0; slot = (slot + 1) & mask)
        {
            if (At(index - 1).SameKey(row))
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

        At(_count) = row with { Connections = 0 };
        _slots[slot] = ++_count;
        return _count - 1;
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 2];
        var mask = _slots.Length - 1;
        for (var i = 0; i < _count; i++)
        {
            var slot = (int)At(i).KeyHash() & mask;
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            _slots[slot] = i + 1;
        }
    }
}
