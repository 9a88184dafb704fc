using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Testing.Skydive;

internal static class MatrixLines
{
    /// <summary>The matrix of a table with all that is known of each row, a line a row.</summary>
    public static List<string> From(SocketTable table)
    {
        var matrix = Matcher.Match(Estate.From(table));
        var (hosts, addresses, processes) = (
            matrix.IdTables.Hosts,
            matrix.IdTables.Addresses,
            matrix.IdTables.Processes
        );
        return
        [
            .. matrix.Rows.Select(
                (row, i) =>
                    string.Join(
                        ',',
                        row.Protocol.Name(),
                        hosts[row.ServiceHost],
                        addresses.Text(row.ServiceAddress),
                        row.ServicePort,
                        processes.Path(row.ServiceProcess),
                        processes.Name(row.ServiceProcess),
                        hosts[row.ClientHost],
                        addresses.Text(row.ClientAddress),
                        processes.Path(row.ClientProcess),
                        processes.Name(row.ClientProcess),
                        row.Connections,
                        row.Match,
                        row.Direction,
                        string.Join('+', matrix.Via(i).Select(addresses.Text))
                    )
            ),
        ];
    }
}
