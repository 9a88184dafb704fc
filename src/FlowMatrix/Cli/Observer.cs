using System.Diagnostics;
using System.Globalization;
using FlowMatrix.Matching;
using FlowMatrix.Matrices;
using FlowMatrix.Skydive;
using FlowMatrix.Sockets;

namespace FlowMatrix.Cli;

/// <summary>What a source had, and the matrix of it.</summary>
internal sealed record Observation(Estate Estate, Matrix Matrix);

/// <summary>Reads a source and matches what it has, with progress: the first half of every command.</summary>
internal sealed class Observer(Talk talk)
{
    /// <summary>The matrix alone, which a file may also hold ready made.</summary>
    /// <param name="withServices">Whether the matrix has the list of services, too.</param>
    public async Task<Matrix> MatrixAsync(
        ISource source, Keep keep, CancellationToken cancel, bool withServices = false)
    {
        if (source is FileSource files && files.TryReadMatrix(talk.Warn, cancel) is { } matrix)
        {
            talk.Detail(string.Create(CultureInfo.InvariantCulture, $"read a matrix of {matrix.Rows.Length:N0} rows"));
            return withServices ? matrix.With(ServiceList.OfRows(matrix)) : matrix;
        }

        if (withServices)
        {
            var observed = await ObserveAsync(source, keep, cancel);
            return observed.Matrix.With(ListeningServices.Of(observed.Estate, observed.Matrix));
        }

        // Nothing else holds the sockets then: they can go as soon as they are paired.
        return Match(Estate.From(await ReadAsync(source, cancel)), keep);
    }

    public async Task<Observation> ObserveAsync(ISource source, Keep keep, CancellationToken cancel)
    {
        var estate = Estate.From(await ReadAsync(source, cancel));
        return new Observation(estate, Match(estate, keep));
    }

    private async Task<SocketTable> ReadAsync(ISource source, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            var table = await source.ReadAsync(talk.Progress(), cancel);
            talk.Detail(string.Create(
                CultureInfo.InvariantCulture, $"read {table.Sockets.Count:N0} sockets in {clock.ElapsedMilliseconds:N0} ms"));
            return table;
        }
        finally
        {
            talk.EndProgress();
        }
    }

    private Matrix Match(Estate estate, Keep keep)
    {
        var clock = Stopwatch.StartNew();
        var matrix = Matcher.Match(estate, keep);
        SayWhatWasFound(matrix, clock.ElapsedMilliseconds);
        return matrix;
    }

    private void SayWhatWasFound(Matrix matrix, long milliseconds)
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
}
