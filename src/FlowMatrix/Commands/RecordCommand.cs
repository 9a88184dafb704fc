using System.CommandLine;
using System.Globalization;
using FlowMatrix.Core;
using FlowMatrix.Core.Recordings;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Time;
using FlowMatrix.Live;
using FlowMatrix.Options;
using FlowMatrix.Sources.Skydive.Subscribing;
using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>Follows a platform and records its rows over time, in a file that is read like a matrix.</summary>
internal sealed class RecordCommand(CommandEnvironment environment) : ICommand
{
    public string Description =>
        "Record the matrix over time: each row once, with when it was first and last seen and in how many scans. The "
        + "file is complete up to the last scan whenever the command stops, and is read with --input.";

    public string Examples =>
        """
            Examples:
              flowmatrix record -a skydive.example.com --for 24h -o day.ndjson.gz
              flowmatrix record -a skydive.example.com --every 5m --loopback hide -o week.ndjson.gz
              flowmatrix -i day.ndjson.gz --columns first_seen,last_seen,scans
              nohup flowmatrix record -a skydive.example.com --for 24h -o day.ndjson.gz 2> day.log &
            """;

    /// <summary>Writing the last scan of a large platform takes seconds.</summary>
    private static readonly TimeSpan TimeToWrite = TimeSpan.FromSeconds(60);

    private readonly AnalyzerSourceOptions _source = new(live: true);
    private readonly RecordOptions _record = new();
    private readonly FilterOptions _filters = new("Which rows are recorded", chains: false);
    private readonly GeneralOptions _general = new();

    public IReadOnlyList<OptionGroup> Groups => [_source, _record, _filters, _general];

    public async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var reporter = _general.Bind(parsed, environment);
        var request = _record.Bind(parsed);
        var plan = new RecordPlan(request.Every, request.For, _filters.Bind(parsed)) { Grace = request.Grace };
        var subscriber = new Subscriber(_source.Analyzer(parsed, environment), reporter.Progress())
        {
            Warn = reporter.Warn,
        };

        var file = new RecordingFile(request.Path);
        var recording = Open(file, plan, reporter, cancel);
        var before = recording.Scans;
        environment.ShutdownTimeout.Limit = TimeToWrite;
        try
        {
            await RecordAsync(recording, file, plan, subscriber, reporter, cancel);
        }
        catch (OperationCanceledException)
        {
            ReportResult(reporter, recording, before, file);
            throw;
        }
        catch (Failure failure) when (cancel.IsCancellationRequested)
        {
            reporter.Error($"{failure.Message}; the last scan is not recorded");
            throw;
        }

        ReportResult(reporter, recording, before, file);
        return 0;
    }

    private async Task RecordAsync(
        Recording recording,
        RecordingFile file,
        RecordPlan plan,
        Subscriber subscriber,
        ConsoleReporter reporter,
        CancellationToken cancel
    )
    {
        try
        {
            var writer = new RecordingWriter(recording, file, environment.Time)
            {
                Warn = reporter.Warn,
                Written = (recording, took) => ReportProgress(reporter, recording, took),
            };
            var recorder = new Recorder(writer, plan, environment.Time)
            {
                Started = (hosts, rows) =>
                    reporter.Note(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"recording {Counted.Text(hosts, "host")}, {Counted.Text(rows, "row")}, "
                                + $"every {GoDuration.Text(plan.Every)} to {file.Path}; press Ctrl-C to stop"
                        )
                    ),
                Warn = reporter.Warn,
            };
            await using var feed = new LiveFeed(subscriber, cancel);
            await recorder.RunAsync(feed.Events, cancel);
        }
        finally
        {
            reporter.EndProgress();
        }
    }

    private static Recording Open(
        RecordingFile file,
        RecordPlan plan,
        ConsoleReporter reporter,
        CancellationToken cancel
    )
    {
        var (every, filter) = (
            GoDuration.Text(plan.Every),
            string.Join(' ', plan.Filter.Terms.Select(term => term.Text))
        );
        if (file.Open(cancel) is not { } saved)
        {
            return new Recording(every) { Filter = filter };
        }

        if (saved.Head.Filter != filter)
        {
            // Rows that one of the two filters leaves out would look as if they had ended.
            throw new Failure(
                FailureKind.Usage,
                $"--output {file.Path}: was recorded {Filtered(saved.Head.Filter)}, and this is {Filtered(filter)}: "
                    + "use another file"
            );
        }

        reporter.Note(
            string.Create(
                CultureInfo.InvariantCulture,
                $"continuing {file.Path}: {Counted.Text(saved.Head.Rows, "row")} "
                    + $"of {Counted.Text(saved.Head.Scans, "scan")}"
            )
        );
        return new Recording(saved, every) { Filter = filter };
    }

    private static string Filtered(string filter) => filter.Length == 0 ? "without filters" : $"with {filter}";

    private static void ReportProgress(ConsoleReporter reporter, Recording recording, TimeSpan took)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{Counted.Text(recording.Rows, "row")} of {Counted.Text(recording.Scans, "scan")} "
                + $"written in {took.TotalMilliseconds:N0} ms"
        );
        reporter.Detail(text);
        reporter.Status(text);
    }

    private static void ReportResult(ConsoleReporter reporter, Recording recording, int before, RecordingFile file)
    {
        if (recording.Scans == before)
        {
            return;
        }

        var missed = recording.Missed == 0 ? "" : $"; {Recorder.Scans(recording.Missed)} missed";
        var incomplete =
            recording.Incomplete == 0
                ? ""
                : $"; {Recorder.Scans(recording.Incomplete)} incomplete, taken while known hosts were missing";
        reporter.Note(
            string.Create(
                CultureInfo.InvariantCulture,
                $"wrote {Counted.Text(recording.Rows, "row")} of {Counted.Text(recording.Scans, "scan")} "
                    + $"to {file.Path}{missed}{incomplete}"
            )
        );
    }
}
