using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Core.Text;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Sources.Skydive.Queries;
using FlowMatrix.Sources.Skydive.Reading;
using FlowMatrix.Sources.Skydive.Saving;

namespace FlowMatrix.Sources.Skydive;

/// <summary>
/// What an analyzer knows: the hosts' names first, then their sockets in slices of some hosts, since an analyzer
/// builds each answer whole in its memory; then the addresses of all interfaces, and the sockets of flows. A few
/// requests are under way at once; their tables are joined in the order of the names, so that the same estate gives
/// the same table.
/// </summary>
internal sealed class AnalyzerSource(AnalyzerOptions options, AnalyzerQuery query) : ISource
{
    private const int RequestsAtOnce = 4;

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
            var questions = QuestionsFor(names, gremlin).ToList();
            await ReadAllAsync(
                questions,
                (question, stop) => ReadOneAsync(client, question, gremlin, saved, stop),
                Join,
                cancel
            );
        }

        SocketTableChecks.RequireSockets(table, client.Where, isFile: false);
        if (progress.HostsRead < names.Count)
        {
            progress.Warn(
                $"{client.Where}: {names.Count - progress.HostsRead} of {names.Count} hosts left before they "
                    + "were asked for"
            );
        }

        saved?.Commit();
        return table;

        void Join(Answer answer)
        {
            progress.Add(answer.Table.Ranges.Count, answer.Table.Sockets.Count);
            table.Append(answer.Table);
            if (answer.Aside is not null)
            {
                saved!.Append(answer.Aside);
            }
        }
    }

    private IEnumerable<Question> QuestionsFor(IReadOnlyList<string> names, Gremlin gremlin)
    {
        foreach (var slice in names.Where(Gremlin.CanQuote).Chunk(query.HostsPerRequest))
        {
            yield return new Question(gremlin.Hosts(slice), AnswerForm.Nodes, slice);
        }

        foreach (var name in names.Where(name => !Gremlin.CanQuote(name)))
        {
            yield return new Question(gremlin.HostByPattern(name), AnswerForm.Nodes, [name]);
        }

        yield return new Question(gremlin.InterfacesWithIPv4(), AnswerForm.Nodes, []);
        yield return new Question(gremlin.InterfacesWithIPv6(), AnswerForm.Nodes, []);
        if (query.UseFlows)
        {
            yield return new Question(gremlin.FlowSockets(), AnswerForm.Flows, []);
        }
    }

    /// <summary>
    /// Asks again, once, where hosts that were asked for are missing in the answer. Those that left meanwhile are not
    /// listed any more; an answer without hosts that the analyzer lists would make a smaller matrix.
    /// </summary>
    private static async Task<Answer> ReadOneAsync(
        AnalyzerClient client,
        Question question,
        Gremlin gremlin,
        AnswerSpool? saved,
        CancellationToken cancel
    )
    {
        var answer = await ReadOnceAsync(client, question, saved, cancel);
        if (answer.Missing.Count == 0)
        {
            return answer;
        }

        await DropAsync(answer);
        answer = await ReadOnceAsync(client, question, saved, cancel);
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
                        $"its answer lacks {missing.Count} of {question.Hosts.Count} hosts that were asked "
                            + "for and that it lists, "
                            + $"such as {UntrustedText.Shown(missing[0])}: is a proxy in between, or the "
                            + "analyzer overloaded? "
                            + "Try again, maybe with a smaller --hosts-per-request"
                    );
                }
            }

            return answer;
        }
        catch
        {
            await DropAsync(answer);
            throw;
        }
    }

    private static Task<Answer> ReadOnceAsync(
        AnalyzerClient client,
        Question question,
        AnswerSpool? saved,
        CancellationToken cancel
    ) =>
        client.AskAsync(
            question.Gremlin,
            (body, token) =>
            {
                // Each try starts anew, so that nothing of a failed one remains.
                var table = new SocketTable();
                var reader = new AnswerReader(table, FailureKind.Analyzer, client.Where) { Form = question.Form };
                if (saved is null)
                {
                    reader.Read(body, token);
                    return new Answer(table, null, Missing());
                }

                var aside = saved.OpenAside();
                try
                {
                    using var tee = saved.Tee(body, aside);
                    reader.Read(tee, token);
                    return new Answer(table, aside, Missing());
                }
                catch
                {
                    aside.Dispose();
                    throw;
                }

                List<string> Missing() => [.. question.Hosts.Where(name => !reader.Names.Contains(name))];
            },
            cancel
        );

    /// <summary>
    /// Reads some answers at once and hands them on in the order of their queries. The first that fails stops the
    /// others; none is still under way when this returns.
    /// </summary>
    private static async Task ReadAllAsync(
        List<Question> questions,
        Func<Question, CancellationToken, Task<Answer>> read,
        Action<Answer> join,
        CancellationToken cancel
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var underWay = new Queue<Task<Answer>>();
        try
        {
            foreach (var question in questions)
            {
                if (underWay.Count == RequestsAtOnce)
                {
                    join(await underWay.Peek());
                    _ = underWay.Dequeue();
                }

                underWay.Enqueue(OrStopAllAsync(question));
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
                await DropAsync(await left);
            }

            if (underWay.FirstOrDefault(task => task.IsFaulted) is { } failed)
            {
                await failed;
            }
        }

        async Task<Answer> OrStopAllAsync(Question question)
        {
            try
            {
                return await read(question, stop.Token);
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }
    }

    private static ValueTask DropAsync(Answer answer) => answer.Aside?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <param name="Aside">Where the answer is kept to be saved.</param>
    /// <param name="Missing">Hosts that were asked for and are not in it.</param>
    private sealed record Answer(SocketTable Table, Stream? Aside, IReadOnlyList<string> Missing);
}
