using System.Runtime.InteropServices;
using FlowMatrix.Formats;
using FlowMatrix.Inputs;
using FlowMatrix.Matrices;
using FlowMatrix.Tables;

namespace FlowMatrix.Live;

/// <summary>A look at an estate, and all that happened since the one before.</summary>
/// <param name="Missed">How many were due since then and not taken.</param>
internal sealed record Scan(DateTimeOffset Time, SeenRows Seen, int Missed)
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
    private readonly Vocabulary _vocabulary = new();
    private readonly Dictionary<Row, Entry> _rows = new(RowKeys.Instance);
    private DateTimeOffset _from = DateTimeOffset.MaxValue;
    private DateTimeOffset _to = DateTimeOffset.MinValue;

    /// <summary>Goes on where another one ended, in which no row is there until it is seen again.</summary>
    public Recording(SavedRecording saved, string every)
        : this(every)
    {
        (_from, _to) = (saved.Head.From, saved.Head.To);
        (Scans, Missed, Incomplete) = (saved.Head.Scans, saved.Head.Missed, saved.Head.Incomplete);
        var translation = new Translation(saved.Matrix.Vocabulary, _vocabulary);
        for (var i = 0; i < saved.Matrix.Rows.Length; i++)
        {
            var entry = new Entry { Sighting = saved.Matrix.Sighting(i) };
            entry.Add(saved.Matrix.Rows[i], saved.Matrix.Via(i), translation);
            _rows.Add(translation.Row(saved.Matrix.Rows[i]), entry);
        }
    }

    /// <summary>As <see cref="RecordingHead.Filter"/>.</summary>
    public string Filter { get; init; } = "";

    public int Rows => _rows.Count;

    public int Scans { get; private set; }

    public int Missed { get; private set; }

    /// <summary>As <see cref="RecordingHead.Incomplete"/>.</summary>
    public int Incomplete { get; private set; }

    public RecordingHead Head => new(_from, _to, every, Scans, Missed, Rows) { Filter = Filter, Incomplete = Incomplete };

    public void Take(Scan scan)
    {
        Scans++;
        Missed += scan.Missed;
        Incomplete += scan.IsIncomplete ? 1 : 0;
        _from = _from < scan.Time ? _from : scan.Time;
        _to = _to > scan.Time ? _to : scan.Time;
        var translation = new Translation(scan.Seen.Vocabulary, _vocabulary);
        foreach (var seen in scan.Seen.Rows)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, translation.Row(seen.Row), out var isKnown);
            entry.Add(seen.Row, seen.Via ?? [], translation);
            var came = seen.Came ?? scan.Time;
            if (!isKnown)
            {
                entry.Sighting = new Sighting(came, came, 0);
            }

            if (!seen.IsThere)
            {
                var scans = entry.IsThere ? Scans - entry.Counted : 1;
                entry.Sighting = entry.Sighting with
                {
                    Last = seen.Went > entry.Sighting.Last ? seen.Went : entry.Sighting.Last,
                    Scans = entry.Sighting.Scans + scans,
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
        var builder = new MatrixBuilder(_vocabulary);
        foreach (var (key, entry) in _rows)
        {
            builder.Add(
                key with { Connections = entry.Connections, Match = entry.Match, Direction = entry.Direction },
                entry.Via,
                !entry.IsThere ? entry.Sighting : entry.Sighting with
                {
                    Last = _to > entry.Sighting.Last ? _to : entry.Sighting.Last,
                    Scans = entry.Sighting.Scans + Scans - entry.Counted,
                });
        }

        return builder.Build(Census.None, []);
    }

    private struct Entry
    {
        private int[]? _via;

        /// <summary>Of a row that is there: without the scans since <see cref="Counted"/>.</summary>
        public Sighting Sighting;

        /// <summary>The number of the last scan that is in its sighting; of a row that is there.</summary>
        public int Counted;

        public bool IsThere;
        public int Connections;
        public Match Match;
        public Direction Direction;

        public readonly IReadOnlyList<int> Via => _via ?? [];

        public void Add(in Row row, IReadOnlyCollection<int> via, Translation translation)
        {
            Connections = Math.Max(Connections, row.Connections);
            Match |= row.Match;
            Direction |= row.Direction;
            if (via.Count > 0)
            {
                _via = [.. (_via ?? []).Union(via.Select(translation.Address))];
            }
        }
    }
}
