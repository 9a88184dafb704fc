using System.Globalization;
using FlowMatrix.Core;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Core.Text;
using FlowMatrix.Sources;
using FlowMatrix.Terminal;

namespace FlowMatrix.Loading;

/// <summary>What a source holds, and its matrix.</summary>
internal sealed record LoadedEstate(Estate Estate, Matrix Matrix);

/// <param name="Services">Null unless asked for.</param>
internal sealed record LoadedMatrix(Matrix Matrix, ServiceList? Services);

/// <summary>Reads a source and matches its sockets, and shows the progress.</summary>
internal sealed class MatrixLoader(ConsoleReporter reporter)
{
    /// <summary>The matrix of a source: matched from its sockets, or as an earlier run wrote it.</summary>
    public async Task<LoadedMatrix> LoadAsync(ISource source, MatchExtras needs, CancellationToken cancel)
    {
        var withServices = needs.HasFlag(MatchExtras.Services);
        var content = await ReadAsync(source, cancel);
        if (content.Matrix is { } earlier)
        {
            return new LoadedMatrix(earlier, withServices ? ServiceList.FromRows(earlier) : null);
        }

        if (!withServices)
        {
            // Nothing refers to the sockets from here on, so that their memory can be freed as soon as they are paired.
            return new LoadedMatrix(Match(Estate.From(content.Sockets), needs), Services: null);
        }

        var estate = Estate.From(content.Sockets);
        var matrix = Match(estate, needs);
        return new LoadedMatrix(matrix, ListeningServices.Find(estate, matrix));
    }

    /// <summary>The sockets as well as the matrix.</summary>
    /// <exception cref="Failure">The source has no sockets.</exception>
    public async Task<LoadedEstate> LoadEstateAsync(ISource source, MatchExtras keep, CancellationToken cancel)
    {
        var estate = Estate.From((await ReadAsync(source, cancel)).Sockets);
        return new LoadedEstate(estate, Match(estate, keep));
    }

    private async Task<SourceContent> ReadAsync(ISource source, CancellationToken cancel)
    {
        var start = reporter.Time.GetTimestamp();
        try
        {
            var content = await source.ReadAsync(reporter.Progress(), cancel);
            if (content.Matrix is null)
            {
                Machines.Unite(content.Sockets, reporter.Warn);
            }

            reporter.Detail(
                content.Matrix is { } matrix
                    ? $"read a matrix of {Counted.Text(matrix.Rows.Length, "row")}"
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"read {content.Sockets.Sockets.Count:N0} sockets in "
                            + $"{reporter.Time.GetElapsedTime(start).TotalMilliseconds:N0} ms"
                    )
            );
            return content;
        }
        finally
        {
            reporter.EndProgress();
        }
    }

    private Matrix Match(Estate estate, MatchExtras keep)
    {
        var start = reporter.Time.GetTimestamp();
        var matrix = Matcher.Match(estate, keep);
        ReportCounts(matrix, reporter.Time.GetElapsedTime(start));
        return matrix;
    }

    private void ReportCounts(Matrix matrix, TimeSpan took)
    {
        var counts = matrix.ScanCounts;
        reporter.Detail(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Counted.Text(matrix.Rows.Length, "row")} from {Counted.Text(counts.Connections, "connection")} "
                    + $"({counts.Paired:N0} seen at both ends, {counts.UnmatchedConnections:N0} unmatched) "
                    + $"and {Counted.Text(counts.Services, "service")} on {Counted.Text(counts.Hosts.Count, "host")}, "
                    + $"in {took.TotalMilliseconds:N0} ms"
            )
        );
        if (counts.UnplacedFlowSockets > 0)
        {
            reporter.Warn(
                $"{Counted.Text(counts.UnplacedFlowSockets, "socket")} of captured flows without a host: no host or "
                    + "several hosts have the address; the host is left empty"
            );
        }
    }
}
