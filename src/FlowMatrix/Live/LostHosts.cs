namespace FlowMatrix.Live;

/// <summary>Known hosts that no longer report, and how long each is still waited for.</summary>
/// <param name="grace">How long a host may stay away.</param>
internal sealed class LostHosts(TimeSpan grace, TimeProvider time)
{
    private readonly Dictionary<string, long> _since = [];
    private readonly HashSet<string> _waitedForAnew = [];

    public int Count => _since.Count;

    /// <summary>How long until the next one is given up; null where none is missing.</summary>
    public TimeSpan? Due => _since.Count == 0 ? null : grace - time.GetElapsedTime(_since.Values.Min());

    /// <returns>Whether it was not missing already.</returns>
    public bool Add(string host) => _since.TryAdd(host, time.GetTimestamp());

    public bool Remove(string host)
    {
        _waitedForAnew.Remove(host);
        return _since.Remove(host);
    }

    /// <summary>
    /// The connection is there again: all that are missing have the whole time to come back. Once: a connection that
    /// breaks again and again would keep what is gone for ever.
    /// </summary>
    public void WaitAnew()
    {
        foreach (var host in _since.Keys.Where(_waitedForAnew.Add).ToList())
        {
            _since[host] = time.GetTimestamp();
        }
    }

    /// <summary>Those that have been away for too long, which are no longer waited for.</summary>
    public List<string> TakeOverdue()
    {
        var overdue = _since
            .Where(pair => time.GetElapsedTime(pair.Value) >= grace)
            .Select(pair => pair.Key)
            .Order(StringComparer.Ordinal)
            .ToList();
        overdue.ForEach(host => Remove(host));
        return overdue;
    }
}
