using System.Runtime.InteropServices;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Recordings;

/// <summary>A look at an estate, and all that happened since the one before.</summary>
/// <param name="Missed">How many were due since then and not taken.</param>
internal sealed record Scan(DateTimeOffset Time, ScanDelta Seen, int Missed)
{
    /// <summary>Whether a known host was missing at any moment since the one before.</summary>
    public bool IsIncomplete { get; init; }
}

/// <summary>
/// The rows of an estate over time, each once, with when it was there. A scan costs in proportion to the rows that came,
/// went or changed since the one before: for those that stayed only the number of scans grows. Rows are never forgotten.
/// </summary>
/// <param name="every">As users write spans of time.</param>
internal sealed class Recording(string every)
{
    private readonly IdTables _ids = new();
    private readonly Dictionary<RowKey, Entry> _rows = [];
    private DateTimeOffset _from = DateTimeOffset.MaxValue;
    private DateTimeOffset _to = DateTimeOffset.MinValue;

    /// <summary>Goes on where another one ended, in which no row is there until it is seen again.</summary>
    public Recording(SavedRecording saved, string every)
        : this(every)
    {
        (_from, _to) = (saved.Head.From, saved.Head.To);
        (Scans, Missed, Incomplete) = (saved.Head.Scans, saved.Head.Missed, saved.Head.Incomplete);
        var idMap = new IdMap(saved.Matrix.IdTables, _ids);
        for (var i = 0; i < saved.Matrix.Rows.Length; i++)
        {
            var entry = new Entry { SeenRange = saved.Matrix.SeenRange(i) };
            entry.Add(saved.Matrix.Rows[i].Stats, saved.Matrix.Via(i), idMap);
            _rows.Add(saved.Matrix.Rows[i].Key.MapIds(idMap), entry);
        }
    }

    /// <summary>As <see cref="RecordingHead.Filter"/>.</summary>
    public string Filter { get; init; } = "";

    public int Rows => _rows.Count;

    public int Scans { get; private set; }

    public int Missed { get; private set; }

    /// <summary>As <see cref="RecordingHead.Incomplete"/>.</summary>
    public int Incomplete { get; private set; }

    public RecordingHead Head =>
        new(_from, _to, every, Scans, Missed, Rows) { Filter = Filter, Incomplete = Incomplete };

    public void Take(Scan scan)
    {
        Scans++;
        Missed += scan.Missed;
        Incomplete += scan.IsIncomplete ? 1 : 0;
        _from = _from < scan.Time ? _from : scan.Time;
        _to = _to > scan.Time ? _to : scan.Time;
        var idMap = new IdMap(scan.Seen.IdTables, _ids);
        foreach (var seen in scan.Seen.Rows)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(
                _rows,
                seen.Row.Key.MapIds(idMap),
                out var isKnown
            );
            entry.Add(seen.Row.Stats, seen.Via ?? [], idMap);
            var came = seen.Came ?? scan.Time;
            if (!isKnown)
            {
                entry.SeenRange = new SeenRange(came, came, 0);
            }

            if (!seen.IsThere)
            {
                var scans = entry.IsThere ? Scans - entry.Counted : 1;
                entry.SeenRange = entry.SeenRange with
                {
                    Last = seen.Went > entry.SeenRange.Last ? seen.Went : entry.SeenRange.Last,
                    Scans = entry.SeenRange.Scans + scans,
                };
            }
            else if (!entry.IsThere)
            {
                entry.Counted = Scans - 1;
            }

            entry.IsThere = seen.IsThere;
        }
    }

    /// <summary>All rows, with when they were there.</summary>
    public Matrix ToMatrix()
    {
        var builder = new MatrixBuilder(_ids);
        foreach (var (key, entry) in _rows)
        {
            builder.Add(
                new Row(key, entry.Stats),
                entry.Via,
                !entry.IsThere
                    ? entry.SeenRange
                    : entry.SeenRange with
                    {
                        Last = _to > entry.SeenRange.Last ? _to : entry.SeenRange.Last,
                        Scans = entry.SeenRange.Scans + Scans - entry.Counted,
                    }
            );
        }

        return builder.Build(ScanCounts.None, []);
    }

    private struct Entry
    {
        private int[]? _via;

        /// <summary>Of a row that is there: without the scans since <see cref="Counted"/>.</summary>
        public SeenRange SeenRange;

        /// <summary>The number of the last scan that is in its sighting; of a row that is there.</summary>
        public int Counted;

        public bool IsThere;
        public RowStats Stats;

        public readonly IReadOnlyList<int> Via => _via ?? [];

        public void Add(RowStats stats, IReadOnlyCollection<int> via, IdMap idMap)
        {
            Stats.AddLater(stats);
            if (via.Count > 0)
            {
                _via = [.. (_via ?? []).Union(via.Select(idMap.Address))];
            }
        }
    }
}
