using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace FlowMatrix.Tests.Skydive;

/// <summary>
/// <c>/ws/subscriber</c>: answers a <c>SyncRequest</c> from the graph, then sends what a test tells it to. A filter
/// that yields no graph is dropped. Source: the protocol's page, "Subscriber".
/// </summary>
internal sealed class FakeSubscribers(FakeGraph graph)
{
    private readonly ConcurrentDictionary<string, string> _connected = new();
    private readonly ConcurrentDictionary<FakeWebSocket, bool> _sockets = new();
    private readonly Channel<FakeWebSocket> _synced = Channel.CreateUnbounded<FakeWebSocket>();

    public ConcurrentQueue<string> Filters { get; } = new();

    public int Connections { get; private set; }

    /// <summary>Sees a subscriber that asks for all before it is answered; answers it itself by returning true.</summary>
    public Func<FakeWebSocket, int, Task<bool>> Intercept { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>Whether pings are answered, which they are only while somebody reads.</summary>
    public bool Reads { get; set; } = true;

    /// <summary>The next subscriber that got its answer.</summary>
    public async Task<FakeWebSocket> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _synced.Reader.ReadAsync(limit.Token);
    }

    public async Task ServeAsync(HttpContext http)
    {
        var host = http.Request.Headers["X-Host-ID"].ToString();
        using var socket = await FakeWebSocket.AcceptAsync(http, _connected);
        if (socket is null)
        {
            return;
        }

        _sockets[socket] = true;
        try
        {
            var number = ++Connections;
            while (await socket.ReceiveAsync() is { } message)
            {
                if ((string)message["Type"]! != "SyncRequest" || await Intercept(socket, number))
                {
                    continue;
                }

                if (!await AnswerAsync(socket, (string)message["Obj"]!["GremlinFilter"]!))
                {
                    return;
                }

                _synced.Writer.TryWrite(socket);
                if (!Reads)
                {
                    var gone = new TaskCompletionSource();
                    await using var registration = http.RequestAborted.Register(gone.SetResult);
                    await gone.Task;
                    return;
                }
            }
        }
        finally
        {
            _sockets.TryRemove(socket, out _);
            _connected.TryRemove(host, out _);
        }
    }

    public void Drop()
    {
        foreach (var socket in _sockets.Keys)
        {
            socket.Abort();
        }
    }

    private async Task<bool> AnswerAsync(FakeWebSocket socket, string filter)
    {
        Filters.Enqueue(filter);
        try
        {
            if (FakeGremlin.Filter(graph, filter) is not { } nodes)
            {
                return false;
            }

            await socket.SendAsync("SyncReply", new JsonObject { ["Nodes"] = nodes, ["Edges"] = null });
        }
        catch (RefusedQueryException e)
        {
            await socket.SendAsync("SyncReply", JsonValue.Create(e.Message), status: 400);
        }

        return true;
    }

    /// <summary>What goes wrong on a network or in a server, by what it looks like to the subscriber.</summary>
    public async Task FailAsync(FakeWebSocket subscriber, string fault)
    {
        switch (fault)
        {
            case "cut in the middle of a message":
                await subscriber.SendRawAsync("""{"Namespace":"Graph","Type":"NodeUpdated","Obj":{"ID":"x",""", isEnd: false);
                subscriber.Abort();
                break;
            case "not JSON":
                await subscriber.SendRawAsync("<html>");
                break;
            case "JSON that is no message":
                await subscriber.SendRawAsync("""["Type"]""");
                break;
            case "a socket that makes no sense":
                await subscriber.SendRawAsync("""{"Type":"NodeUpdated","Obj":{"ID":"c","Host":"vm-2","Metadata":{"Type":"host","Sockets":[{"LocalAddress":"nowhere"}]}}}""");
                break;
            case "closed":
                Drop();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault, "no such fault");
        }
    }
}
