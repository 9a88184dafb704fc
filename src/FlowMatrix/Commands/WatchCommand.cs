using System.CommandLine;
using FlowMatrix.Core;
using FlowMatrix.Core.Time;
using FlowMatrix.Core.Views;
using FlowMatrix.Files;
using FlowMatrix.Live;
using FlowMatrix.Options;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Sources.Skydive.Subscribing;
using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>Follows a platform and reports rows that appear and end.</summary>
internal sealed class WatchCommand(CommandEnvironment environment) : ICommand
{
    public string Description =>
        "Follow the platform live: report each row that appears or ends, with the time. Connections that are shorter "
        + "than the scan interval of an agent are not seen.";

    public string Examples =>
        """
            Examples:
              flowmatrix watch -a skydive.example.com
              flowmatrix watch -a skydive.example.com -f ndjson --initial -o changes.ndjson --for 8h
              flowmatrix watch -a skydive.example.com --to-port 3306 --not --from-host "web*"
              flowmatrix watch -a skydive.example.com --until-stable -f csv -o settling.csv
            """;

    private readonly AnalyzerSourceOptions _source = new(live: true);
    private readonly ViewOptions _view = new("Which rows", ViewFeatures.None);
    private readonly WatchOptions _watch = new();
    private readonly GeneralOptions _general = new();

    public IReadOnlyList<OptionGroup> Groups => [_source, .. _view.Groups, _watch, _general];

    public async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var reporter = _general.Bind(parsed, environment);
        var request = _watch.Bind(parsed, environment);
        var analyzer = _source.Analyzer(parsed, environment);
        var (view, _) = _view.Bind(parsed, environment, reporter);
        if (!request.IsScreen)
        {
            using var lines = new EventLineWriter(request, environment);
            return await FollowAsync(analyzer, view, request, lines, reporter, cancel);
        }

        using var screen = new EventScreen(
            environment,
            analyzer.Address.Authority,
            string.Join(' ', view.Filter.Terms.Select(term => term.Text))
        );
        if (environment.ErrorIsTerminal)
        {
            reporter = _general.Bind(parsed, environment with { Error = screen.Messages, ErrorIsTerminal = false });
        }

        return await FollowAsync(analyzer, view, request, screen, reporter, cancel);
    }

    private async Task<int> FollowAsync(
        AnalyzerOptions analyzer,
        View view,
        WatchRequest request,
        IEventSink sink,
        ConsoleReporter reporter,
        CancellationToken cancel
    )
    {
        var subscriber = new Subscriber(analyzer, reporter.Progress()) { Warn = reporter.Warn };
        var estate = new LiveEstate(request.Settle, environment.Time, view, request.Grace) { Warn = reporter.Warn };
        var watch = new Watch(estate, sink, request.End, request.Initial, environment.Time)
        {
            Started = () => reporter.Steps(estate.Steps(), "row", estate.AllRows),
        };
        await using var feed = new LiveFeed(subscriber, cancel);
        try
        {
            await watch.RunAsync(feed.Events, cancel);
            ReportMissed(analyzer, request, estate.HasStarted, subscriber.WasAnswered, watch.IsLost, reporter);
        }
        catch (IOException e) when (request.Path is null && OutputWriter.IsClosedPipe(e))
        {
            // The reader closed the pipe, as "| head" does.
        }
        catch (IOException e)
        {
            throw AtomicFile.CannotWrite(request.Path ?? "to standard output", e);
        }

        return 0;
    }

    /// <summary>Reports what was missed, after the time of --for is over.</summary>
    /// <exception cref="Failure">The analyzer never answered.</exception>
    private static void ReportMissed(
        AnalyzerOptions analyzer,
        WatchRequest request,
        bool hasStarted,
        bool wasAnswered,
        bool isLost,
        ConsoleReporter reporter
    )
    {
        var where = analyzer.Address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        if (!hasStarted && !wasAnswered)
        {
            throw new Failure(
                FailureKind.Analyzer,
                $"{where}: no answer within {GoDuration.Text(request.End.After ?? default)} (--for): "
                    + "is the analyzer running, and is the port right?"
            );
        }

        if (!hasStarted)
        {
            reporter.Warn($"{where}: no host reported sockets: nothing was watched");
        }
        else if (isLost)
        {
            reporter.Warn($"{where}: not connected at the end: events since the connection was lost are not reported");
        }
    }
}
