using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using FlowMatrix.Formats;
using FlowMatrix.Matching;
using FlowMatrix.Matrices;
using FlowMatrix.Tables;

namespace FlowMatrix.Cli;

/// <summary>The tool's main command: from a source to the matrix.</summary>
internal sealed class MatrixCommand(Surroundings surroundings)
{
    private readonly SourceOptions _source = new();
    private readonly ViewOptions _view = new("Which rows", rows: true);
    private readonly BaselineOptions _baseline = new();
    private readonly OutputOptions _output = new();
    private readonly PublishOptions _publish = new();
    private readonly FirewallOptions _firewall = new();
    private readonly GeneralOptions _general = new();

    public IReadOnlyList<OptionGroup> Groups =>
        [_source, .. _view.Groups, _baseline, _output, _publish, _firewall, _general];

    public async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var talk = _general.Bind(parsed, surroundings);
        var source = _source.Bind(parsed, surroundings);
        var output = await _output.BindAsync(parsed, surroundings, cancel);
        var publication = _publish.Bind(parsed, output.Format, _source, surroundings);
        if (publication is { Remove: true })
        {
            await Publishing.RemoveAsync(publication, talk, cancel);
            return 0;
        }

        var firewall = _firewall.Bind(parsed, output.Format);
        var (view, explain) = _view.Bind(parsed, surroundings, talk);
        var baseline = _baseline.Bind(parsed, surroundings, output.Format);

        var keep = (output.ListNoPeers || output.Format.ShowsLoneEnds ? Keep.LoneEnds : 0)
            | ((output.Format.DrawsPrograms && baseline is null) || view.HasChains ? Keep.Programs : 0);
        var all = await new Observer(talk).MatrixAsync(source, keep, cancel, output.Format.ShowsServices);
        view = baseline is null && firewall is null ? view : Ungrouped(view, talk);
        var clock = Stopwatch.StartNew();
        var (matrix, steps) = baseline is null ? view.Of(all) : await baseline.CompareAsync(all, view, talk, cancel);
        talk.Detail(string.Create(
            CultureInfo.InvariantCulture, $"{Counted.Text(matrix.Rows.Length, "row")} picked in {clock.ElapsedMilliseconds:N0} ms"));
        talk.Steps(steps, "row", all.Rows.Length);

        if (firewall is not null)
        {
            await new FirewallWriter(surroundings, talk).WriteAsync(firewall, matrix, view.Naming, steps, output.Path, cancel);
        }
        else if (publication is null)
        {
            await WriteAsync(matrix, output, explain, surroundings, talk, cancel);
        }
        else
        {
            await Publishing.WriteAsync(publication, matrix, talk, cancel);
        }

        if (output.ListNoPeers)
        {
            ListNoPeers(talk, matrix);
        }

        return baseline is null ? 0 : DiffCommand.ExitCode(talk, matrix, output);
    }

    /// <summary>A merged row would hide what became of those in it, and who its clients are.</summary>
    public static View Ungrouped(View view, Talk talk)
    {
        if (view.GroupBy is not null)
        {
            talk.Note("rows are taken one by one here: --group-by has no meaning");
        }

        return view with { GroupBy = null };
    }

    /// <summary>Writes a matrix as the user wants it.</summary>
    public static async Task WriteAsync(
        Matrix matrix, Output output, bool explain, Surroundings surroundings, Talk talk, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var options = output.Options with { Explain = explain, Warn = talk.Warn };
        await OutputWriter.WriteAsync(
            output.Path, surroundings, stream => output.Format.WriteAsync(matrix, stream, options, cancel), cancel);
        talk.Detail(string.Create(
            CultureInfo.InvariantCulture,
            $"{Counted.Text(matrix.Rows.Length, "row")} written in {clock.ElapsedMilliseconds:N0} ms"));
    }

    private static void ListNoPeers(Talk talk, Matrix matrix)
    {
        var texts = new RowTexts(matrix, Printable.Escape);
        talk.Line(string.Create(
            CultureInfo.InvariantCulture, $"{Counted.Text(matrix.LoneEnds.Count, "connection")} with a missing end:"));
        foreach (var end in matrix.LoneEnds)
        {
            var peer = end.PeerHost == 0 ? "external" : texts.Host(end.PeerHost);
            var process = $"{texts.Name(end.Process)} (pid {end.Pid.ToString(CultureInfo.InvariantCulture)}, {texts.Path(end.Process)})";
            talk.Line(
                $"  {end.Protocol.Name()} {texts.Host(end.Host)} {Endpoint(texts.Address(end.Address), end.Port)} "
                + $"{process} with {Endpoint(texts.Address(end.PeerAddress), end.PeerPort)} ({peer})");
        }
    }

    private static string Endpoint(string address, ushort port) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address)}:{port}");
}
