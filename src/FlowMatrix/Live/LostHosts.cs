namespace FlowMatrix.Live;

/// <summary>The hosts that stopped reporting, and when the grace period of each ends.</summary>
/// <param name="grace">How long a host may stop reporting before it is removed.</param>
internal sealed class LostHosts(TimeSpan grace, TimeProvider time)
{
    private readonly Dictionary<string, long> _since = [];
    private readonly HashSet<string> _restarted = [];

    public int Count => _since.Count;

    /// <summary>How long until the next grace period ends; null if no host is lost.</summary>
    public TimeSpan? Due => _since.Count == 0 ? null : grace - time.GetElapsedTime(_since.Values.Min());

    /// <returns>Whether the host was not lost before.</returns>
    public bool Add(string host) => _since.TryAdd(host, time.GetTimestamp());

    public bool Remove(string host)
    {
        _restarted.Remove(host);
        return _since.Remove(host);
    }

    /// <summary>
    /// Restarts the grace period of all lost hosts after a reconnect. Only once per host: else a connection that breaks
    /// repeatedly would keep a removed host forever.
    /// </summary>
    public void RestartGrace()
    {
        foreach (var host in _since.Keys.Where(_restarted.Add).ToList())
        {
            _since[host] = time.GetTimestamp();
        }
    }

    /// <summary>Removes and returns the hosts whose grace period has ended.</summary>
    public List<string> RemoveOverdue()
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
