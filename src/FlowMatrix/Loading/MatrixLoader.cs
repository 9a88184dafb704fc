using System.Diagnostics;
using System.Globalization;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Files;
using FlowMatrix.Terminal;

namespace FlowMatrix.Loading;

/// <summary>What a source had, and the matrix of it.</summary>
internal sealed record LoadedEstate(Estate Estate, Matrix Matrix);

/// <param name="Services">Null unless asked for.</param>
internal sealed record LoadedMatrix(Matrix Matrix, ServiceList? Services);

/// <summary>Reads a source and matches what it has, with progress: the first half of every command.</summary>
internal sealed class MatrixLoader(ConsoleReporter reporter)
{
    /// <summary>The matrix alone, which a file may also hold ready made.</summary>
    public async Task<LoadedMatrix> MatrixAsync(ISource source, MatchExtras needs, CancellationToken cancel)
    {
        var withServices = needs.HasFlag(MatchExtras.Services);
        if (source is FileSource files && files.TryReadMatrix(reporter.Warn, cancel) is { } matrix)
        {
            reporter.Detail(
                string.Create(CultureInfo.InvariantCulture, $"read a matrix of {matrix.Rows.Length:N0} rows")
            );
            return new LoadedMatrix(matrix, withServices ? ServiceList.FromRows(matrix) : null);
        }

        if (withServices)
        {
            var observed = await ObserveAsync(source, needs, cancel);
            return new LoadedMatrix(observed.Matrix, ListeningServices.Find(observed.Estate, observed.Matrix));
        }

        // Nothing else holds the sockets then: they can go as soon as they are paired.
        return new LoadedMatrix(Match(Estate.From(await ReadAsync(source, cancel)), needs), Services: null);
    }

    public async Task<LoadedEstate> ObserveAsync(ISource source, MatchExtras keep, CancellationToken cancel)
    {
        var estate = Estate.From(await ReadAsync(source, cancel));
        return new LoadedEstate(estate, Match(estate, keep));
    }

    private async Task<SocketTable> ReadAsync(ISource source, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            var table = await source.ReadAsync(reporter.Progress(), cancel);
            reporter.Detail(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"read {table.Sockets.Count:N0} sockets in {clock.ElapsedMilliseconds:N0} ms"
                )
            );
            return table;
        }
        finally
        {
            reporter.EndProgress();
        }
    }

    private Matrix Match(Estate estate, MatchExtras keep)
    {
        var clock = Stopwatch.StartNew();
        var matrix = Matcher.Match(estate, keep);
        SayWhatWasFound(matrix, clock.ElapsedMilliseconds);
        return matrix;
    }

    private void SayWhatWasFound(Matrix matrix, long milliseconds)
    {
        var counts = matrix.ScanCounts;
        reporter.Detail(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{matrix.Rows.Length:N0} rows from {counts.Connections:N0} connections ({counts.Paired:N0} seen at both ends, "
                    + $"{counts.UnmatchedConnections:N0} with an unknown end) and {counts.Services:N0} services on {counts.Hosts.Count:N0} hosts, "
                    + $"in {milliseconds:N0} ms"
            )
        );
        if (counts.UnplacedFlowSockets > 0)
        {
            reporter.Warn(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{counts.UnplacedFlowSockets} sockets of flows have an address that no host or several hosts have: "
                        + $"their host is left empty"
                )
            );
        }
    }
}
