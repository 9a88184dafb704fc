using System.Globalization;
using System.Threading.Channels;
using FlowMatrix.Sockets;

namespace FlowMatrix.Skydive;

/// <summary>What a subscriber tells.</summary>
/// <param name="Addresses">All interfaces' addresses, where all nodes came anew; null for a single change.</param>
internal sealed record LiveEvent(SubscriberMessage Message, SocketTable? Addresses)
{
    /// <summary>There is no connection any more: nothing is known until all nodes come anew.</summary>
    public static readonly LiveEvent Lost = new(new SubscriberMessage(MessageKind.Other, [], new SocketTable()), null);

    public bool IsLost => ReferenceEquals(this, Lost);
}

/// <summary>
/// Follows the hosts of an analyzer: all of them first, then each as it changes. When the connection ends, for whatever
/// reason, it begins again, after a wait that grows with each failure.
/// </summary>
internal sealed class Subscriber(AnalyzerOptions options, ReadProgress progress)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>Told what the user should know: that the connection broke, that there is one again.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="Failure">The analyzer never gave a first answer.</exception>
    public async Task RunAsync(ChannelWriter<LiveEvent> events, CancellationToken cancel)
    {
        using var client = new AnalyzerClient(options, progress);
        var (everConnected, failures) = (false, 0);
        while (true)
        {
            Exception reason;
            try
            {
                using var socket = await client.OpenAsync(
                    new SocketRequest("ws/subscriber", $"flowmatrix-{Guid.NewGuid():N}"), cancel);
                await BeginAsync(client, socket, events, cancel);
                if (everConnected)
                {
                    Say($"{client.Where}: connected again");
                }

                (everConnected, failures) = (true, 0);
                while (await ReceiveAsync(client, socket, cancel) is { } message)
                {
                    await events.WriteAsync(new LiveEvent(message, null), cancel);
                }

                reason = client.Errors.Wrong("the analyzer closed the connection");
            }
            catch (Exception e) when (e is PassingFailure || (e is Failure && everConnected))
            {
                reason = e;
            }

            if (!everConnected && failures >= options.Retries)
            {
                throw new Failure(FailureKind.Analyzer, reason.Message, reason);
            }

            if (everConnected && failures == 0)
            {
                await events.WriteAsync(LiveEvent.Lost, cancel);
            }

            var wait = Wait(failures++);
            Say(string.Create(CultureInfo.InvariantCulture, $"{reason.Message}; connecting again in {wait.TotalSeconds:0.#} s"));
            await Task.Delay(wait, cancel);
        }
    }

    /// <summary>Asks for all nodes. What comes before they do is older than they are.</summary>
    private async Task BeginAsync(
        AnalyzerClient client, AnalyzerSocket socket, ChannelWriter<LiveEvent> events, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(options.Timeout);
        try
        {
            await socket.SendAsync(SyncMessage.Request(Gremlin.HostsFilter), limit.Token);
            while (await ReceiveAsync(client, socket, limit.Token) is { } message)
            {
                if (message.Kind == MessageKind.Reply)
                {
                    await events.WriteAsync(new LiveEvent(message, await AddressesAsync(client, cancel)), cancel);
                    return;
                }
            }
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw client.Errors.TimedOut(e);
        }

        throw new PassingFailure($"{client.Where}: the analyzer closed the connection instead of answering");
    }

    private static async Task<SubscriberMessage?> ReceiveAsync(
        AnalyzerClient client, AnalyzerSocket socket, CancellationToken cancel) =>
        await socket.ReceiveAsync(cancel) is { } bytes ? SubscriberMessage.Read(bytes, client.Errors, cancel) : null;

    private static async Task<SocketTable> AddressesAsync(AnalyzerClient client, CancellationToken cancel)
    {
        var all = new SocketTable();
        var gremlin = new Gremlin(null, null);
        foreach (var query in (string[])[gremlin.InterfacesWithIPv4(), gremlin.InterfacesWithIPv6()])
        {
            all.Append(await client.AskAsync(
                query,
                (body, token) =>
                {
                    var table = new SocketTable();
                    new AnswerReader(table, FailureKind.Analyzer, client.Where) { Form = AnswerForm.Nodes }.Read(body, token);
                    return table;
                },
                cancel));
        }

        return all;
    }

    private TimeSpan Wait(int failures)
    {
        var wait = options.RetryDelay * Math.Pow(2, Math.Min(failures, 16));
        return wait < LongestWait ? wait : LongestWait;
    }
}
