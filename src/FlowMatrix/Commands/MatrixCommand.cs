using System.CommandLine;
using System.Diagnostics;
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

/// <summary>The tool's main command: from a source to the matrix.</summary>
internal sealed class MatrixCommand(CommandEnvironment environment) : ICommand
{
    public string Name => "flowmatrix";

    public string Description =>
        "Show which process on which host talks to which service on which other host: queries a Skydive analyzer for the sockets "
        + "of all its hosts, pairs the two ends of each connection, and writes the flow matrix.";

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
    private readonly ViewOptions _view = new("Which rows", rows: true);
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

        var needs =
            (output.ListUnmatched ? MatchExtras.UnmatchedConnections : 0)
            | (baseline is null ? output.Format.Needs : output.Format.Needs & ~MatchExtras.Programs)
            | (view.HasChains ? MatchExtras.Programs : 0);
        var loaded = await new MatrixLoader(reporter).MatrixAsync(source, needs, cancel);
        view = baseline is null && firewall is null ? view : Ungrouped(view, reporter);
        if (baseline is not null)
        {
            return await DiffCommand.CompareAsync(
                baseline,
                loaded,
                view,
                output,
                explain,
                environment,
                reporter,
                cancel
            );
        }

        var clock = Stopwatch.StartNew();
        var picked = view.Pick(loaded.Matrix);
        var groups = view.GroupBy is { } by ? picked.Group(by) : null;
        var matrix = groups?.Matrix ?? picked.ToMatrix();
        var rows = matrix.Rows.Length;
        reporter.Detail(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Counted.Text(rows, "row")} picked in {clock.ElapsedMilliseconds:N0} ms"
            )
        );
        reporter.Steps(picked.Steps, "row", loaded.Matrix.Rows.Length);
        var services = loaded.Services is { } all ? picked.Services(all) : null;
        if (firewall is not null)
        {
            await new FirewallWriter(environment, reporter).WriteAsync(
                firewall,
                matrix,
                view.Naming,
                picked.Steps,
                cancel
            );
        }
        else if (publication is not null)
        {
            await Publishing.WriteAsync(publication, matrix, reporter, cancel);
        }
        else if (groups is not null)
        {
            await WriteAsync(groups, rows, services, output, explain, environment, reporter, cancel);
        }
        else
        {
            await WriteAsync(matrix, rows, services, output, explain, environment, reporter, cancel);
        }

        if (output.ListUnmatched)
        {
            ListUnmatched(reporter, matrix);
        }

        return 0;
    }

    /// <summary>A merged row would hide what became of those in it, and who its clients are.</summary>
    public static View Ungrouped(View view, ConsoleReporter reporter)
    {
        if (view.GroupBy is not null)
        {
            reporter.Note("--group-by is ignored: rows are compared one by one");
        }

        return view with
        {
            GroupBy = null,
        };
    }

    /// <summary>Writes a matrix, a grouped matrix or a difference as the user wants it.</summary>
    /// <param name="services">Those of the same rows; null unless the format needs them.</param>
    public static async Task WriteAsync<T>(
        T content,
        int rows,
        ServiceList? services,
        OutputRequest output,
        bool explain,
        CommandEnvironment environment,
        ConsoleReporter reporter,
        CancellationToken cancel
    )
    {
        var clock = Stopwatch.StartNew();
        var options = output.Options with { Explain = explain, Warn = reporter.Warn, Services = services };
        var writer = output.Writer<T>();
        await OutputWriter.WriteAsync(
            output.Path,
            environment,
            stream => writer.WriteAsync(content, stream, options, cancel),
            cancel
        );
        reporter.Detail(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Counted.Text(rows, "row")} written in {clock.ElapsedMilliseconds:N0} ms"
            )
        );
    }

    public static void ListUnmatched(ConsoleReporter reporter, Matrix matrix)
    {
        var texts = new RowTexts(matrix, Printable.Escape);
        reporter.Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Counted.Text(matrix.UnmatchedConnections.Count, "connection")} with one end unmatched:"
            )
        );
        foreach (var end in matrix.UnmatchedConnections)
        {
            var peer = end.PeerHost == 0 ? "external" : texts.Host(end.PeerHost);
            var process =
                $"{texts.Name(end.Process)} (pid {end.Pid.ToString(CultureInfo.InvariantCulture)}, {texts.Path(end.Process)})";
            reporter.Line(
                $"  {end.Protocol.Name()} {texts.Host(end.Host)} {Endpoint(texts.Address(end.Address), end.Port)} "
                    + $"{process} with {Endpoint(texts.Address(end.PeerAddress), end.PeerPort)} ({peer})"
            );
        }
    }

    private static string Endpoint(string address, ushort port) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address)}:{port}"
        );
}
