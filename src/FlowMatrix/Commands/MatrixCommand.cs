using System.CommandLine;
using System.Globalization;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;
using FlowMatrix.Loading;
using FlowMatrix.Options;
using FlowMatrix.Output.Tables;
using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>The main command: writes the matrix of a source.</summary>
internal sealed class MatrixCommand(CommandEnvironment environment) : ICommand
{
    public string Description =>
        "Show which process on which host talks to which service on which other host: queries a Skydive analyzer for "
        + "the sockets of all its hosts, pairs the two ends of each connection, and writes the flow matrix.";

    public string Examples =>
        """
            Examples:
              flowmatrix --analyzer skydive.example.com:8082
              flowmatrix -a https://skydive.example.com --username admin --password-file pw -f json
              flowmatrix -a skydive.example.com -o matrix.png
              flowmatrix -a skydive.example.com -f table --to-port 3306,5432 --not --from-host "db*"
              flowmatrix -a skydive.example.com --group-by service -o services.svg
              skydive client query "G.V().Has('Type','host').HasKey('Sockets')" | flowmatrix -i - -f table
            """;

    private readonly SourceOptions _source = new();
    private readonly ViewOptions _view = new("Which rows", ViewFeatures.All);
    private readonly BaselineOptions _baseline = new();
    private readonly OutputOptions _output = new();
    private readonly PublishOptions _publish = new();
    private readonly FirewallFormatOptions _firewall = new();
    private readonly GeneralOptions _general = new();

    public IReadOnlyList<OptionGroup> Groups =>
        [_source, .. _view.Groups, _baseline, _output, _publish, _firewall, _general];

    public async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var reporter = _general.Bind(parsed, environment);
        var source = _source.Bind(parsed, environment);
        var output = await _output.BindAsync(parsed, environment, cancel);
        var publication = _publish.Bind(parsed, output.Format, _source, environment);
        if (publication is { Remove: true })
        {
            await Publishing.RemoveAsync(publication, reporter, cancel);
            return 0;
        }

        var firewall = _firewall.Bind(parsed, output);
        var (view, explain) = _view.Bind(parsed, environment, reporter);
        var baseline = _baseline.Bind(parsed, environment, output.Format);
        var picker = new RowPicker(reporter);
        var writer = new MatrixWriter(output, explain, environment, reporter);
        if (baseline is not null)
        {
            view = Ungrouped(view, "rows are compared one by one", reporter);
            var compared = await picker.CompareAsync(baseline, source, view, output.NeedsOfComparison, cancel);
            return await writer.WriteAsync(compared, cancel);
        }

        view = firewall is null ? view : Ungrouped(view, "rules come from single rows", reporter);
        var picked = await picker.PickAsync(source, view, output.Needs, cancel);
        if (firewall is not null)
        {
            await new FirewallWriter(environment, reporter).WriteAsync(firewall, picked, view.Naming, cancel);
        }
        else if (publication is not null)
        {
            await Publishing.WriteAsync(publication, picked.Matrix, reporter, cancel);
        }
        else
        {
            await writer.WriteAsync(picked, cancel);
        }

        if (output.ListUnmatched)
        {
            UnmatchedListing.Write(picked.Matrix, reporter);
        }

        return 0;
    }

    /// <summary>Comparisons and firewall rules are about single rows; a joined row would hide their clients.</summary>
    private static View Ungrouped(View view, string why, ConsoleReporter reporter)
    {
        if (view.GroupBy is not null)
        {
            reporter.Note($"--group-by is ignored: {why}");
        }

        return view with
        {
            GroupBy = null,
        };
    }
}
