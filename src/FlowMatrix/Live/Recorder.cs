using System.Globalization;
using System.Threading.Channels;
using FlowMatrix.Core;
using FlowMatrix.Core.Recordings;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;
using FlowMatrix.Sources.Skydive.Subscribing;

namespace FlowMatrix.Live;

/// <summary>When scans are taken, and of what.</summary>
/// <param name="For">Ends so long after the first scan; null for never.</param>
internal sealed record RecordPlan(TimeSpan Every, TimeSpan? For, Filter Filter)
{
    /// <summary>How long a host that no longer reports is waited for.</summary>
    public TimeSpan Grace { get; init; }
}

/// <summary>
/// Takes what a subscriber tells, and scans of it at fixed distances, the first as soon as there is anything. A row is
/// in a scan if it was there at any moment since the one before. While there is no connection, or the analyzer gives no
/// sign of life, no scan is taken.
/// </summary>
internal sealed class Recorder
{
    /// <summary>An analyzer pings every 2 s: one that has been silent for longer than two of them may hang.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    private readonly RecordingWriter _writer;
    private readonly RecordPlan _plan;
    private readonly TimeProvider _time;
    private readonly LiveEstate _estate;
    private ScanDelta _seen;

    /// <summary>When the first scan was taken, as the time provider counts; null before.</summary>
    private long? _began;

    /// <summary>When the next scan is due, since the first.</summary>
    private TimeSpan _next;

    /// <summary>When the connection to the analyzer broke; null while there is one.</summary>
    private DateTimeOffset? _lost;

    private DateTimeOffset _now;
    private int _missed;
    private bool _saidThatNoneAreTaken;

    /// <summary>When the analyzer last gave a sign of life, as the time provider counts.</summary>
    private long _heard;

    /// <summary>
    /// When scans were due of which it is not known yet that the analyzer was still there: they count once it gives a
    /// sign of life.
    /// </summary>
    private readonly List<DateTimeOffset> _due = [];

    /// <summary>Whether a known host was missing at any moment since the last scan.</summary>
    private bool _incomplete;

    public Recorder(RecordingWriter writer, RecordPlan plan, TimeProvider time)
    {
        (_writer, _plan, _time) = (writer, plan, time);
        _seen = new ScanDelta(plan.Filter);
        _estate = new LiveEstate(TimeSpan.Zero, time, grace: plan.Grace)
        {
            Warn = text => Warn(text),
            Touched = rows => _seen.Observe(rows, _now, _lost ?? _now),
        };
    }

    /// <summary>Told once there is something to record, with the number of its hosts and of its rows.</summary>
    public Action<int, int> Begun { get; init; } = (_, _) => { };

    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Until its time is over, or until cancelled; either way all scans are written when it returns.</summary>
    /// <exception cref="Failure">The analyzer never gave a first answer, or the last scan could not be
    /// written.</exception>
    public async Task RunAsync(ChannelReader<SubscriberEvent> events, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                TimeSpan? most = null;
                if (_began is { } began)
                {
                    var since = _time.GetElapsedTime(began);
                    if (_plan.For <= since)
                    {
                        break;
                    }

                    TakeDueScans(since);
                    GiveUpOverdueHosts();
                    most = (_plan.For < _next ? _plan.For.Value : _next) - since;
                    most = _lost is null && _estate.GraceLeft < most ? _estate.GraceLeft : most;
                }

                if (
                    events.TryRead(out var happened)
                    || (await LiveFeed.WaitAsync(events, _time, most, cancel) && events.TryRead(out happened))
                )
                {
                    Apply(happened);
                }
            }
        }
        finally
        {
            TakeLastScan();
            await _writer.EndAsync();
        }
    }

    /// <summary>While there is no connection no host can come back, and none is given up.</summary>
    private void GiveUpOverdueHosts()
    {
        if (_lost is null && _estate.GraceLeft <= TimeSpan.Zero)
        {
            _now = _time.GetUtcNow();
            _estate.GiveUpOverdue(_now);
            _estate.Events.Take(_now, all: true);
        }
    }

    private void Apply(SubscriberEvent happened)
    {
        _heard = happened.IsLost ? _heard : _time.GetTimestamp();
        if (happened.IsAlive)
        {
            TakeConfirmedScans();
            return;
        }

        _now = _time.GetUtcNow();
        if (happened.IsLost)
        {
            _lost ??= _now;
            _missed += _due.Count;
            _due.Clear();
            return;
        }

        TakeConfirmedScans();

        _estate.Apply(happened, _now);
        _incomplete |= _estate.IsIncomplete;
        _estate.Events.Take(_now, all: true);
        if (happened.Addresses is null)
        {
            return;
        }

        (_lost, _saidThatNoneAreTaken) = (null, false);
        if (_missed > 0)
        {
            Warn(string.Create(CultureInfo.InvariantCulture, $"recording again; {Scans(_missed)} missed"));
        }

        if (_began is null)
        {
            Begun(_estate.Hosts, _seen.Rows.Count);
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

        // After a long halt of the whole machine there is one scan to take, not all that it slept through.
        var passed = (int)Math.Min(int.MaxValue / 2, (since - _next) / _plan.Every) + 1;
        _next += passed * _plan.Every;
        if (_lost is null)
        {
            _missed += passed - 1;
            _due.Add(_time.GetUtcNow());
            return;
        }

        if (!_saidThatNoneAreTaken)
        {
            _saidThatNoneAreTaken = true;
            Warn("no connection to the analyzer: until there is one again no scans are taken");
        }

        _missed += passed;
    }

    /// <summary>
    /// The analyzer was there when they were due: nothing has come since, so that all but the first found the same.
    /// </summary>
    private void TakeConfirmedScans()
    {
        _due.ForEach(TakeScan);
        _due.Clear();
    }

    /// <summary>What was seen since the one before counts, even where the connection has broken since.</summary>
    private void TakeLastScan()
    {
        if (_lost is null && _time.GetElapsedTime(_heard) < Silence)
        {
            TakeConfirmedScans();
        }

        _missed += _due.Count;
        if (_began is not null)
        {
            TakeScan(_lost ?? _time.GetUtcNow());
        }
    }

    private void TakeScan(DateTimeOffset time)
    {
        _writer.Add(new Scan(time, _seen, _missed) { IsIncomplete = _incomplete });
        _seen = new ScanDelta(_plan.Filter);
        (_missed, _incomplete) = (0, _estate.IsIncomplete);
    }

    /// <summary>As a subject with its verb.</summary>
    public static string Scans(int count) => $"{Counted.Text(count, "scan")} {(count == 1 ? "was" : "were")}";
}
