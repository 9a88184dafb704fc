using System.Threading.Channels;
using FlowMatrix.Core.Events;
using FlowMatrix.Core.Views;
using FlowMatrix.Core.Views.Filters;
using FlowMatrix.Live;
using FlowMatrix.Output;
using FlowMatrix.Output.Events;
using FlowMatrix.Sources.Skydive.Subscribing;
using FlowMatrix.Terminal;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Live;

/// <summary>When a watch reports changes and when it ends: by elapsed time, and only while connected.</summary>
public sealed class WatchClockTests : IDisposable
{
    private readonly Channel<SubscriberEvent> _events = Channel.CreateUnbounded<SubscriberEvent>();
    private readonly RecordingSink _sink = new();
    private readonly FakeClock _clock = new();

    public void Dispose() => _sink.Dispose();

    [Fact]
    public async Task An_estate_is_not_stable_while_disconnected()
    {
        Send(ClientsOfNginx.Reply(1, "curl"), SubscriberEvent.Disconnected);
        var end = new WatchEnd(TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(7));
        var running = RunAsync(TimeSpan.Zero, end);

        await AdvanceDisconnectedAsync(TimeSpan.FromSeconds(50));
        await _clock.WaitForTimerAsync(TimeSpan.FromSeconds(50));
        Assert.False(running.IsCompleted);

        Send(ClientsOfNginx.Reply(1, "curl"));
        await _clock.AdvanceAsync(7);
        await running.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Empty(_sink.Events);
    }

    [Fact]
    public async Task A_row_that_appeared_before_a_disconnect_and_is_gone_after_it_is_not_reported()
    {
        Send(ClientsOfNginx.Reply(1), ClientsOfNginx.Update(2, "curl"), SubscriberEvent.Disconnected);
        using var stop = new CancellationTokenSource();
        var running = RunAsync(TimeSpan.FromSeconds(7), new WatchEnd(null, null), cancel: stop.Token);
        await AdvanceDisconnectedAsync(TimeSpan.FromSeconds(50));

        Send(ClientsOfNginx.Reply(3, "wget"));
        await _clock.AdvanceAsync(7);
        await _sink.UntilAsync(1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Equal(["+wget"], _sink.Events);
    }

    [Fact]
    public async Task Changes_that_filters_remove_do_not_delay_the_end_of_a_watch()
    {
        var filter = new Filter([
            FilterTerm.TryParse("to-port", "443", not: false, out var term, out var problem)
                ? term!
                : throw new InvalidOperationException(problem),
        ]);
        Send(ClientsOfNginx.Reply(1));
        var running = RunAsync(
            TimeSpan.Zero,
            new WatchEnd(null, TimeSpan.FromSeconds(7)),
            view: new View { Filter = filter }
        );

        await _sink.UntilAppliedAsync();
        for (var revision = 2; revision <= 7; revision++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Send(ClientsOfNginx.Update(revision, $"curl-{revision}"));
            await _sink.UntilAppliedAsync();
        }

        await _clock.AdvanceAsync(1);
        await running.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Empty(_sink.Events);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_delays_neither_reports_nor_the_end()
    {
        Send(ClientsOfNginx.Reply(1), ClientsOfNginx.Update(2, "curl"));
        var running = RunAsync(TimeSpan.FromSeconds(7), new WatchEnd(TimeSpan.FromSeconds(10), null));
        await _clock.WaitForTimerAsync(TimeSpan.FromSeconds(7));
        _clock.ClockOffset = TimeSpan.FromHours(-1);

        await _clock.AdvanceAsync(7);
        await _clock.AdvanceAsync(3);
        await running.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(["+curl"], _sink.Events);
        Assert.Equal(_clock.Start.AddHours(-1), _sink.Times.Single());
    }

    [Fact]
    public async Task An_interrupted_watch_writes_all_rows_of_a_batch()
    {
        using var stop = new CancellationTokenSource();
        using var output = new InterruptingStream(stop);
        var format = EventFormat.All.Single(format => format.Name == "csv");
        var request = new WatchRequest(
            format,
            null,
            false,
            false,
            TimeSpan.Zero,
            TimeSpan.Zero,
            new WatchEnd(null, null),
            new FormatOptions()
        );
        using var lines = new EventLineWriter(
            request,
            new CommandEnvironment
            {
                Input = () => Stream.Null,
                Output = output,
                Error = TextWriter.Null,
                Variable = _ => null,
                Time = _clock,
            }
        );
        Send(ClientsOfNginx.Reply(1), ClientsOfNginx.Update(2, "a", "b", "c", "d", "e"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new Watch(new LiveEstate(TimeSpan.Zero, _clock), lines, request.End, false, TimeProvider.System).RunAsync(
                _events.Reader,
                stop.Token
            )
        );

        Assert.Equal(
            1 + 5,
            System
                .Text.Encoding.UTF8.GetString(output.ToArray())
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Length
        );
    }

    /// <summary>Lets time pass while disconnected, and wakes the watch.</summary>
    private async Task AdvanceDisconnectedAsync(TimeSpan span)
    {
        await _sink.UntilDisconnectedAsync();
        _clock.Advance(span);
        Send(SubscriberEvent.Disconnected);
        await _sink.UntilDisconnectedAsync();
    }

    private void Send(params SubscriberEvent[] events) =>
        Array.ForEach(events, sent => Assert.True(_events.Writer.TryWrite(sent)));

    private Task RunAsync(TimeSpan settle, WatchEnd end, View? view = null, CancellationToken cancel = default) =>
        new Watch(new LiveEstate(settle, _clock, view), _sink, end, writeInitial: false, _clock).RunAsync(
            _events.Reader,
            cancel
        );

    private sealed class RecordingSink : IEventSink, IDisposable
    {
        private readonly Channel<(string Text, DateTimeOffset Time)> _changes = Channel.CreateUnbounded<(
            string,
            DateTimeOffset
        )>();
        private readonly List<(string Text, DateTimeOffset Time)> _seen = [];

        private readonly SemaphoreSlim _applied = new(0);
        private readonly SemaphoreSlim _disconnected = new(0);

        public void Dispose()
        {
            _applied.Dispose();
            _disconnected.Dispose();
        }

        public IEnumerable<string> Events => All().Select(change => change.Text);

        public IEnumerable<DateTimeOffset> Times => All().Select(change => change.Time);

        /// <summary>Waits for the next event that was applied.</summary>
        public async Task UntilAppliedAsync() => Assert.True(await _applied.WaitAsync(TimeSpan.FromSeconds(60)));

        /// <summary>Waits for the next call of <see cref="ReportDisconnected"/>.</summary>
        public async Task UntilDisconnectedAsync() =>
            Assert.True(await _disconnected.WaitAsync(TimeSpan.FromSeconds(60)));

        public async Task UntilAsync(int count)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (_seen.Count < count)
            {
                _seen.Add(await _changes.Reader.ReadAsync(limit.Token));
            }
        }

        public Task WriteAsync(EventBatch? batch, LiveEstate estate)
        {
            foreach (var change in batch?.Events ?? [])
            {
                var name = batch!.Matrix.IdTables.Processes.Name(
                    batch.Matrix.Rows[batch.Events.ToList().IndexOf(change)].ClientProcess
                );
                Assert.True(_changes.Writer.TryWrite(($"{(change.Appeared ? '+' : '-')}{name}", change.Time)));
            }

            _applied.Release();
            return Task.CompletedTask;
        }

        public void ReportDisconnected(DateTimeOffset since) => _disconnected.Release();

        private List<(string Text, DateTimeOffset Time)> All()
        {
            while (_changes.Reader.TryRead(out var change))
            {
                _seen.Add(change);
            }

            return _seen;
        }
    }

    /// <summary>Interrupts the watch at the second write.</summary>
    private sealed class InterruptingStream(CancellationTokenSource stop) : MemoryStream
    {
        private int _writes;

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            if (++_writes == 2)
            {
                await stop.CancelAsync();
            }

            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
