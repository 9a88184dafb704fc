using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Core.Text;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Sources.Skydive.Queries;
using FlowMatrix.Sources.Skydive.Reading;
using FlowMatrix.Sources.Skydive.Saving;

namespace FlowMatrix.Sources.Skydive;

/// <summary>
/// Reads an estate from an analyzer: first the names of the hosts, then their sockets in batches, since an analyzer
/// builds each answer in memory; then the addresses of all interfaces, and the sockets of captured flows. A few
/// requests run concurrently. Their tables are appended in the order of the queries: the same estate gives the same
/// table.
/// </summary>
internal sealed class AnalyzerSource(AnalyzerOptions options, AnalyzerQuery query) : ISource
{
    private const int MaxConcurrentRequests = 4;

    async Task<SourceContent> ISource.ReadAsync(ReadProgress progress, CancellationToken cancel) =>
        new(await ReadAsync(progress, cancel));

    public async Task<SocketTable> ReadAsync(ReadProgress progress, CancellationToken cancel)
    {
        using var client = new AnalyzerClient(options, progress);
        var table = new SocketTable { Past = query.At is not null || query.Duration is not null };
        using var saved = query.SaveTo is null ? null : new AnswerSpool(query.SaveTo, table.Past);
        var gremlin = new Gremlin(query.At, query.Duration);

        var names = await client.AskAsync(gremlin.HostNames(), (body, _) => HostNames.Read(body, client.Where), cancel);
        progress.HostsExpected = names.Count;
        if (names.Count > 0)
        {
            var queries = QueriesFor(names, gremlin).ToList();
            await ReadAllAsync(
                queries,
                (request, stop) => ReadCompleteAsync(client, request, gremlin, saved, stop),
                Append,
                cancel
            );
        }

        SocketTableChecks.RequireSockets(table, client.Where, isFile: false);
        if (progress.HostsRead < names.Count)
        {
            progress.Warn(
                $"{client.Where}: {names.Count - progress.HostsRead} of {names.Count} hosts disappeared before "
                    + "they were queried"
            );
        }

        saved?.Commit();
        return table;

        void Append(Answer answer)
        {
            progress.Add(answer.Table.Ranges.Count, answer.Table.Sockets.Count);
            table.Append(answer.Table);
            if (answer.Copy is not null)
            {
                saved!.Append(answer.Copy);
            }
        }
    }

    private IEnumerable<GremlinQuery> QueriesFor(IReadOnlyList<string> names, Gremlin gremlin)
    {
        foreach (var slice in names.Where(Gremlin.CanQuote).Chunk(query.HostsPerRequest))
        {
            yield return new GremlinQuery(gremlin.Hosts(slice), AnswerForm.Nodes, slice);
        }

        foreach (var name in names.Where(name => !Gremlin.CanQuote(name)))
        {
            yield return new GremlinQuery(gremlin.HostByPattern(name), AnswerForm.Nodes, [name]);
        }

        yield return new GremlinQuery(gremlin.InterfacesWithIPv4(), AnswerForm.Nodes, []);
        yield return new GremlinQuery(gremlin.InterfacesWithIPv6(), AnswerForm.Nodes, []);
        if (query.UseFlows)
        {
            yield return new GremlinQuery(gremlin.FlowSockets(), AnswerForm.Flows, []);
        }
    }

    /// <summary>
    /// Repeats the query once if requested hosts are missing in the answer. Hosts that disappeared meanwhile are no
    /// longer listed. Hosts that are listed and still missing are an error: the matrix would silently be smaller.
    /// </summary>
    private static async Task<Answer> ReadCompleteAsync(
        AnalyzerClient client,
        GremlinQuery request,
        Gremlin gremlin,
        AnswerSpool? saved,
        CancellationToken cancel
    )
    {
        var answer = await ReadOnceAsync(client, request, saved, cancel);
        if (answer.Missing.Count == 0)
        {
            return answer;
        }

        await DiscardAsync(answer);
        answer = await ReadOnceAsync(client, request, saved, cancel);
        try
        {
            if (answer.Missing.Count > 0)
            {
                var listed = await client.AskAsync(
                    gremlin.HostNames(),
                    (body, _) => HostNames.Read(body, client.Where),
                    cancel
                );
                if (answer.Missing.Intersect(listed).ToList() is { Count: > 0 } missing)
                {
                    throw client.Errors.Wrong(
                        $"its answer lacks {missing.Count} of {request.Hosts.Count} requested hosts, such as "
                            + $"{UntrustedText.Shown(missing[0])}, although it lists them: is there a proxy in "
                            + "between, or is the analyzer overloaded? "
                            + "Try again, or use a smaller --hosts-per-request"
                    );
                }
            }

            return answer;
        }
        catch
        {
            await DiscardAsync(answer);
            throw;
        }
    }

    private static Task<Answer> ReadOnceAsync(
        AnalyzerClient client,
        GremlinQuery request,
        AnswerSpool? saved,
        CancellationToken cancel
    ) =>
        client.AskAsync(
            request.Text,
            (body, token) =>
            {
                // A new table per attempt: a failed one leaves nothing behind.
                var table = new SocketTable();
                var reader = new AnswerReader(table, FailureKind.Analyzer, client.Where) { Form = request.Form };
                if (saved is null)
                {
                    reader.Read(body, token);
                    return new Answer(table, null, Missing());
                }

                var copy = saved.OpenTemporary();
                try
                {
                    using var tee = saved.Tee(body, copy);
                    reader.Read(tee, token);
                    return new Answer(table, copy, Missing());
                }
                catch
                {
                    copy.Dispose();
                    throw;
                }

                List<string> Missing() => [.. request.Hosts.Where(name => !reader.Names.Contains(name))];
            },
            cancel
        );

    /// <summary>
    /// Reads several answers concurrently and appends them in the order of their queries. The first failure cancels the
    /// others. No request is running when this returns.
    /// </summary>
    private static async Task ReadAllAsync(
        List<GremlinQuery> queries,
        Func<GremlinQuery, CancellationToken, Task<Answer>> read,
        Action<Answer> append,
        CancellationToken cancel
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var pending = new Queue<Task<Answer>>();
        try
        {
            foreach (var request in queries)
            {
                if (pending.Count == MaxConcurrentRequests)
                {
                    append(await pending.Peek());
                    _ = pending.Dequeue();
                }

                pending.Enqueue(ReadOrCancelAllAsync(request));
            }

            while (pending.Count > 0)
            {
                append(await pending.Peek());
                _ = pending.Dequeue();
            }
        }
        finally
        {
            // Requests are still pending only after a failure. The first failure is the one to report.
            await stop.CancelAsync();
            await ((Task)Task.WhenAll(pending)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var completed in pending.Where(task => task.IsCompletedSuccessfully))
            {
                await DiscardAsync(await completed);
            }

            if (pending.FirstOrDefault(task => task.IsFaulted) is { } failed)
            {
                await failed;
            }
        }

        async Task<Answer> ReadOrCancelAllAsync(GremlinQuery request)
        {
            try
            {
                return await read(request, stop.Token);
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }
    }

    private static ValueTask DiscardAsync(Answer answer) => answer.Copy?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>A query, and what its answer must hold.</summary>
    /// <param name="Hosts">The names of the requested hosts; empty if it is not a query for hosts.</param>
    private sealed record GremlinQuery(string Text, AnswerForm Form, IReadOnlyList<string> Hosts);

    /// <param name="Copy">A temporary copy of the answer, if answers are saved; else null.</param>
    /// <param name="Missing">Requested hosts that the answer does not contain.</param>
    private sealed record Answer(SocketTable Table, Stream? Copy, IReadOnlyList<string> Missing);
}
