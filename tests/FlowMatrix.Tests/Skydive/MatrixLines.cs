using FlowMatrix.Matching;
using FlowMatrix.Sockets;
using FlowMatrix.Tables;

namespace FlowMatrix.Tests.Skydive;

internal static class MatrixLines
{
    /// <summary>The matrix of a table with all that is known of each row, a line a row.</summary>
    public static List<string> Of(SocketTable table)
    {
        var matrix = Matcher.Match(Estate.From(table));
        var (hosts, addresses, processes) =
            (matrix.Vocabulary.Hosts, matrix.Vocabulary.Addresses, matrix.Vocabulary.Processes);
        return [.. matrix.Rows.Select((row, i) => string.Join(
            ',',
            row.Protocol.Name(), hosts[row.ServiceHost], addresses.Text(row.ServiceAddress), row.ServicePort,
            processes.Path(row.ServiceProcess), processes.Name(row.ServiceProcess),
            hosts[row.ClientHost], addresses.Text(row.ClientAddress),
            processes.Path(row.ClientProcess), processes.Name(row.ClientProcess),
            row.Connections, row.Match, row.Direction, string.Join('+', matrix.Via(i).Select(addresses.Text))))];
    }
}
