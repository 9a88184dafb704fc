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

/// <summary>When a watch tells and when it ends: by the time that passes, and only while somebody looks.</summary>
public sealed class WatchClockTests : IDisposable
{
    private readonly Channel<SubscriberEvent> _events = Channel.CreateUnbounded<SubscriberEvent>();
    private readonly Told _told = new();
    private readonly FakeClock _clock = new();

    public void Dispose() => _told.Dispose();

    [Fact]
    public async Task Nothing_is_stable_while_there_is_no_connection()
    {
        Tell(ClientsOfNginx.Reply(1, "curl"), SubscriberEvent.Lost);
        var end = new WatchEnd(TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(7));
        var running = RunAsync(TimeSpan.Zero, end);

        await LookAgainAfterAsync(TimeSpan.FromSeconds(50));
        await _clock.UntilWaitedForAsync(TimeSpan.FromSeconds(50));
        Assert.False(running.IsCompleted);

        Tell(ClientsOfNginx.Reply(1, "curl"));
        await _clock.PassAsync(7);
        await running.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Empty(_told.Events);
    }

    [Fact]
    public async Task What_came_before_a_break_and_is_gone_after_it_is_not_reported()
    {
        Tell(ClientsOfNginx.Reply(1), ClientsOfNginx.Update(2, "curl"), SubscriberEvent.Lost);
        using var stop = new CancellationTokenSource();
        var running = RunAsync(TimeSpan.FromSeconds(7), new WatchEnd(null, null), cancel: stop.Token);
        await LookAgainAfterAsync(TimeSpan.FromSeconds(50));

        Tell(ClientsOfNginx.Reply(3, "wget"));
        await _clock.PassAsync(7);
        await _told.UntilAsync(1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Equal(["+wget"], _told.Events);
    }

    [Fact]
    public async Task What_changes_outside_of_the_filters_does_not_keep_a_watch_from_being_stable()
    {
        var filter = new Filter([
            FilterTerm.TryParse("to-port", "443", not: false, out var term, out var problem)
                ? term!
                : throw new InvalidOperationException(problem),
        ]);
        Tell(ClientsOfNginx.Reply(1));
        var running = RunAsync(
            TimeSpan.Zero,
            new WatchEnd(null, TimeSpan.FromSeconds(7)),
            view: new View { Filter = filter }
        );

        await _told.UntilAppliedAsync();
        for (var revision = 2; revision <= 7; revision++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Tell(ClientsOfNginx.Update(revision, $"curl-{revision}"));
            await _told.UntilAppliedAsync();
        }

        await _clock.PassAsync(1);
        await running.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Empty(_told.Events);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_keeps_nothing_from_being_reported_and_from_ending()
    {
        Tell(ClientsOfNginx.Reply(1), ClientsOfNginx.Update(2, "curl"));
        var running = RunAsync(TimeSpan.FromSeconds(7), new WatchEnd(TimeSpan.FromSeconds(10), null));
        await _clock.UntilWaitedForAsync(TimeSpan.FromSeconds(7));
        _clock.Wrong = TimeSpan.FromHours(-1);

        await _clock.PassAsync(7);
        await _clock.PassAsync(3);
        await running.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(["+curl"], _told.Events);
        Assert.Equal(_clock.Start.AddHours(-1), _told.Times.Single());
    }

    [Fact]
    public async Task All_rows_of_a_batch_are_written_by_whoever_is_interrupted_at_it()
    {
        using var stop = new CancellationTokenSource();
        using var output = new Interrupting(stop);
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
        Tell(ClientsOfNginx.Reply(1), ClientsOfNginx.Update(2, "a", "b", "c", "d", "e"));

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

    /// <summary>Lets time pass without a connection, and has the watch look at the clock.</summary>
    private async Task LookAgainAfterAsync(TimeSpan span)
    {
        await _told.UntilLostAsync();
        _clock.Advance(span);
        Tell(SubscriberEvent.Lost);
        await _told.UntilLostAsync();
    }

    private void Tell(params SubscriberEvent[] events) =>
        Array.ForEach(events, happened => Assert.True(_events.Writer.TryWrite(happened)));

    private Task RunAsync(TimeSpan settle, WatchEnd end, View? view = null, CancellationToken cancel = default) =>
        new Watch(new LiveEstate(settle, _clock, view), _told, end, tellInitial: false, _clock).RunAsync(
            _events.Reader,
            cancel
        );

    private sealed class Told : IEventSink, IDisposable
    {
        private readonly Channel<(string Text, DateTimeOffset Time)> _changes = Channel.CreateUnbounded<(
            string,
            DateTimeOffset
        )>();
        private readonly List<(string Text, DateTimeOffset Time)> _seen = [];

        private readonly SemaphoreSlim _applied = new(0);
        private readonly SemaphoreSlim _lost = new(0);

        public void Dispose()
        {
            _applied.Dispose();
            _lost.Dispose();
        }

        public IEnumerable<string> Events => All().Select(change => change.Text);

        public IEnumerable<DateTimeOffset> Times => All().Select(change => change.Time);

        /// <summary>Waits for the next event that was applied.</summary>
        public async Task UntilAppliedAsync() => Assert.True(await _applied.WaitAsync(TimeSpan.FromSeconds(60)));

        /// <summary>Waits for the next report that the connection is lost.</summary>
        public async Task UntilLostAsync() => Assert.True(await _lost.WaitAsync(TimeSpan.FromSeconds(60)));

        public async Task UntilAsync(int count)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (_seen.Count < count)
            {
                _seen.Add(await _changes.Reader.ReadAsync(limit.Token));
            }
        }

        public Task TellAsync(EventBatch? batch, LiveEstate estate)
        {
            foreach (var change in batch?.Events ?? [])
            {
                var name = batch!.Matrix.IdTables.Processes.Name(
                    batch.Matrix.Rows[batch.Events.ToList().IndexOf(change)].ClientProcess
                );
                Assert.True(_changes.Writer.TryWrite(($"{(change.Came ? '+' : '-')}{name}", change.Time)));
            }

            _applied.Release();
            return Task.CompletedTask;
        }

        public void Lost(DateTimeOffset since) => _lost.Release();

        private List<(string Text, DateTimeOffset Time)> All()
        {
            while (_changes.Reader.TryRead(out var change))
            {
                _seen.Add(change);
            }

            return _seen;
        }
    }

    /// <summary>Where the second line is an occasion to interrupt.</summary>
    private sealed class Interrupting(CancellationTokenSource stop) : MemoryStream
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
