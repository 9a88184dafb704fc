using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Matching;

/// <summary>Examples of docs/matching.md, "Programs".</summary>
public sealed class ProgramTests
{
    [Fact]
    public void Two_services_with_one_name_are_two_programs_with_their_own_connections() =>
        Assert.Equal(
            ["app:8080 0 -> 1", "app:9090 0 -> 2", "cache:6379 1 -> 0", "db:3306 2 -> 0"],
            Programs(TwoJavas())
        );

    [Fact]
    public void A_chain_does_not_continue_through_another_program_of_the_same_name()
    {
        var matrix = TwoJavas().Spec.Match();

        Assert.Equal(["app:9090", "db:3306"], Reaches(matrix, "db:3306"));
        Assert.Equal(["app:8080", "cache:6379"], Reaches(matrix, "cache:6379"));
        Assert.Equal(["cache:6379"], ReachableFrom(matrix, "app:8080"));
    }

    [Fact]
    public void Graphs_have_one_node_for_each_program()
    {
        var graph = ProcessGraph.From(TwoJavas().Spec.Match());

        var javas = graph.Nodes.Where(node => node.Serves.Any(port => port.Port is 8080 or 9090)).ToList();
        Assert.Equal([8080, 9090], javas.Select(java => (int)Assert.Single(java.Serves).Port));
        Assert.All(javas, java => Assert.Single(graph.Edges, edge => edge.Client == java));
    }

    [Fact]
    public void Grouping_by_process_keeps_the_nodes_of_programs()
    {
        var matrix = TwoJavas().Spec.Match();
        var grouped = new View().Pick(matrix).Group(GroupBy.Process);

        Assert.Equal(4, grouped.Matrix.Rows.Length);
        Assert.Equal(ProcessGraph.From(matrix).Nodes.Count, ProcessGraph.From(grouped).Nodes.Count);
    }

    [Fact]
    public void Pre_forked_workers_that_accept_on_one_listening_socket_are_one_program() =>
        Assert.Equal(
            ["app:8080 0 -> 0", "app:8080 0 -> 0", "db:3306 0 -> 0"],
            Programs(
                new EstateBuilder()
                    .Host("web", "10.0.0.1")
                    .Tcp("10.0.0.1:40001", "10.0.0.2:8080", "curl")
                    .Tcp("10.0.0.1:40002", "10.0.0.2:8080", "wget")
                    .Host("app", "10.0.0.2")
                    .Listens("0.0.0.0:8080", "nginx", pid: 3)
                    .Tcp("10.0.0.2:8080", "10.0.0.1:40001", "nginx", pid: 4)
                    .Tcp("10.0.0.2:8080", "10.0.0.1:40002", "nginx", pid: 5)
                    .Tcp("10.0.0.2:40003", "10.0.0.3:3306", "nginx", pid: 5)
                    .Host("db", "10.0.0.3")
                    .Listens("0.0.0.0:3306", "mysqld")
                    .Tcp("10.0.0.3:3306", "10.0.0.2:40003", "mysqld")
            )
        );

    [Fact]
    public void Listening_sockets_with_a_common_worker_are_one_program() =>
        Assert.Equal(
            ["app:80 0 -> 0", "app:443 0 -> 0"],
            Programs(
                new EstateBuilder()
                    .Host("web", "10.0.0.1")
                    .Tcp("10.0.0.1:40001", "10.0.0.2:80", "curl")
                    .Tcp("10.0.0.1:40002", "10.0.0.2:443", "curl")
                    .Host("app", "10.0.0.2")
                    .Listens("0.0.0.0:80", "nginx", pid: 3)
                    .Listens("0.0.0.0:443", "nginx", pid: 4)
                    .Tcp("10.0.0.2:80", "10.0.0.1:40001", "nginx", pid: 5)
                    .Tcp("10.0.0.2:443", "10.0.0.1:40002", "nginx", pid: 5)
            )
        );

    [Fact]
    public void A_process_ID_that_serves_nothing_belongs_to_the_only_program_that_serves() =>
        Assert.Equal(
            ["app:9000 0 -> 0", "db:3306 0 -> 0"],
            Programs(
                new EstateBuilder()
                    .Host("web", "10.0.0.1")
                    .Tcp("10.0.0.1:40001", "10.0.0.2:9000", "nginx")
                    .Host("app", "10.0.0.2")
                    .Listens("0.0.0.0:9000", "fpm", pid: 3)
                    .Tcp("10.0.0.2:9000", "10.0.0.1:40001", "fpm", pid: 3)
                    .Tcp("10.0.0.2:40003", "10.0.0.3:3306", "fpm", pid: 9)
                    .Host("db", "10.0.0.3")
                    .Listens("0.0.0.0:3306", "mysqld")
                    .Tcp("10.0.0.3:3306", "10.0.0.2:40003", "mysqld")
            )
        );

    [Fact]
    public void A_process_ID_that_serves_nothing_is_separate_from_several_programs() =>
        Assert.Equal(
            ["db:3307 0 -> 0"],
            Programs(
                    TwoJavas()
                        .Tcp("10.0.0.5:3307", "10.0.0.2:40009", "other")
                        .Listens("0.0.0.0:3307", "other")
                        .Host("app", "10.0.0.2")
                        .Tcp("10.0.0.2:40009", "10.0.0.5:3307", "java", pid: 300)
                )
                .Where(line => line.StartsWith("db:3307", StringComparison.Ordinal))
        );

    [Fact]
    public void A_process_ID_that_serves_is_a_program_even_if_its_listener_is_not_listed() =>
        Assert.Equal(
            ["app:8080 0 -> 1", "app:9090 0 -> 2", "db:3306 2 -> 0"],
            Programs(
                new EstateBuilder()
                    .Host("web", "10.0.0.1")
                    .Tcp("10.0.0.1:40001", "10.0.0.2:8080", "nginx")
                    .Tcp("10.0.0.1:40002", "10.0.0.2:9090", "nginx")
                    .Host("app", "10.0.0.2")
                    .Tcp("10.0.0.2:8080", "10.0.0.1:40001", "java", pid: 100)
                    .Tcp("10.0.0.2:9090", "10.0.0.1:40002", "java", pid: 200)
                    .Tcp("10.0.0.2:40004", "10.0.0.5:3306", "java", pid: 200)
                    .Host("db", "10.0.0.5")
                    .Listens("0.0.0.0:3306", "mysqld")
                    .Tcp("10.0.0.5:3306", "10.0.0.2:40004", "mysqld")
            )
        );

    [Fact]
    public void The_program_is_unknown_if_two_listening_sockets_have_the_same_endpoint()
    {
        var estate = new EstateBuilder()
            .Host("web", "10.0.0.1")
            .Udp("10.0.0.1:40001", "10.0.0.2:53", "curl")
            .Host("app", "10.0.0.2")
            .ListensUdp("0.0.0.0:53", "dns", pid: 3)
            .ListensUdp("0.0.0.0:53", "dns", pid: 4)
            .Udp("10.0.0.2:40003", "10.0.0.3:53", "dns")
            .Host("up", "10.0.0.3")
            .ListensUdp("0.0.0.0:53", "upstream");

        Assert.Equal(["app:53 0 -> -1", "up:53 0 -> 0"], Programs(estate));
        Assert.Equal(["up:53"], Reaches(estate.Spec.Match(), "up:53"));
    }

    /// <summary>
    /// On host app, process ID 100 serves web and uses cache; process ID 200 serves batch and uses db.
    /// </summary>
    [Fact]
    public void Containers_with_the_same_path_and_name_are_two_programs() =>
        Assert.Equal(
            ["redis:6379 0 -> 1", "redis:6379 0 -> 2", "sentinel:26379 1 -> 0"],
            Programs(
                    new EstateBuilder()
                        .Host("web")
                        .Namespace("host", "10.0.0.1")
                        .Tcp("10.0.0.1:40001", "10.1.0.2:6379", "php")
                        .Tcp("10.0.0.1:40002", "10.1.0.3:6379", "php")
                        .Host("redis")
                        .Namespace("redis-1", "10.1.0.2")
                        .Listens("0.0.0.0:6379", "redis", pid: 100)
                        .Tcp("10.1.0.2:6379", "10.0.0.1:40001", "redis", pid: 100)
                        .Tcp("10.1.0.2:40009", "10.0.0.4:26379", "redis", pid: 100)
                        .Namespace("redis-2", "10.1.0.3")
                        .Listens("0.0.0.0:6379", "redis", pid: 200)
                        .Tcp("10.1.0.3:6379", "10.0.0.1:40002", "redis", pid: 200)
                        .Host("sentinel")
                        .Namespace("host", "10.0.0.4")
                        .Listens("0.0.0.0:26379", "sentinel")
                        .Tcp("10.0.0.4:26379", "10.1.0.2:40009", "sentinel")
                )
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Workers_of_one_name_in_two_namespaces_are_two_programs()
    {
        var graph = ProcessGraph.From(
            new EstateBuilder()
                .Host("web")
                .Namespace("a", "10.1.0.2")
                .Listens("0.0.0.0:80", "nginx", pid: 100)
                .Tcp("10.1.0.2:80", "192.0.2.1:40001", "nginx", pid: 101)
                .Tcp("10.1.0.2:80", "192.0.2.1:40002", "nginx", pid: 102)
                .Namespace("b", "10.1.0.3")
                .Listens("0.0.0.0:80", "nginx", pid: 200)
                .Tcp("10.1.0.3:80", "192.0.2.1:40003", "nginx", pid: 201)
                .Spec.Match()
        );

        Assert.Equal(2, graph.Nodes.Count(node => node.Serves.Count > 0));
    }

    private static EstateBuilder TwoJavas() =>
        new EstateBuilder()
            .Host("web", "10.0.0.1")
            .Tcp("10.0.0.1:40001", "10.0.0.2:8080", "nginx")
            .Host("batch", "10.0.0.4")
            .Tcp("10.0.0.4:40002", "10.0.0.2:9090", "cron")
            .Host("app", "10.0.0.2")
            .Listens("0.0.0.0:8080", "java", pid: 100)
            .Listens("0.0.0.0:9090", "java", pid: 200)
            .Tcp("10.0.0.2:8080", "10.0.0.1:40001", "java", pid: 100)
            .Tcp("10.0.0.2:9090", "10.0.0.4:40002", "java", pid: 200)
            .Tcp("10.0.0.2:40003", "10.0.0.3:6379", "java", pid: 100)
            .Tcp("10.0.0.2:40004", "10.0.0.5:3306", "java", pid: 200)
            .Host("cache", "10.0.0.3")
            .Listens("0.0.0.0:6379", "redis")
            .Tcp("10.0.0.3:6379", "10.0.0.2:40003", "redis")
            .Host("db", "10.0.0.5")
            .Listens("0.0.0.0:3306", "mysqld")
            .Tcp("10.0.0.5:3306", "10.0.0.2:40004", "mysqld");

    private static IEnumerable<string> Programs(EstateBuilder estate)
    {
        var matrix = estate.Spec.Match();
        return Enumerable
            .Range(0, matrix.Rows.Length)
            .SelectMany(row =>
                matrix.Programs(row).Select(pair => $"{Service(matrix, row)} {pair.Client} -> {pair.Service}")
            );
    }

    private static IEnumerable<string> Reaches(Matrix matrix, string target) =>
        Services(
            new View { Reaches = [Parsed(target)] }
                .Pick(matrix)
                .ToMatrix()
        );

    private static IEnumerable<string> ReachableFrom(Matrix matrix, string target) =>
        Services(
            new View { ReachableFrom = [Parsed(target)] }
                .Pick(matrix)
                .ToMatrix()
        );

    private static IEnumerable<string> Services(Matrix matrix) =>
        Enumerable.Range(0, matrix.Rows.Length).Select(row => Service(matrix, row));

    private static string Service(Matrix matrix, int row) =>
        $"{matrix.IdTables.Hosts[matrix.Rows[row].ServiceHost]}:{matrix.Rows[row].ServicePort}";

    private static Target Parsed(string text) =>
        Target.TryParse(text, out var target, out var problem)
            ? target
            : throw new ArgumentException(problem, nameof(text));
}
