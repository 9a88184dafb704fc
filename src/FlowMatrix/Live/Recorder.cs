using System.Globalization;
using System.Threading.Channels;
using FlowMatrix.Core;
using FlowMatrix.Core.Recordings;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;
using FlowMatrix.Sources.Skydive.Subscribing;

namespace FlowMatrix.Live;

/// <summary>When scans are taken, and of what.</summary>
/// <param name="Every">The interval between scans.</param>
/// <param name="For">How long to record after the first scan; null for no limit.</param>
internal sealed record RecordPlan(TimeSpan Every, TimeSpan? For, Filter Filter)
{
    /// <summary>How long the rows of a host that stopped reporting are kept.</summary>
    public TimeSpan Grace { get; init; }
}

/// <summary>
/// Follows a subscription and takes scans at fixed intervals, the first after the first answer. A scan has the rows
/// that existed at any time since the previous scan. While there is no connection, or the analyzer is silent, no scan
/// is taken.
/// </summary>
internal sealed class Recorder
{
    /// <summary>
    /// An analyzer pings every 2 s (docs/skydive-protocol.md, "Subscriber"). After two missed pings it may
    /// hang.
    /// </summary>
    private static readonly TimeSpan ActivityTimeout = TimeSpan.FromSeconds(5);

    private readonly RecordingWriter _writer;
    private readonly RecordPlan _plan;
    private readonly TimeProvider _time;
    private readonly LiveEstate _estate;
    private ScanDelta _seen;

    /// <summary>Timestamp of the first scan; null before it.</summary>
    private long? _began;

    /// <summary>When the next scan is due, as the time since the first.</summary>
    private TimeSpan _next;

    /// <summary>When the connection was lost; null while connected.</summary>
    private DateTimeOffset? _disconnectedAt;

    private DateTimeOffset _now;
    private int _missed;
    private bool _warnedOfMissedScans;

    /// <summary>Timestamp of the last data from the analyzer.</summary>
    private long _lastActivity;

    /// <summary>
    /// The times of due scans since the last data from the analyzer. They are taken with the next data, which shows
    /// that the analyzer was still there.
    /// </summary>
    private readonly List<DateTimeOffset> _unconfirmed = [];

    /// <summary>Whether any host was lost at any time since the last scan.</summary>
    private bool _incomplete;

    public Recorder(RecordingWriter writer, RecordPlan plan, TimeProvider time)
    {
        (_writer, _plan, _time) = (writer, plan, time);
        _seen = new ScanDelta(plan.Filter);
        _estate = new LiveEstate(TimeSpan.Zero, time, grace: plan.Grace)
        {
            Warn = text => Warn(text),
            Touched = rows => _seen.Add(rows, _now, _disconnectedAt ?? _now),
        };
    }

    /// <summary>Called before the first scan with the number of hosts and rows.</summary>
    public Action<int, int> Started { get; init; } = (_, _) => { };

    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Records until the time is over or until cancelled. Then all scans are written.</summary>
    /// <exception cref="Failure">The analyzer did not answer once, or the last scan could not be written.</exception>
    public async Task RunAsync(ChannelReader<SubscriberEvent> events, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                TimeSpan? timeout = null;
                if (_began is { } began)
                {
                    var since = _time.GetElapsedTime(began);
                    if (_plan.For <= since)
                    {
                        break;
                    }

                    TakeDueScans(since);
                    RemoveOverdueHosts();
                    timeout = (_plan.For < _next ? _plan.For.Value : _next) - since;
                    timeout = _disconnectedAt is null && _estate.GraceLeft < timeout ? _estate.GraceLeft : timeout;
                }

                if (
                    events.TryRead(out var received)
                    || (await LiveFeed.WaitAsync(events, _time, timeout, cancel) && events.TryRead(out received))
                )
                {
                    Apply(received);
                }
            }
        }
        finally
        {
            TakeLastScan();
            await _writer.EndAsync();
        }
    }

    /// <summary>
    /// Removes hosts whose grace period has ended. Not while disconnected, since no host can come back
    /// then.
    /// </summary>
    private void RemoveOverdueHosts()
    {
        if (_disconnectedAt is null && _estate.GraceLeft <= TimeSpan.Zero)
        {
            _now = _time.GetUtcNow();
            _estate.RemoveOverdue(_now);
            _estate.Events.Take(_now, all: true);
        }
    }

    private void Apply(SubscriberEvent received)
    {
        _lastActivity = received.IsDisconnected ? _lastActivity : _time.GetTimestamp();
        if (received.IsKeepAlive)
        {
            TakeConfirmedScans();
            return;
        }

        _now = _time.GetUtcNow();
        if (received.IsDisconnected)
        {
            _disconnectedAt ??= _now;
            _missed += _unconfirmed.Count;
            _unconfirmed.Clear();
            return;
        }

        TakeConfirmedScans();

        _estate.Apply(received, _now);
        _incomplete |= _estate.IsIncomplete;
        _estate.Events.Take(_now, all: true);
        if (received.Addresses is null)
        {
            return;
        }

        (_disconnectedAt, _warnedOfMissedScans) = (null, false);
        if (_missed > 0)
        {
            Warn(string.Create(CultureInfo.InvariantCulture, $"recording again; {Scans(_missed)} missed"));
        }

        if (_began is null)
        {
            Started(_estate.Hosts, _seen.Rows.Count);
            (_began, _next) = (_time.GetTimestamp(), _plan.Every);
            TakeScan(_now);
        }
    }

    private void TakeDueScans(TimeSpan since)
    {
        if (_next > since)
        {
            return;
        }

        // After the machine was suspended, one scan is taken, and the others count as missed.
        var passed = (int)Math.Min(int.MaxValue / 2, (since - _next) / _plan.Every) + 1;
        _next += passed * _plan.Every;
        if (_disconnectedAt is null)
        {
            _missed += passed - 1;
            _unconfirmed.Add(_time.GetUtcNow());
            return;
        }

        if (!_warnedOfMissedScans)
        {
            _warnedOfMissedScans = true;
            Warn("no connection to the analyzer: no scans are taken until it is back");
        }

        _missed += passed;
    }

    /// <summary>
    /// Takes the scans that were due before the data that just arrived. No event came in between, so all but the first
    /// have the same rows.
    /// </summary>
    private void TakeConfirmedScans()
    {
        _unconfirmed.ForEach(TakeScan);
        _unconfirmed.Clear();
    }

    /// <summary>
    /// Takes a scan at the end, even while disconnected, so that rows since the previous scan are recorded.
    /// </summary>
    private void TakeLastScan()
    {
        if (_disconnectedAt is null && _time.GetElapsedTime(_lastActivity) < ActivityTimeout)
        {
            TakeConfirmedScans();
        }

        _missed += _unconfirmed.Count;
        if (_began is not null)
        {
            TakeScan(_disconnectedAt ?? _time.GetUtcNow());
        }
    }

    private void TakeScan(DateTimeOffset time)
    {
        _writer.Add(new Scan(time, _seen, _missed) { IsIncomplete = _incomplete });
        _seen = new ScanDelta(_plan.Filter);
        (_missed, _incomplete) = (0, _estate.IsIncomplete);
    }

    /// <summary>"1 scan was", "2 scans were".</summary>
    public static string Scans(int count) => $"{Counted.Text(count, "scan")} {(count == 1 ? "was" : "were")}";
}
