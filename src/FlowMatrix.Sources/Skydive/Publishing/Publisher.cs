using System.Buffers.Text;
using System.Globalization;
using FlowMatrix.Core;
using FlowMatrix.Core.Model;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Sources.Skydive.Queries;

namespace FlowMatrix.Sources.Skydive.Publishing;

/// <summary>The number of nodes and edges of a graph.</summary>
internal readonly record struct GraphSize(int Nodes, int Edges)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Nodes:N0} nodes and {Edges:N0} edges");
}

/// <summary>
/// Publishes a matrix to an analyzer's graph and replaces what was published under the same name. The analyzer does not
/// report elements that it refuses, so the elements are counted afterwards. Source: docs/skydive-protocol.md,
/// "Publisher".
/// </summary>
/// <param name="name">The host ID, which is part of the origin. Each element also has it as "PublishedBy".</param>
internal sealed class Publisher(AnalyzerClient client, string name, int hostsPerRequest) : IDisposable
{
    private static readonly TimeSpan MinRecountDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MaxRecountDelay = TimeSpan.FromSeconds(1);

    private AnalyzerWebSocket? _socket;
    private Task _receiving = Task.CompletedTask;

    /// <summary>
    /// Whether the elements are removed when the connection ends; else they stay until they are removed.
    /// </summary>
    public bool Transient { get; init; }

    /// <summary>How long the analyzer may take to store the elements.</summary>
    public TimeSpan VerifyTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <exception cref="Failure">The analyzer cannot be reached, refuses, or did not store all elements.</exception>
    public async Task<GraphSize> PublishAsync(Matrix matrix, CancellationToken cancel)
    {
        var hosts = await KnownHostsAsync(PublishedGraph.HostsOf(matrix), cancel);
        var graph = new PublishedGraph(matrix, name, hosts);
        await SyncAsync(graph, cancel);
        return new GraphSize(graph.Nodes.Count, graph.Edges.Count);
    }

    /// <summary>Removes everything that was published under the name.</summary>
    /// <returns>What was removed.</returns>
    public async Task<GraphSize> RemoveAsync(CancellationToken cancel)
    {
        var before = await CountAsync(cancel);
        await SyncAsync(null, cancel);
        return before;
    }

    /// <summary>Keeps the connection open, and with it transient elements, until cancelled.</summary>
    /// <exception cref="Failure">The connection was closed by the analyzer or broke.</exception>
    public async Task StayAsync(CancellationToken cancel)
    {
        try
        {
            await _receiving.WaitAsync(cancel);
        }
        catch (TransientException e)
        {
            throw new Failure(FailureKind.Analyzer, $"{e.Message}; what was published there was removed", e);
        }
        catch (OperationCanceledException)
        {
            await _socket!.CloseAsync(_receiving);
            throw;
        }

        throw new Failure(
            FailureKind.Analyzer,
            $"{client.Where}: the analyzer closed the connection; what was published there was removed"
        );
    }

    public void Dispose() => _socket?.Dispose();

    private async Task SyncAsync(PublishedGraph? graph, CancellationToken cancel)
    {
        var request = new WebSocketRequest("ws/publisher", name)
        {
            DeleteOnDisconnect = Transient,
            WhenInUse = ": publish under another name with --publish-as, or wait until that one has ended",
        };
        _socket = await client.OpenAsync(request, cancel);

        // The analyzer's messages to a publisher are not needed, but pings are answered only while receiving.
        _receiving = _socket.AnswerPingsAsync();
        try
        {
            await _socket.SendAsync(SyncMessage.Write(graph, name, client.Time.GetUtcNow()), cancel);
        }
        catch (TransientException e)
        {
            throw new Failure(FailureKind.Analyzer, e.Message, e);
        }

        await VerifyAsync(new GraphSize(graph?.Nodes.Count ?? 0, graph?.Edges.Count ?? 0), cancel);
        if (!Transient)
        {
            await _socket.CloseAsync(_receiving);
        }
    }

    /// <summary>Counts the published elements until all have arrived or the timeout has passed.</summary>
    private async Task VerifyAsync(GraphSize sent, CancellationToken cancel)
    {
        var start = client.Time.GetTimestamp();
        for (var wait = MinRecountDelay; ; wait = wait * 2 < MaxRecountDelay ? wait * 2 : MaxRecountDelay)
        {
            var held = await CountAsync(cancel);
            if (held == sent)
            {
                return;
            }

            if (client.Time.GetElapsedTime(start) > VerifyTimeout)
            {
                throw new Failure(
                    FailureKind.Analyzer,
                    $"{client.Where}: {sent} were published as \"{name}\", but the analyzer has {held} with that "
                        + "name: its log shows what it refused"
                );
            }

            await Task.Delay(wait, client.Time, cancel);
        }
    }

    private async Task<GraphSize> CountAsync(CancellationToken cancel) =>
        new(
            await client.AskAsync(Gremlin.CountNodes(name), ReadCount, cancel),
            await client.AskAsync(Gremlin.CountEdges(name), ReadCount, cancel)
        );

    private int ReadCount(Stream answer, CancellationToken cancel)
    {
        Span<byte> text = stackalloc byte[32];
        var read = answer.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        return
            Utf8Parser.TryParse(text[..read].Trim(" \r\n"u8), out int count, out var used)
            && text[..read].Trim(" \r\n"u8).Length == used
            ? count
            : throw new Failure(FailureKind.Analyzer, $"{client.Where}: returned an invalid count");
    }

    /// <summary>The IDs of the hosts' nodes that the analyzer has from its agents, by host name.</summary>
    private async Task<Dictionary<string, string>> KnownHostsAsync(
        IReadOnlyList<string> names,
        CancellationToken cancel
    )
    {
        var ids = new Dictionary<string, string>();
        var queries = names
            .Where(Gremlin.CanQuote)
            .Chunk(hostsPerRequest)
            .Select(Gremlin.HostNodes)
            .Concat(names.Where(name => !Gremlin.CanQuote(name)).Select(Gremlin.HostNodesByPattern));
        foreach (var query in queries)
        {
            var found = await client.AskAsync(
                query,
                (body, token) =>
                {
                    var read = new Dictionary<string, string>();
                    HostNodes.Read(body, read, client.Where, token);
                    return read;
                },
                cancel
            );
            foreach (var (host, id) in found)
            {
                ids[host] = id;
            }
        }

        return ids;
    }
}
