using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Views;

public sealed class GroupingTests
{
    [Fact]
    public void Groups_have_all_connections_of_their_rows() =>
        FilterTests.OnEstates(
            (random, matrix) =>
            {
                foreach (var by in Enum.GetValues<GroupBy>())
                {
                    var grouped = new View().Pick(matrix).Group(by);

                    var rows = grouped.Matrix.Rows;
                    Assert.Equal(matrix.Rows.Sum(row => row.Connections), rows.Sum(row => row.Connections));
                    Assert.Equal(rows.Length, rows.Select(row => row.Key).Distinct().Count());
                    Assert.Equal(rows.Length, grouped.Counts.Count);
                    Assert.Equal(rows.Order(new RowOrder(grouped.Matrix.IdTables)), rows);
                }
            }
        );

    [Fact]
    public void Groups_by_host_equal_those_of_a_plain_implementation() =>
        FilterTests.OnEstates(
            (_, matrix) =>
            {
                var grouped = new View().Pick(matrix).Group(GroupBy.Host);

                var expected = Matched
                    .Rows(matrix)
                    .GroupBy(row => (row.ServiceHost, row.ClientHost))
                    .Select(rows =>
                        (
                            rows.Key,
                            Connections: rows.Sum(row => row.Connections),
                            Clients: rows.Select(Client).Distinct().Count(),
                            Hosts: rows.Select(row => Client(row) with { Process = default }).Distinct().Count(),
                            Ports: string.Join(
                                ' ',
                                rows.Select(row => $"{row.ServicePort}/{row.Protocol}")
                                    .Distinct()
                                    .Order(StringComparer.Ordinal)
                            )
                        )
                    );
                var hosts = matrix.IdTables.Hosts;
                Assert.Equal(
                    expected
                        .OrderBy(group => group.Key.ServiceHost, StringComparer.Ordinal)
                        .ThenBy(group => group.Key.ClientHost, StringComparer.Ordinal),
                    grouped
                        .Matrix.Rows.Zip(grouped.Counts)
                        .Select(group =>
                            (
                                (hosts[group.First.ServiceHost], hosts[group.First.ClientHost]),
                                group.First.Connections,
                                group.Second.Clients,
                                group.Second.Hosts,
                                string.Join(
                                    ' ',
                                    group
                                        .Second.Ports.Select(port =>
                                            $"{port.Port}/{port.Protocol.ToString().ToUpperInvariant()}"
                                        )
                                        .Order(StringComparer.Ordinal)
                                )
                            )
                        )
                );
            }
        );

    [Fact]
    public void Replicas_with_one_alias_count_as_several_clients_and_hosts()
    {
        var view = new View { Naming = Aliased(@"compute-\d+", "compute"), GroupBy = GroupBy.Host };

        var groups = view.Pick(Replicas().Match()).Group(view.GroupBy!.Value);
        var matrix = groups.Matrix;

        var row = Assert.Single(matrix.Rows);
        var counts = Assert.Single(groups.Counts);
        Assert.Equal("compute", matrix.IdTables.Hosts[row.ClientHost]);
        Assert.Equal((2, 2, 2), (row.Connections, counts.Clients, counts.Hosts));
    }

    [Fact]
    public void Networks_without_a_name_are_grouped_by_prefix()
    {
        var view = new View { Naming = new Naming([], [Network("10.0.1.0/24", "office")]), GroupBy = GroupBy.Network };

        var groups = view.Pick(Replicas().Match()).Group(view.GroupBy!.Value);
        var matrix = groups.Matrix;

        var hosts = matrix.IdTables.Hosts;
        Assert.Equal(
            [("10.0.0.0/24", "10.0.0.0/24"), ("10.0.0.0/24", "office")],
            matrix.Rows.Select(row => (hosts[row.ServiceHost], hosts[row.ClientHost]))
        );
    }

    internal static Naming Aliased(string pattern, string name)
    {
        Assert.True(Alias.TryParse(pattern, name, out var alias, out var problem), problem);
        return new Naming([alias], []);
    }

    internal static NetworkName Network(string network, string name)
    {
        Assert.True(NetworkName.TryParse(network, name, out var named, out var problem), problem);
        return named;
    }

    /// <summary>Two hosts of one kind that use a database on a third.</summary>
    internal static EstateSpec Replicas() =>
        new EstateBuilder()
            .Host("db", "10.0.0.9")
            .Listens("10.0.0.9:3306", "mysqld")
            .Tcp("10.0.0.9:3306", "10.0.0.1:40001", "mysqld")
            .Tcp("10.0.0.9:3306", "10.0.1.2:40002", "mysqld")
            .Host("compute-1", "10.0.0.1")
            .Tcp("10.0.0.1:40001", "10.0.0.9:3306", "nova")
            .Host("compute-2", "10.0.1.2")
            .Tcp("10.0.1.2:40002", "10.0.0.9:3306", "nova")
            .Spec;

    private static (string Host, (string, string) Process, string Address) Client(MatchedRow row) =>
        (row.ClientHost, row.ClientProcess, row.ClientHost.Length == 0 ? row.ClientAddress : "");
}
