using System.Runtime.InteropServices;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Recordings;

/// <summary>One scan, with all changes of rows since the previous scan.</summary>
/// <param name="Missed">Number of scans since the previous one that were due but not taken.</param>
internal sealed record Scan(DateTimeOffset Time, ScanDelta Seen, int Missed)
{
    /// <summary>Whether a known host was missing at any time since the previous scan.</summary>
    public bool IsIncomplete { get; init; }
}

/// <summary>
/// The rows of all scans of an estate, each once, with when it was seen. Adding a scan takes time in proportion to the
/// rows that appeared, ended or changed; for the others only the number of scans grows. Rows are never removed. Source:
/// docs/live.md, "record".
/// </summary>
/// <param name="every">The interval between scans, as users write durations: "30s".</param>
internal sealed class Recording(string every)
{
    private readonly IdTables _ids = new();
    private readonly Dictionary<RowKey, Entry> _rows = [];
    private DateTimeOffset _from = DateTimeOffset.MaxValue;
    private DateTimeOffset _to = DateTimeOffset.MinValue;

    /// <summary>Continues a saved recording. No row counts as existing until it is seen again.</summary>
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

    /// <summary>Adds a scan.</summary>
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
            var appeared = seen.Appeared ?? scan.Time;
            if (!isKnown)
            {
                entry.SeenRange = new SeenRange(appeared, appeared, 0);
            }

            if (!seen.Exists)
            {
                var scans = entry.Exists ? Scans - entry.Counted : 1;
                entry.SeenRange = entry.SeenRange with
                {
                    Last = seen.Ended > entry.SeenRange.Last ? seen.Ended : entry.SeenRange.Last,
                    Scans = entry.SeenRange.Scans + scans,
                };
            }
            else if (!entry.Exists)
            {
                entry.Counted = Scans - 1;
            }

            entry.Exists = seen.Exists;
        }
    }

    /// <summary>Returns all rows, with when they were seen.</summary>
    public Matrix ToMatrix()
    {
        var builder = new MatrixBuilder(_ids);
        foreach (var (key, entry) in _rows)
        {
            builder.Add(
                new Row(key, entry.Stats),
                entry.Via,
                !entry.Exists
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

        /// <summary>
        /// When the row was seen. While it exists, the scans since <see cref="Counted"/> are missing.
        /// </summary>
        public SeenRange SeenRange;

        /// <summary>The number of the last scan that <see cref="SeenRange"/> includes, while the row exists.</summary>
        public int Counted;

        public bool Exists;
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
