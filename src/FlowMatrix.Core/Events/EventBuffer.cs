using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Events;

/// <summary>
/// Holds live events back until their rows have stayed the same for some time. A row that appears and ends, or ends and
/// appears, within that time gives no event. Otherwise a new connection of which one end is seen before the other would
/// give three events.
/// </summary>
/// <param name="rows">The current rows.</param>
/// <param name="settle">How long a row must stay the same.</param>
internal sealed class EventBuffer(RowLedger rows, TimeSpan settle)
{
    private readonly Dictionary<RowKey, (DateTimeOffset Since, RowState Before)> _pending = [];

    /// <summary>Number of events that are held back.</summary>
    public int Count => _pending.Count;

    /// <summary>When the next event is due; null if none is held back.</summary>
    public DateTimeOffset? Due => _pending.Count == 0 ? null : _pending.Values.Min(change => change.Since) + settle;

    /// <summary>Records that rows appeared or ended. A second change of a row takes the first one back.</summary>
    /// <param name="changed">The rows in their state before the change.</param>
    public void Add(IEnumerable<RowState> changed, DateTimeOffset now)
    {
        foreach (var before in changed)
        {
            if (!_pending.Remove(before.Row.Key))
            {
                _pending.Add(before.Row.Key, (now, before));
            }
        }
    }

    /// <summary>Returns the events whose rows have stayed the same for long enough, or all events.</summary>
    public List<RowEvent> Take(DateTimeOffset now, bool all = false)
    {
        var settled = new List<RowEvent>();
        foreach (var (key, (since, before)) in _pending)
        {
            if (all || since + settle <= now)
            {
                settled.Add(new RowEvent(before.Exists ? before : rows.State(key), !before.Exists, since));
            }
        }

        settled.ForEach(change => _pending.Remove(change.State.Row.Key));
        return settled;
    }

    /// <summary>Marks the IDs of events that are held back.</summary>
    public void MarkUsed(IdsInUse used)
    {
        foreach (var (_, before) in _pending.Values)
        {
            before.MarkUsed(used);
        }
    }
}
