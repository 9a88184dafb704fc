using System.CommandLine;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Views;
using FlowMatrix.Loading;
using FlowMatrix.Options;
using FlowMatrix.Output.Tables;
using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>Two matrices, and what differs between them.</summary>
internal sealed class DiffCommand(CommandEnvironment environment) : ICommand
{
    public string Name => "diff";

    public string Description =>
        "Compare two matrices: rows that were added, removed, or changed outside their key. Rows of which only the direction was "
        + "re-evaluated are shown, but are not a difference. Compares two files, a file with the analyzer, or the analyzer at two times.";

    public string Examples =>
        """
            Examples:
              flowmatrix diff monday.csv tuesday.csv
              flowmatrix diff monday.json.gz --analyzer skydive.example.com:8082 -f markdown
              flowmatrix diff --analyzer skydive.example.com --before-at -24h -o changes.svg
            """;

    private readonly DiffSources _sources = new();
    private readonly ViewOptions _view = new("Which rows (of both)", rows: true);
    private readonly OutputOptions _output = new("table", compared: true);
    private readonly GeneralOptions _general = new();

    public IReadOnlyList<Argument> Arguments => _sources.Arguments;

    public IReadOnlyList<OptionGroup> Groups => [_sources, _sources.Analyzer, .. _view.Groups, _output, _general];

    public async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var reporter = _general.Bind(parsed, environment);
        var (baseline, after) = _sources.Bind(parsed, environment);
        var output = await _output.BindAsync(parsed, environment, cancel);
        BaselineOptions.RefuseFormat(output.Format);
        var (asked, explain) = _view.Bind(parsed, environment, reporter);
        var view = MatrixCommand.Ungrouped(asked, reporter);
        var needs =
            (output.Format.Needs & ~(MatchExtras.Programs | MatchExtras.UnmatchedConnections))
            | (output.ListUnmatched ? MatchExtras.UnmatchedConnections : 0)
            | (view.HasChains ? MatchExtras.Programs : 0);
        var now = await new MatrixLoader(reporter).MatrixAsync(after, needs, cancel);
        return await CompareAsync(baseline, now, view, output, explain, environment, reporter, cancel);
    }

    /// <summary>Compares, writes what differs, and gives the exit code.</summary>
    /// <param name="now">The later matrix, all of it.</param>
    public static async Task<int> CompareAsync(
        Baseline baseline,
        LoadedMatrix now,
        View view,
        OutputRequest output,
        bool explain,
        CommandEnvironment environment,
        ConsoleReporter reporter,
        CancellationToken cancel
    )
    {
        var (diff, picked) = await baseline.CompareAsync(now.Matrix, view, reporter, cancel);
        reporter.Steps(picked.Steps, "row", now.Matrix.Rows.Length);
        var services = now.Services is { } all ? picked.Services(all) : null;
        await MatrixCommand.WriteAsync(
            diff,
            diff.Matrix.Rows.Length,
            services,
            output,
            explain,
            environment,
            reporter,
            cancel
        );
        if (output.ListUnmatched)
        {
            MatrixCommand.ListUnmatched(reporter, diff.Matrix);
        }

        if (output.Format is not TableFormat || output.Path is not null)
        {
            reporter.Note(DiffListing.Summary(diff));
        }

        return diff.Any ? 1 : 0;
    }
}
