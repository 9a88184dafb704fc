using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using FlowMatrix.Core;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Skydive.Queries;
using FlowMatrix.Sources.Skydive.Subscribing;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Sources.Skydive;

public sealed class SubscriberTests
{
    [Fact]
    public async Task When_pings_are_not_answered_the_subscriber_reconnects()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        analyzer.Subscribers.Reads = false;
        var messages = Channel.CreateUnbounded<string>();
        var events = Channel.CreateUnbounded<SubscriberEvent>();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var subscriber = new Subscriber(
            analyzer.Options with
            {
                KeepAliveInterval = TimeSpan.FromMilliseconds(300),
            },
            new ReadProgress()
        )
        {
            Warn = text => messages.Writer.TryWrite(text),
        };

        var running = subscriber.RunAsync(events.Writer, stop.Token);
        await events.Reader.ReadAsync(stop.Token);
        Assert.Contains("the connection was closed", await messages.Reader.ReadAsync(stop.Token));
        analyzer.Subscribers.Reads = true;

        Assert.True((await events.Reader.ReadAsync(stop.Token)).IsDisconnected);
        Assert.NotNull((await events.Reader.ReadAsync(stop.Token)).Addresses);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Theory]
    [InlineData("closes after each reply", "the analyzer closed the connection; reconnecting in ")]
    [InlineData("sends only bad updates", "sent an invalid message (")]
    [InlineData("sends a key that is not a string", "; reconnecting in ")]
    public async Task The_delay_before_a_reconnect_grows_with_each_failure(string fault, string message)
    {
        var graph = FakeGraph.Recorded();
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);
        analyzer.Subscribers.Intercept = async (socket, _) =>
        {
            await socket.SendAsync(
                "SyncReply",
                new JsonObject { ["Nodes"] = FakeGremlin.Filter(graph, Gremlin.HostsFilter) }
            );
            await (
                fault switch
                {
                    "closes after each reply" => socket.CloseAsync(),
                    "sends only bad updates" => socket.SendRawAsync("""{"Type":"NodeUpdated","Obj":{"ID":"x"}"""),
                    _ => socket.SendRawAsync("""{"Type":"NodeUpdated","\ud800":1,"Obj":{"ID":"x","\ud800":[]},}"""),
                }
            );
            return true;
        };
        var clock = new FakeClock();
        var messages = Channel.CreateUnbounded<string>();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var events = Channel.CreateUnbounded<SubscriberEvent>();
        var subscriber = new Subscriber(
            analyzer.Options with
            {
                RetryDelay = TimeSpan.FromMilliseconds(500),
                Time = clock,
            },
            new ReadProgress()
        )
        {
            Warn = text => messages.Writer.TryWrite(text),
        };

        var running = subscriber.RunAsync(events.Writer, stop.Token);
        foreach (var wait in (string[])["0.5", "1", "2", "4", "8", "16", "30", "30"])
        {
            string text;
            while (!(text = await messages.Reader.ReadAsync(stop.Token)).Contains(message, StringComparison.Ordinal))
            { }
            Assert.EndsWith($"; reconnecting in {wait} s", text);
            await clock.AdvanceAsync(double.Parse(wait, CultureInfo.InvariantCulture));
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Messages_are_received_while_the_addresses_are_queried()
    {
        var (queried, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var analyzer = await FakeAnalyzer.StartAsync(
            ClientsOfNginx.Graph(),
            new()
            {
                Intercept = async _ =>
                {
                    queried.TrySetResult();
                    await answer.Task;
                    return false;
                },
            }
        );
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var events = Channel.CreateUnbounded<SubscriberEvent>();
        var running = new Subscriber(analyzer.Options, new ReadProgress()).RunAsync(events.Writer, stop.Token);
        var subscriber = await analyzer.Subscribers.NextAsync();
        await queried.Task;

        // More than all buffers hold: it can only be sent if the client receives, as it must to answer pings.
        var edge = $$$"""{"Type":"EdgeAdded","Obj":{"ID":"{{{new string('x', 100_000)}}}"}}""";
        for (var i = 0; i < 300; i++)
        {
            await subscriber.SendRawAsync(edge).WaitAsync(stop.Token);
        }

        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(2, "wget"));
        await subscriber.SendAsync("NodeUpdated", ClientsOfNginx.Host(3, "curl"));
        answer.SetResult();

        var first = await events.Reader.ReadAsync(stop.Token);
        Assert.Equal((MessageKind.Reply, true), (first.Message.Kind, first.Addresses is not null));
        SubscriberEvent next;
        while ((next = await events.Reader.ReadAsync(stop.Token)).Message.Nodes is not [{ Revision: 3 }]) { }
        Assert.Equal(MessageKind.Updated, next.Message.Kind);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_subscriber_waits_for_the_first_hosts_of_an_analyzer()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(4));
        var hosts = analyzer.Subscribers.Restart();
        var clock = new FakeClock();
        var messages = Channel.CreateUnbounded<string>();
        var events = Channel.CreateUnbounded<SubscriberEvent>();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var subscriber = new Subscriber(analyzer.Options with { Time = clock }, new ReadProgress())
        {
            Warn = text => messages.Writer.TryWrite(text),
        };

        var running = subscriber.RunAsync(events.Writer, stop.Token);
        Assert.Contains("no host reports sockets yet, waiting for one", await messages.Reader.ReadAsync(stop.Token));
        foreach (var host in hosts)
        {
            await analyzer.Subscribers.StartAgentAsync([host]);
        }

        await clock.AdvanceAsync(3);
        var first = await events.Reader.ReadAsync(stop.Token);
        Assert.Equal((4, true), (first.Message.Nodes.Count, first.Addresses is not null));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_role_without_the_right_to_subscribe_is_an_error_that_names_it()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Forbidden = ["/ws/subscriber"] }
        );

        var failure = await Assert.ThrowsAsync<Failure>(() =>
            new Subscriber(analyzer.Options, new ReadProgress()).RunAsync(
                Channel.CreateUnbounded<SubscriberEvent>().Writer,
                default
            )
        );

        Assert.EndsWith("forbids /ws/subscriber (403): the user's role needs the right to subscribe", failure.Message);
    }

    [Fact]
    public async Task A_refused_filter_is_an_error_with_the_analyzers_message()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        analyzer.Subscribers.Intercept = async (socket, _) =>
        {
            await socket.SendAsync("SyncReply", "Expected right parenthesis", status: 400);
            return true;
        };

        var failure = await Assert.ThrowsAsync<Failure>(() =>
            new Subscriber(analyzer.Options, new ReadProgress()).RunAsync(
                Channel.CreateUnbounded<SubscriberEvent>().Writer,
                default
            )
        );

        Assert.Contains("refuses the subscription (400): \"Expected right parenthesis\"", failure.Message);
    }

    [Fact]
    public async Task A_subscription_that_is_dropped_without_a_reply_is_an_error_after_the_retries()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        analyzer.Subscribers.Intercept = (socket, _) =>
        {
            socket.Abort();
            return Task.FromResult(true);
        };

        var failure = await Assert.ThrowsAsync<Failure>(() =>
            new Subscriber(analyzer.Options with { Retries = 2 }, new ReadProgress()).RunAsync(
                Channel.CreateUnbounded<SubscriberEvent>().Writer,
                default
            )
        );

        Assert.Equal((FailureKind.Analyzer, 3), (failure.Kind, analyzer.Subscribers.Connections));
    }
}
