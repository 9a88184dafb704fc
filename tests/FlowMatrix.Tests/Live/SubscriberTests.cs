using System.Threading.Channels;
using FlowMatrix.Skydive;
using FlowMatrix.Tests.Skydive;

namespace FlowMatrix.Tests.Live;

public sealed class SubscriberTests
{
    [Fact]
    public async Task An_analyzer_that_stops_answering_pings_is_given_up_and_asked_anew()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        analyzer.Subscribers.Reads = false;
        var said = Channel.CreateUnbounded<string>();
        var events = Channel.CreateUnbounded<LiveEvent>();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var subscriber = new Subscriber(
            analyzer.Options with { SignOfLife = TimeSpan.FromMilliseconds(300) }, new ReadProgress())
        {
            Say = text => said.Writer.TryWrite(text),
        };

        var running = subscriber.RunAsync(events.Writer, stop.Token);
        await events.Reader.ReadAsync(stop.Token);
        Assert.Contains("the connection broke off", await said.Reader.ReadAsync(stop.Token));
        analyzer.Subscribers.Reads = true;

        Assert.True((await events.Reader.ReadAsync(stop.Token)).IsLost);
        Assert.NotNull((await events.Reader.ReadAsync(stop.Token)).Addresses);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_refused_filter_is_an_error_with_the_analyzers_words()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        analyzer.Subscribers.Intercept = async (socket, _) =>
        {
            await socket.SendAsync("SyncReply", "Expected right parenthesis", status: 400);
            return true;
        };

        var failure = await Assert.ThrowsAsync<Failure>(
            () => new Subscriber(analyzer.Options, new ReadProgress()).RunAsync(Channel.CreateUnbounded<LiveEvent>().Writer, default));

        Assert.Contains("refuses the subscription (400): \"Expected right parenthesis\"", failure.Message);
    }

    [Fact]
    public async Task A_subscription_that_is_dropped_unanswered_is_tried_again_and_then_an_error()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        analyzer.Subscribers.Intercept = (socket, _) =>
        {
            socket.Abort();
            return Task.FromResult(true);
        };

        var failure = await Assert.ThrowsAsync<Failure>(() => new Subscriber(analyzer.Options with { Retries = 2 }, new ReadProgress())
            .RunAsync(Channel.CreateUnbounded<LiveEvent>().Writer, default));

        Assert.Equal((FailureKind.Analyzer, 3), (failure.Kind, analyzer.Subscribers.Connections));
    }
}
