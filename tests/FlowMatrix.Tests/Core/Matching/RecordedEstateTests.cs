using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Matching;

public sealed class RecordedEstateTests
{
    [Fact]
    public void The_recorded_estate_gives_the_rows_of_the_original_tool() =>
        Assert.Equal(Expected("python-tool.csv"), Lines(Recorded.Match("hosts.json", "addresses.json")));

    [Fact]
    public void Captured_flows_add_the_connection_that_was_too_short_for_a_scan() =>
        Assert.Equal(
            Expected("python-tool-use-flows.csv"),
            Lines(Recorded.Match("hosts.json", "addresses.json", "flow-sockets.json"))
        );

    private static List<string> Expected(string file) =>
        [.. File.ReadLines(Recorded.PathOf(file)).Skip(1).Order(StringComparer.Ordinal)];

    private static List<string> Lines(Matrix matrix)
    {
        var (hosts, addresses, processes) = (
            matrix.IdTables.Hosts,
            matrix.IdTables.Addresses,
            matrix.IdTables.Processes
        );
        return
        [
            .. matrix
                .Rows.Select(row =>
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
                        processes.Name(row.ClientProcess)
                    )
                )
                .Order(StringComparer.Ordinal),
        ];
    }
}
