using System.Globalization;
using System.Threading.Channels;
using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Core.Time;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Sources.Skydive.Queries;
using FlowMatrix.Sources.Skydive.Reading;

namespace FlowMatrix.Sources.Skydive.Subscribing;

/// <summary>An event of a subscription.</summary>
/// <param name="Addresses">The addresses of all interfaces, if the message has all nodes; null if it has one.</param>
internal sealed record SubscriberEvent(SubscriberMessage Message, SocketTable? Addresses)
{
    /// <summary>The connection is lost. The next event after it has all nodes.</summary>
    public static readonly SubscriberEvent Disconnected = new(Empty(), null);

    /// <summary>No change, but the analyzer sent something: it is still there.</summary>
    public static readonly SubscriberEvent KeepAlive = new(Empty(), null);

    public bool IsDisconnected => ReferenceEquals(this, Disconnected);

    public bool IsKeepAlive => ReferenceEquals(this, KeepAlive);

    private static SubscriberMessage Empty() => new(MessageKind.Other, [], new SocketTable());
}

/// <summary>
/// Subscribes to the hosts of an analyzer: first all of them, then each change. Reconnects whenever the connection
/// ends, with a delay that grows with each failure and is reset after a stable connection.
/// </summary>
internal sealed class Subscriber(AnalyzerOptions options, ReadProgress progress)
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);

    /// <summary>A connection that lasted this long resets the delay. Agents report far more often.</summary>
    private static readonly TimeSpan StableConnection = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long to wait for further hosts after the first: agents reconnect to a restarted analyzer within 1 to 2 s.
    /// Source: docs/skydive-protocol.md, "Subscriber".
    /// </summary>
    private static readonly TimeSpan HostsSettle = TimeSpan.FromSeconds(3);

    private int _badMessages;

    /// <summary>Whether the first event was written.</summary>
    private bool _started;

    /// <summary>Whether <see cref="SubscriberEvent.Disconnected"/> was the last event.</summary>
    private bool _disconnected;

    /// <summary>Called with messages for the user, when the connection is lost and when it is back.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Whether the analyzer answered at least once, even without hosts.</summary>
    public bool WasAnswered { get; private set; }

    /// <summary>Writes events until cancelled.</summary>
    /// <exception cref="Failure">The analyzer did not answer once within the retries.</exception>
    public async Task RunAsync(ChannelWriter<SubscriberEvent> events, CancellationToken cancel)
    {
        using var client = new AnalyzerClient(
            options,
            progress,
            new ActivityMonitor(() => ReportActivity(events), options.Time)
        );
        for (var failures = 0; ; failures++)
        {
            var (reason, lasted) = await FollowAsync(client, events, cancel);
            if (!WasAnswered && failures >= options.Retries)
            {
                throw new Failure(FailureKind.Analyzer, reason.Message, reason);
            }

            if (_started && !_disconnected)
            {
                _disconnected = true;
                await events.WriteAsync(SubscriberEvent.Disconnected, cancel);
            }

            failures = lasted >= StableConnection ? 0 : failures;
            var wait = ReconnectDelay(failures);
            var bad = reason is BadMessageException ? $" ({Count(++_badMessages)} so far)" : "";
            Warn(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{reason.Message}{bad}; reconnecting in {wait.TotalSeconds:0.#} s"
                )
            );
            await Task.Delay(wait, options.Time, cancel);
        }
    }

    /// <summary>Follows one connection until it ends.</summary>
    /// <returns>Why it ended, and how long it lasted.</returns>
    private async Task<(Exception Reason, TimeSpan Lasted)> FollowAsync(
        AnalyzerClient client,
        ChannelWriter<SubscriberEvent> events,
        CancellationToken cancel
    )
    {
        var start = options.Time.GetTimestamp();
        try
        {
            using var socket = await client.OpenAsync(
                new WebSocketRequest("ws/subscriber", $"flowmatrix-{Guid.NewGuid():N}"),
                cancel
            );
            start = options.Time.GetTimestamp();
            var next = await await BeginAsync(client, socket, events, cancel);
            while (next is { } message)
            {
                await events.WriteAsync(new SubscriberEvent(message, null), cancel);
                next = await ReceiveAsync(client, socket, cancel);
            }

            return (client.Errors.Wrong("the analyzer closed the connection"), options.Time.GetElapsedTime(start));
        }
        catch (Exception e) when (e is TransientException || (e is Failure or BadMessageException && WasAnswered))
        {
            return (e, options.Time.GetElapsedTime(start));
        }
        catch (BadMessageException e)
        {
            throw new Failure(FailureKind.Analyzer, e.Message, e);
        }
    }

    /// <summary>
    /// Requests all nodes. Messages before the reply are older than it. If no host reports sockets yet, waits for one
    /// and repeats the request.
    /// </summary>
    /// <returns>The pending receive of the next message.</returns>
    private async Task<Task<SubscriberMessage?>> BeginAsync(
        AnalyzerClient client,
        AnalyzerWebSocket socket,
        ChannelWriter<SubscriberEvent> events,
        CancellationToken cancel
    )
    {
        var reply = await RequestHostsAsync(client, socket, cancel);
        if (!_started && reply.Table.Ranges.Count == 0)
        {
            Warn(
                $"{client.Where}: no host reports sockets yet, waiting for one (agents report them where the "
                    + "probe \"socketinfo\" is enabled)"
            );
            reply = await WaitForHostsAsync(client, socket, cancel);
        }

        // Pings are answered only while receiving, and an analyzer drops a client that does not answer them. On large
        // platforms the query for the addresses takes longer than that.
        var receiving = ReceiveAsync(client, socket, cancel);
        try
        {
            var addresses = AddressesAsync(client, cancel);
            var early = new OrderedDictionary<string, SubscriberMessage>();
            while (
                await Task.WhenAny(receiving, addresses) == receiving
                && receiving.IsCompletedSuccessfully
                && await receiving is { } message
            )
            {
                KeepNewest(early, message);
                receiving = ReceiveAsync(client, socket, cancel);
            }

            await events.WriteAsync(new SubscriberEvent(reply, await addresses), cancel);
            if (_started)
            {
                Warn($"{client.Where}: connected again");
            }

            (_started, _disconnected) = (true, false);
            foreach (var message in early.Values)
            {
                await events.WriteAsync(new SubscriberEvent(message, null), cancel);
            }

            return receiving;
        }
        catch
        {
            socket.Dispose();
            await ((Task)receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>
    /// Keeps only the newest message per node, so that the number of messages is limited.
    /// </summary>
    private static void KeepNewest(OrderedDictionary<string, SubscriberMessage> early, SubscriberMessage message)
    {
        if (message.Nodes.Count > 0)
        {
            var key = message.Kind == MessageKind.Reply ? "" : message.Nodes[0].Id;
            early.Remove(key);
            early.Add(key, message);
        }
    }

    private async Task<SubscriberMessage> RequestHostsAsync(
        AnalyzerClient client,
        AnalyzerWebSocket socket,
        CancellationToken cancel
    )
    {
        using var limit = new TimeLimit(options.Timeout, options.Time, cancel);
        try
        {
            await socket.SendAsync(GraphMessage.SyncRequest(Gremlin.HostsFilter), limit.Token);
            while (await ReceiveAsync(client, socket, limit.Token) is { } message)
            {
                if (message.Kind == MessageKind.Reply)
                {
                    WasAnswered = true;
                    return message;
                }
            }
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw client.Errors.TimedOut(e);
        }

        throw ClosedEarly(client);
    }

    /// <summary>Waits for a host that reports sockets, and a while longer for further ones.</summary>
    private async Task<SubscriberMessage> WaitForHostsAsync(
        AnalyzerClient client,
        AnalyzerWebSocket socket,
        CancellationToken cancel
    )
    {
        Task? request = null;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            while (await ReceiveAsync(client, socket, cancel) is { } message)
            {
                if (message.Kind == MessageKind.Reply && message.Table.Ranges.Count > 0)
                {
                    return message;
                }

                // The request is sent later while receiving continues, since pings are answered only while receiving.
                request =
                    message.Table.Ranges.Count == 0 ? request
                    : request is null or { IsCompleted: true } ? RequestHostsLaterAsync(socket, ended.Token)
                    : request;
            }

            throw ClosedEarly(client);
        }
        finally
        {
            await ended.CancelAsync();
            await (request ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RequestHostsLaterAsync(AnalyzerWebSocket socket, CancellationToken cancel)
    {
        await Task.Delay(HostsSettle, options.Time, cancel);
        await socket.SendAsync(GraphMessage.SyncRequest(Gremlin.HostsFilter), cancel);
    }

    private static TransientException ClosedEarly(AnalyzerClient client) =>
        new($"{client.Where}: the analyzer closed the connection without a response");

    private void ReportActivity(ChannelWriter<SubscriberEvent> events)
    {
        // If the channel is full, its events show the same activity.
        if (_started && !_disconnected)
        {
            events.TryWrite(SubscriberEvent.KeepAlive);
        }
    }

    private static Task<SubscriberMessage?> ReceiveAsync(
        AnalyzerClient client,
        AnalyzerWebSocket socket,
        CancellationToken cancel
    ) => socket.ReceiveAsync((message, token) => SubscriberMessage.Read(message, client.Errors, token), cancel);

    private static async Task<SocketTable> AddressesAsync(AnalyzerClient client, CancellationToken cancel)
    {
        var all = new SocketTable();
        var gremlin = new Gremlin(null, null);
        foreach (var query in (string[])[gremlin.InterfacesWithIPv4(), gremlin.InterfacesWithIPv6()])
        {
            all.Append(
                await client.AskAsync(
                    query,
                    (body, token) =>
                    {
                        var table = new SocketTable();
                        new AnswerReader(table, FailureKind.Analyzer, client.Where) { Form = AnswerForm.Nodes }.Read(
                            body,
                            token
                        );
                        return table;
                    },
                    cancel
                )
            );
        }

        return all;
    }

    private static string Count(int messages) =>
        string.Create(CultureInfo.InvariantCulture, $"{messages} bad message{(messages == 1 ? "" : "s")}");

    private TimeSpan ReconnectDelay(int failures)
    {
        var wait = options.RetryDelay * Math.Pow(2, Math.Min(failures, 16));
        return wait < MaxDelay ? wait : MaxDelay;
    }
}
