using System.CommandLine;
using FlowMatrix.Live;
using FlowMatrix.Skydive;

namespace FlowMatrix.Cli;

/// <summary>Follows an estate and tells what changes in its matrix.</summary>
internal sealed class WatchCommand(Surroundings surroundings)
{
    public const string Description =
        "Follows an estate live: each row that comes or goes, with the time. Short connections that come and go "
        + "between two scans of an agent cannot be seen.";

    public const string Examples = """
        Examples:
          flowmatrix watch -a skydive.example.com
          flowmatrix watch -a skydive.example.com -f ndjson --initial -o changes.ndjson --for 8h
          flowmatrix watch -a skydive.example.com --until-stable 2m -f csv
        """;

    private readonly SourceOptions _source = new(live: true);
    private readonly WatchOptions _watch = new();
    private readonly GeneralOptions _general = new();

    public IReadOnlyList<OptionGroup> Groups => [_source, _watch, _general];

    public async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var talk = _general.Bind(parsed, surroundings);
        var request = _watch.Bind(parsed, surroundings);
        var subscriber = new Subscriber(_source.Analyzer(parsed, surroundings), talk.Progress()) { Say = talk.Warn };

        var estate = new LiveEstate(request.Settle);
        using var lines = request.IsScreen ? null : new ChangeLines(request, surroundings);
        var watch = new Watch(estate, lines ?? (IChangeSink)new ChangeScreen(surroundings), request.End, request.Initial, TimeProvider.System);
        await using var feed = new LiveFeed(subscriber, cancel);
        try
        {
            await watch.RunAsync(feed.Events, cancel);
        }
        catch (IOException e) when (request.Path is null && OutputWriter.IsClosedPipe(e))
        {
            // Whoever read has seen enough, as "| head" does.
        }
        catch (IOException e)
        {
            throw AtomicFile.CannotWrite(request.Path ?? "to standard output", e);
        }

        return 0;
    }
}
