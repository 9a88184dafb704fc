using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Events;

/// <summary>
/// Rows that came or went, held back until they have stayed so for a while. What comes and goes, or goes and comes,
/// within that time is no change; a connection of which one end is seen before the other is one.
/// </summary>
internal sealed class EventBuffer(RowLedger rows, TimeSpan settle)
{
    private readonly Dictionary<RowKey, (DateTimeOffset Since, RowState Before)> _pending = [];

    public int Count => _pending.Count;

    /// <summary>When the next one may be told; null where none waits.</summary>
    public DateTimeOffset? Due => _pending.Count == 0 ? null : _pending.Values.Min(change => change.Since) + settle;

    /// <param name="changed">Rows that came or went just now, as they were before.</param>
    public void Observe(IEnumerable<RowState> changed, DateTimeOffset now)
    {
        foreach (var before in changed)
        {
            if (!_pending.Remove(before.Row.Key))
            {
                _pending.Add(before.Row.Key, (now, before));
            }
        }
    }

    /// <summary>Those that have stayed as they are for long enough; or all.</summary>
    public List<RowEvent> Take(DateTimeOffset now, bool all = false)
    {
        var settled = new List<RowEvent>();
        foreach (var (key, (since, before)) in _pending)
        {
            if (all || since + settle <= now)
            {
                settled.Add(new RowEvent(before.IsThere ? before : rows.State(key), !before.IsThere, since));
            }
        }

        settled.ForEach(change => _pending.Remove(change.State.Row.Key));
        return settled;
    }

    /// <summary>Marks the numbers that those which wait have.</summary>
    public void MarkUsed(IdsInUse used)
    {
        foreach (var (_, before) in _pending.Values)
        {
            before.MarkUsed(used);
        }
    }
}
