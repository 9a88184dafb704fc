using System.Globalization;
using System.Threading.Channels;
using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Core.Time;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Sources.Skydive.Queries;
using FlowMatrix.Sources.Skydive.Reading;

namespace FlowMatrix.Sources.Skydive.Subscribing;

/// <summary>What a subscriber tells.</summary>
/// <param name="Addresses">All interfaces' addresses, where all nodes came anew; null for a single change.</param>
internal sealed record SubscriberEvent(SubscriberMessage Message, SocketTable? Addresses)
{
    /// <summary>There is no connection any more: nothing is known until all nodes come anew.</summary>
    public static readonly SubscriberEvent Lost = new(Nothing(), null);

    /// <summary>Nothing new, but for that the analyzer is there.</summary>
    public static readonly SubscriberEvent Alive = new(Nothing(), null);

    public bool IsLost => ReferenceEquals(this, Lost);

    public bool IsAlive => ReferenceEquals(this, Alive);

    private static SubscriberMessage Nothing() => new(MessageKind.Other, [], new SocketTable());
}

/// <summary>
/// Follows the hosts of an analyzer: all of them first, then each as it changes. When the connection ends, for whatever
/// reason, it begins again, after a wait that grows with each failure until a connection has held for a while.
/// </summary>
internal sealed class Subscriber(AnalyzerOptions options, ReadProgress progress)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>A connection that held for so long was a good one. Agents report far more often than that.</summary>
    private static readonly TimeSpan GoodConnection = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A restarted analyzer knows its hosts again 1 to 2 s after its start: all come soon after the first.
    /// </summary>
    private static readonly TimeSpan HostsGather = TimeSpan.FromSeconds(3);

    private int _badMessages;

    /// <summary>Whether the first answer with a host was passed on.</summary>
    private bool _began;

    /// <summary>Whether it was passed on that there is no connection any more.</summary>
    private bool _lost;

    /// <summary>Told what the user should know: that the connection broke, that there is one again.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>Whether there ever was an answer, even that there are no hosts.</summary>
    public bool WasAnswered { get; private set; }

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="Failure">The analyzer never gave a first answer.</exception>
    public async Task RunAsync(ChannelWriter<SubscriberEvent> events, CancellationToken cancel)
    {
        using var client = new AnalyzerClient(
            options,
            progress,
            new ActivityMonitor(() => TellAlive(events), options.Time)
        );
        for (var failures = 0; ; failures++)
        {
            var (reason, held) = await FollowAsync(client, events, cancel);
            if (!WasAnswered && failures >= options.Retries)
            {
                throw new Failure(FailureKind.Analyzer, reason.Message, reason);
            }

            if (_began && !_lost)
            {
                _lost = true;
                await events.WriteAsync(SubscriberEvent.Lost, cancel);
            }

            failures = held >= GoodConnection ? 0 : failures;
            var wait = Wait(failures);
            var bad = reason is BadMessageException ? $" ({Count(++_badMessages)} so far)" : "";
            Say(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{reason.Message}{bad}; reconnecting in {wait.TotalSeconds:0.#} s"
                )
            );
            await Task.Delay(wait, options.Time, cancel);
        }
    }

    /// <summary>One connection, to its end.</summary>
    /// <returns>Why it ended, and how long it held.</returns>
    private async Task<(Exception Reason, TimeSpan Held)> FollowAsync(
        AnalyzerClient client,
        ChannelWriter<SubscriberEvent> events,
        CancellationToken cancel
    )
    {
        var start = options.Time.GetTimestamp();
        try
        {
            using var socket = await client.OpenAsync(
                new SocketRequest("ws/subscriber", $"flowmatrix-{Guid.NewGuid():N}"),
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
    /// Asks for all nodes. What comes before they do is older than they are. An analyzer that knows no host with
    /// sockets yet is asked again once there is one.
    /// </summary>
    /// <returns>The next message, which may still be on its way.</returns>
    private async Task<Task<SubscriberMessage?>> BeginAsync(
        AnalyzerClient client,
        AnalyzerSocket socket,
        ChannelWriter<SubscriberEvent> events,
        CancellationToken cancel
    )
    {
        var reply = await AskAsync(client, socket, cancel);
        if (!_began && reply.Table.Ranges.Count == 0)
        {
            Say(
                $"{client.Where}: no host reports sockets yet, waiting for one (agents report them where the "
                    + "probe \"socketinfo\" is enabled)"
            );
            reply = await WaitForHostsAsync(client, socket, cancel);
        }

        // Pings are answered only while something is received, and an analyzer drops a client that does not answer
        // them. Large platforms need longer for their addresses than that.
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
            if (_began)
            {
                Say($"{client.Where}: connected again");
            }

            (_began, _lost) = (true, false);
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
    /// Of each node only the newest message: however long it takes, there are no more messages than nodes.
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

    private async Task<SubscriberMessage> AskAsync(
        AnalyzerClient client,
        AnalyzerSocket socket,
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

    /// <summary>Until there is a host, and then for those that come soon after it.</summary>
    private async Task<SubscriberMessage> WaitForHostsAsync(
        AnalyzerClient client,
        AnalyzerSocket socket,
        CancellationToken cancel
    )
    {
        Task? gathering = null;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            while (await ReceiveAsync(client, socket, cancel) is { } message)
            {
                if (message.Kind == MessageKind.Reply && message.Table.Ranges.Count > 0)
                {
                    return message;
                }

                // Receiving goes on meanwhile: it is what answers pings.
                gathering =
                    message.Table.Ranges.Count == 0 ? gathering
                    : gathering is null or { IsCompleted: true } ? AskLaterAsync(socket, ended.Token)
                    : gathering;
            }

            throw ClosedEarly(client);
        }
        finally
        {
            await ended.CancelAsync();
            await (gathering ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AskLaterAsync(AnalyzerSocket socket, CancellationToken cancel)
    {
        await Task.Delay(HostsGather, options.Time, cancel);
        await socket.SendAsync(GraphMessage.SyncRequest(Gremlin.HostsFilter), cancel);
    }

    private static TransientException ClosedEarly(AnalyzerClient client) =>
        new($"{client.Where}: the analyzer closed the connection without a response");

    private void TellAlive(ChannelWriter<SubscriberEvent> events)
    {
        // Where there is no room there is something else to be looked at, which says the same.
        if (_began && !_lost)
        {
            events.TryWrite(SubscriberEvent.Alive);
        }
    }

    private static Task<SubscriberMessage?> ReceiveAsync(
        AnalyzerClient client,
        AnalyzerSocket socket,
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

    private TimeSpan Wait(int failures)
    {
        var wait = options.RetryDelay * Math.Pow(2, Math.Min(failures, 16));
        return wait < LongestWait ? wait : LongestWait;
    }
}
