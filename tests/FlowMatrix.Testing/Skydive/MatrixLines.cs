using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Testing.Skydive;

/// <summary>A matrix as text, to be compared in tests.</summary>
internal static class MatrixLines
{
    /// <summary>Matches the sockets of a table. Returns one line per row with all fields.</summary>
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
