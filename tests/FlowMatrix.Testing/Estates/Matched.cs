using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Testing.Estates;

/// <summary>Converts a matrix to texts, to compare it with what a test or the oracle expects.</summary>
internal static class Matched
{
    public static Expected From(Matrix matrix) =>
        new(
            [.. Rows(matrix).Select(row => row.Expected.ToString()).Order(StringComparer.Ordinal)],
            [.. UnmatchedConnections(matrix).Order(StringComparer.Ordinal)],
            matrix.ScanCounts.Sockets,
            matrix.ScanCounts.Services,
            matrix.ScanCounts.Connections,
            matrix.ScanCounts.Paired
        );

    public static IEnumerable<MatchedRow> Rows(Matrix matrix)
    {
        var (hosts, addresses) = (matrix.IdTables.Hosts, matrix.IdTables.Addresses);
        for (var i = 0; i < matrix.Rows.Length; i++)
        {
            var row = matrix.Rows[i];
            yield return new MatchedRow(
                row.Protocol.Name(),
                hosts[row.ServiceHost],
                addresses.Text(row.ServiceAddress),
                row.ServicePort,
                Process(matrix, row.ServiceProcess),
                hosts[row.ClientHost],
                addresses.Text(row.ClientAddress),
                Process(matrix, row.ClientProcess),
                row.Connections,
                $"{row.Match}",
                $"{row.Direction}",
                string.Join(' ', matrix.Via(i).Select(addresses.Text))
            );
        }
    }

    public static IEnumerable<string> UnmatchedConnections(Matrix matrix)
    {
        var (hosts, addresses) = (matrix.IdTables.Hosts, matrix.IdTables.Addresses);
        return matrix.UnmatchedConnections.Select(end =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{end.Protocol.Name()} {hosts[end.Host]} {addresses.Text(end.Address)} {end.Port} "
                    + $"{Process(matrix, end.Process)} {end.Pid} - "
                    + $"{hosts[end.PeerHost]} {addresses.Text(end.PeerAddress)} {end.PeerPort}"
            )
        );
    }

    private static (string Path, string Name) Process(Matrix matrix, int id) =>
        (matrix.IdTables.Processes.Path(id), matrix.IdTables.Processes.Name(id));
}

/// <summary>A row with texts instead of IDs.</summary>
internal sealed record MatchedRow(
    string Protocol,
    string ServiceHost,
    string ServiceAddress,
    int ServicePort,
    (string Path, string Name) ServiceProcess,
    string ClientHost,
    string ClientAddress,
    (string Path, string Name) ClientProcess,
    int Connections,
    string Match,
    string Direction,
    string Via
)
{
    public ExpectedRow Expected =>
        new(
            Oracle.Key(
                Protocol,
                (ServiceHost, ServiceAddress, ServicePort, ServiceProcess),
                (ClientHost, ClientAddress, ClientProcess)
            ),
            Connections,
            [.. Match.Split(", ")],
            [.. Direction.Split(", ")],
            [.. Via.Split(' ', StringSplitOptions.RemoveEmptyEntries)]
        );

    /// <summary>
    /// For example "TCP vm-1 10.0.0.1:80 nginx from vm-2 10.0.0.2 curl, 2 by Mirror, Listener, via 10.0.0.9".
    /// </summary>
    public string Words =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Protocol} {Known(ServiceHost)} {ServiceAddress}:{ServicePort} {Known(ServiceProcess.Name)} "
                + $"from {Known(ClientHost)} {ClientAddress} {Known(ClientProcess.Name)}, "
                + $"{Connections} by {Match}, {Direction}{(Via.Length > 0 ? $", via {Via}" : "")}"
        );

    private static string Known(string text) => text.Length > 0 ? text : "?";
}
