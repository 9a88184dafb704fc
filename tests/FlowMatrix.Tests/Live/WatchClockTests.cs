using System.Threading.Channels;
using FlowMatrix.Core.Events;
using FlowMatrix.Live;
using FlowMatrix.Output;
using FlowMatrix.Output.Events;
using FlowMatrix.Sources.Skydive.Subscribing;
using FlowMatrix.Terminal;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Live;

/// <summary>When a watch tells and when it ends: by the time that passes, and only while somebody looks.</summary>
public sealed class WatchClockTests
{
    private readonly Channel<SubscriberEvent> _events = Channel.CreateUnbounded<SubscriberEvent>();
    private readonly Told _told = new();

    [Fact]
    public async Task Nothing_is_stable_while_the_analyzer_is_away()
    {
        Tell(ClientsOfNginx.Reply(1, "curl"), SubscriberEvent.Lost);
        var running = RunAsync(TimeSpan.Zero, new WatchEnd(null, TimeSpan.FromMilliseconds(200)), TimeProvider.System);

        await Task.WhenAny(running, Task.Delay(1000));
        Assert.False(running.IsCompleted);
        Assert.Equal(1, _told.Breaks);

        Tell(ClientsOfNginx.Reply(1, "curl"));
        await running.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Empty(_told.Events);
    }

    [Fact]
    public async Task What_came_before_a_break_and_is_gone_after_it_is_not_told()
    {
        Tell(ClientsOfNginx.Reply(1), ClientsOfNginx.Update(2, "curl"), SubscriberEvent.Lost);
        using var stop = new CancellationTokenSource();
        var running = RunAsync(
            TimeSpan.FromMilliseconds(100),
            new WatchEnd(null, null),
            TimeProvider.System,
            stop.Token
        );
        await Task.Delay(500);

        Tell(ClientsOfNginx.Reply(3, "wget"));
        await _told.UntilAsync(1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Equal(["+wget"], _told.Events);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_keeps_nothing_from_being_told_and_from_ending()
    {
        var clock = new SetClock();
        Tell(ClientsOfNginx.Reply(1), ClientsOfNginx.Update(2, "curl"));
        var running = RunAsync(
            TimeSpan.FromMilliseconds(100),
            new WatchEnd(TimeSpan.FromMilliseconds(600), null),
            clock
        );
        await Task.Delay(50);
        clock.Wrong = TimeSpan.FromHours(-1);

        await running.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(["+curl"], _told.Events);
        Assert.InRange(
            _told.Times.Single(),
            DateTimeOffset.UtcNow.AddHours(-1.1),
            DateTimeOffset.UtcNow.AddHours(-0.9)
        );
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
                Time = TimeProvider.System,
            }
        );
        Tell(ClientsOfNginx.Reply(1), ClientsOfNginx.Update(2, "a", "b", "c", "d", "e"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new Watch(
                new LiveEstate(TimeSpan.Zero, TimeProvider.System),
                lines,
                request.End,
                false,
                TimeProvider.System
            ).RunAsync(_events.Reader, stop.Token)
        );

        Assert.Equal(
            1 + 5,
            System
                .Text.Encoding.UTF8.GetString(output.ToArray())
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Length
        );
    }

    private void Tell(params SubscriberEvent[] events) =>
        Array.ForEach(events, happened => Assert.True(_events.Writer.TryWrite(happened)));

    private Task RunAsync(TimeSpan settle, WatchEnd end, TimeProvider time, CancellationToken cancel = default) =>
        new Watch(new LiveEstate(settle, time), _told, end, tellInitial: false, time).RunAsync(_events.Reader, cancel);

    private sealed class Told : IEventSink
    {
        private readonly Channel<(string Text, DateTimeOffset Time)> _changes = Channel.CreateUnbounded<(
            string,
            DateTimeOffset
        )>();
        private readonly List<(string Text, DateTimeOffset Time)> _seen = [];

        public int Breaks { get; private set; }

        public IEnumerable<string> Events => All().Select(change => change.Text);

        public IEnumerable<DateTimeOffset> Times => All().Select(change => change.Time);

        public async Task UntilAsync(int count)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
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

            return Task.CompletedTask;
        }

        public void Lost(DateTimeOffset since) => Breaks++;

        private List<(string Text, DateTimeOffset Time)> All()
        {
            while (_changes.Reader.TryRead(out var change))
            {
                _seen.Add(change);
            }

            return _seen;
        }
    }

    /// <summary>A clock that somebody sets; time passes all the same.</summary>
    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Wrong { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Wrong;
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
