using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using FlowMatrix.Formats;
using FlowMatrix.Matching;
using FlowMatrix.Matrices;
using FlowMatrix.Sockets;
using FlowMatrix.Tables;

namespace FlowMatrix.Cli;

/// <summary>The tool's main command: from a source to the matrix.</summary>
internal sealed class MatrixCommand(Surroundings surroundings)
{
    private readonly SourceOptions _source = new();
    private readonly OutputOptions _output = new();
    private readonly PublishOptions _publish = new();
    private readonly GeneralOptions _general = new();

    public IReadOnlyList<OptionGroup> Groups => [_source, _output, _publish, _general];

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

        var clock = Stopwatch.StartNew();
        SocketTable table;
        try
        {
            table = await source.ReadAsync(talk.Progress(), cancel);
        }
        finally
        {
            talk.EndProgress();
        }

        talk.Detail(string.Create(
            CultureInfo.InvariantCulture, $"read {table.Sockets.Count:N0} sockets in {clock.ElapsedMilliseconds:N0} ms"));
        clock.Restart();
        var matrix = Matcher.Match(Estate.From(table), output.ListNoPeers || output.Format.ShowsLoneEnds);
        SayWhatWasFound(talk, matrix, clock.ElapsedMilliseconds);
        if (output.ListNoPeers)
        {
            ListNoPeers(talk, matrix);
        }

        await (publication is null
            ? OutputWriter.WriteAsync(output, matrix, surroundings, cancel)
            : Publishing.WriteAsync(publication, matrix, talk, cancel));

        return 0;
    }

    private static void SayWhatWasFound(Talk talk, Matrix matrix, long milliseconds)
    {
        var census = matrix.Census;
        talk.Detail(string.Create(
            CultureInfo.InvariantCulture,
            $"{matrix.Rows.Length:N0} rows from {census.Connections:N0} connections ({census.Paired:N0} seen at both ends, "
            + $"{census.LoneEnds:N0} with an unknown end) and {census.Services:N0} services on {census.Hosts.Count:N0} hosts, "
            + $"in {milliseconds:N0} ms"));
        if (census.UnplacedFlowSockets > 0)
        {
            talk.Warn(string.Create(
                CultureInfo.InvariantCulture,
                $"{census.UnplacedFlowSockets} sockets of flows have an address that is nobody's or several hosts': "
                + $"their host is left empty"));
        }
    }

    private static void ListNoPeers(Talk talk, Matrix matrix)
    {
        var texts = new RowTexts(matrix, Printable.Escape);
        talk.Line(string.Create(
            CultureInfo.InvariantCulture, $"{matrix.LoneEnds.Count} connections with a missing end:"));
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
