using System.CommandLine;
using FlowMatrix.Formats;
using FlowMatrix.Matching;
using FlowMatrix.Matrices;
using FlowMatrix.Skydive;

namespace FlowMatrix.Cli;

/// <summary>Two matrices, and what differs between them.</summary>
internal sealed class DiffCommand(Surroundings surroundings)
{
    public const string Description =
        "What differs between two matrices: rows that were added, removed, or changed in what is not their key. "
        + "Rows whose direction alone was re-evaluated are shown and are no difference. "
        + "Two files, a file and the analyzer, or the analyzer at two times.";

    public const string Examples = """
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
        var talk = _general.Bind(parsed, surroundings);
        var (baseline, after) = _sources.Bind(parsed, surroundings);
        var output = await _output.BindAsync(parsed, surroundings, cancel);
        BaselineOptions.RefuseFormat(output.Format);
        var (asked, explain) = _view.Bind(parsed, surroundings, talk);
        var view = MatrixCommand.Ungrouped(asked, talk);

        var keep = (output.ListNoPeers ? Keep.LoneEnds : 0) | (view.HasChains ? Keep.Programs : 0);
        var now = await new Observer(talk).MatrixAsync(after, keep, cancel, output.Format.ShowsServices);
        var (matrix, steps) = await baseline.CompareAsync(now, view, talk, cancel);
        talk.Steps(steps, "row", now.Rows.Length);
        await MatrixCommand.WriteAsync(matrix, output, explain, surroundings, talk, cancel);
        return ExitCode(talk, matrix, output);
    }

    public static int ExitCode(Talk talk, Matrix compared, Output output)
    {
        if (output.Format is not TableFormat || output.Path is not null)
        {
            talk.Note(ChangeListing.Summary(compared.Changes!));
        }

        return compared.Changes!.Any ? 1 : 0;
    }
}
