using System.CommandLine;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Views;
using FlowMatrix.Loading;
using FlowMatrix.Options;
using FlowMatrix.Output.Tables;
using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>Compares two matrices.</summary>
internal sealed class DiffCommand(CommandEnvironment environment) : ICommand
{
    public string Description =>
        "Compare two matrices: rows that were added, removed, or changed outside their key. Rows of which only the "
        + "direction was re-evaluated are shown, but are not a difference. Compares two files, a file with the "
        + "analyzer, or the analyzer at two times.";

    public string Examples =>
        """
            Examples:
              flowmatrix diff monday.csv tuesday.csv
              flowmatrix diff monday.json.gz --analyzer skydive.example.com:8082 -f markdown
              flowmatrix diff --analyzer skydive.example.com --before-at -24h -o changes.svg
            """;

    private readonly DiffSources _sources = new();
    private readonly ViewOptions _view = new(
        "Which rows (of both)",
        ViewFeatures.Chains | ViewFeatures.Explanations,
        whyNoGroups: "diff compares single rows"
    );
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
        var (view, explain) = _view.Bind(parsed, environment, reporter);
        var compared = await new RowPicker(reporter).CompareAsync(
            baseline,
            after,
            view,
            output.NeedsOfComparison,
            cancel
        );
        return await new MatrixWriter(output, explain, environment, reporter).WriteAsync(compared, cancel);
    }
}
