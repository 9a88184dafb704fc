using FlowMatrix.Sockets;

namespace FlowMatrix.Skydive;

/// <summary>
/// What an analyzer knows: the hosts' names first, then their sockets in slices of some hosts, since an analyzer
/// builds each answer whole in its memory; then the addresses of all interfaces, and the sockets of flows. A few
/// requests are under way at once; their tables are joined in the order of the names, so that the same estate gives
/// the same table.
/// </summary>
internal sealed class AnalyzerSource(AnalyzerOptions options, AnalyzerQuery query) : ISource
{
    private const int RequestsAtOnce = 4;

    public async Task<SocketTable> ReadAsync(ReadProgress progress, CancellationToken cancel)
    {
        using var client = new AnalyzerClient(options, progress);
        var table = new SocketTable { Past = query.At is not null || query.Duration is not null };
        using var saved = query.SaveTo is null ? null : new AnswerSpool(query.SaveTo, table.Past);
        var gremlin = new Gremlin(query.At, query.Duration);

        var names = await client.AskAsync(
            gremlin.HostNames(), (body, _) => HostNames.Read(body, client.Where), cancel);
        progress.HostsExpected = names.Count;
        if (names.Count > 0)
        {
            var queries = QueriesFor(names, gremlin).ToList();
            await ReadAllAsync(queries, (gremlin, stop) => ReadOneAsync(client, gremlin, saved, stop), Join, cancel);
        }

        SocketTableChecks.RequireSockets(table, client.Where);
        if (progress.HostsRead < names.Count)
        {
            progress.Warn($"{client.Where}: {names.Count - progress.HostsRead} of {names.Count} hosts left before they were asked for");
        }

        saved?.Commit();
        return table;

        void Join(Answer answer)
        {
            table.Append(answer.Table);
            if (answer.Aside is not null)
            {
                saved!.Append(answer.Aside);
            }

            progress.Add(answer.Table.Ranges.Count, answer.Table.Sockets.Count);
        }
    }

    private IEnumerable<string> QueriesFor(IReadOnlyList<string> names, Gremlin gremlin)
    {
        foreach (var slice in names.Chunk(query.HostsPerRequest))
        {
            yield return gremlin.Hosts(slice);
        }

        yield return gremlin.InterfacesWithIPv4();
        yield return gremlin.InterfacesWithIPv6();
        if (query.UseFlows)
        {
            yield return gremlin.FlowSockets();
        }
    }

    private static Task<Answer> ReadOneAsync(
        AnalyzerClient client, string gremlin, AnswerSpool? saved, CancellationToken cancel) =>
        client.AskAsync(
            gremlin,
            (body, token) =>
            {
                // Each try starts anew, so that nothing of a failed one remains.
                var table = new SocketTable();
                var reader = new AnswerReader(table, FailureKind.Analyzer, client.Where);
                if (saved is null)
                {
                    reader.Read(body, token);
                    return new Answer(table, null);
                }

                var aside = saved.OpenAside();
                try
                {
                    using var tee = saved.Tee(body, aside);
                    reader.Read(tee, token);
                    return new Answer(table, aside);
                }
                catch
                {
                    aside.Dispose();
                    throw;
                }
            },
            cancel);

    /// <summary>
    /// Reads some answers at once and hands them on in the order of their queries. The first that fails stops the
    /// others; none is still under way when this returns.
    /// </summary>
    private static async Task ReadAllAsync(
        List<string> queries,
        Func<string, CancellationToken, Task<Answer>> read,
        Action<Answer> join,
        CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var underWay = new Queue<Task<Answer>>();
        try
        {
            foreach (var query in queries)
            {
                if (underWay.Count == RequestsAtOnce)
                {
                    join(await underWay.Peek());
                    _ = underWay.Dequeue();
                }

                underWay.Enqueue(OrStopAllAsync(query));
            }

            while (underWay.Count > 0)
            {
                join(await underWay.Peek());
                _ = underWay.Dequeue();
            }
        }
        finally
        {
            // Only where something failed is anything still under way: the one that failed first says why.
            await stop.CancelAsync();
            await ((Task)Task.WhenAll(underWay)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var left in underWay.Where(task => task.IsCompletedSuccessfully))
            {
                if ((await left).Aside is { } aside)
                {
                    await aside.DisposeAsync();
                }
            }

            if (underWay.FirstOrDefault(task => task.IsFaulted) is { } failed)
            {
                await failed;
            }
        }

        async Task<Answer> OrStopAllAsync(string query)
        {
            try
            {
                return await read(query, stop.Token);
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }
    }

    /// <param name="Aside">Where the answer is kept to be saved.</param>
    private sealed record Answer(SocketTable Table, Stream? Aside);
}
