using System.Text.Json.Nodes;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Sources.Linux;

public sealed class LinuxHostsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Kernel_tables_give_exactly_the_rows_of_the_set_up()
    {
        var run = (await Run.WithAsync(LinuxHosts.KernelTables)).Succeeded();

        Assert.Equal(LinuxHosts.Expected("expected.csv"), LinuxHosts.Rows(run.Text));
    }

    [Fact]
    public async Task Outputs_of_ss_give_the_rows_that_one_network_namespace_can_know()
    {
        var run = (
            await Run.WithAsync([
                .. LinuxHosts.Names.SelectMany(name =>
                    (string[])
                        [
                            .. LinuxHosts.Input($"{name}={LinuxHosts.PathOf($"{name}/ss.txt")}"),
                            .. LinuxHosts.Input($"{name}={LinuxHosts.PathOf($"{name}/addr.json")}"),
                        ]
                ),
            ])
        ).Succeeded();

        Assert.Equal(LinuxHosts.Expected("expected-ss.csv"), LinuxHosts.Rows(run.Text));
    }

    [Fact]
    public async Task Connections_in_the_NAT_table_are_marked_and_keep_the_address_that_the_client_used()
    {
        var run = (await Run.WithAsync([.. LinuxHosts.KernelTables, "--columns", "match,via"])).Succeeded();

        Assert.Equal(
            [
                ",app01,172.17.0.2,80,report,web01,checkout,nat,10.20.0.12",
                ",db01,10.20.0.13,6379,redis-server,app01,report,nat,",
                ",web01,172.17.0.2,6379,redis-server,app01,batch,nat,10.20.0.11",
            ],
            LinuxHosts
                .Rows(run.Text)
                .Select(line => line.Split(','))
                .Where(cells => cells[10] == "nat")
                .Select(cells =>
                    $",{cells[1]},{cells[2]},{cells[3]},{cells[5]},{cells[6]},{cells[9]},{cells[10]},{cells[11]}"
                )
        );
    }

    [Fact]
    public async Task Services_in_namespaces_of_containers_are_not_exposed()
    {
        var run = (await Run.WithAsync(["services", .. LinuxHosts.KernelTables, "--format", "ndjson"])).Succeeded();

        Assert.Equal(
            ["app01 report", "db01 exporter", "web01 redis-server"],
            run.Lines.Where(line => line.Contains("\"scope\":\"container\"", StringComparison.Ordinal))
                .Select(line => JsonNode.Parse(line)!)
                .Select(service => $"{service["host"]} {service["name"]}")
                .Distinct()
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_service_in_a_container_counts_its_clients_although_the_host_has_another_at_the_same_port()
    {
        var run = (
            await Run.WithAsync(["services", .. LinuxHosts.KernelTables, "--host", "web01", "--port", "6379"])
        ).Succeeded();

        Assert.Equal(
            ["memcached 1", "redis-server 1", "redis-server 2"],
            run.Lines.Skip(1)
                .Select(line => line.Split(','))
                .Select(cells => $"{cells[6]} {cells[7]}")
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_machine_that_was_read_twice_under_two_names_is_one_host()
    {
        var run = await Run.WithAsync([
            .. LinuxHosts.KernelTables,
            .. LinuxHosts.Input($"web01.example.com={LinuxHosts.PathOf("web01/proc.txt")}"),
        ]);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            "flowmatrix: warning: web01.example.com and web01 are one machine: its name is web01\n",
            run.Error
        );
        Assert.Equal(LinuxHosts.Expected("expected.csv"), LinuxHosts.Rows(run.Text));
    }

    [Fact]
    public async Task Different_machines_with_one_name_are_refused()
    {
        var run = await Run.WithAsync([
            .. LinuxHosts.Input(LinuxHosts.PathOf("web01/proc.txt")),
            .. LinuxHosts.Input($"web01={LinuxHosts.PathOf("app01/proc.txt")}"),
        ]);

        run.Failed(4, "hold the sockets of two hosts with the name web01", "--input web02=file");
    }

    [Fact]
    public async Task A_dump_without_a_name_is_named_after_its_file()
    {
        var copy = Path.Combine(_folder.FullName, "edge-7.txt");
        File.Copy(LinuxHosts.PathOf("web01/ss.txt"), copy);

        var run = (await Run.WithAsync(LinuxHosts.Input(copy))).Succeeded();

        Assert.Contains("TCP,edge-7,127.0.0.1,6379,,memcached,edge-7,127.0.0.1,,checkout", run.Lines);
    }

    [Fact]
    public async Task A_file_whose_name_has_an_equals_sign_is_read_as_a_file()
    {
        var copy = Path.Combine(_folder.FullName, "a=b.txt");
        File.Copy(LinuxHosts.PathOf("web01/ss.txt"), copy);

        var run = (await Run.WithAsync(LinuxHosts.Input(copy))).Succeeded();

        Assert.Contains("TCP,a=b,127.0.0.1,6379,,memcached,a=b,127.0.0.1,,checkout", run.Lines);
    }

    [Fact]
    public async Task Answers_of_an_analyzer_name_their_hosts_themselves()
    {
        var run = await Run.WithAsync(LinuxHosts.Input($"vm={Sample.Estate}"));

        run.Failed(2, "names its hosts itself: give it without vm=");
    }

    [Fact]
    public async Task Kernel_tables_and_answers_of_an_analyzer_make_one_matrix()
    {
        var alone = (await Run.OnSampleAsync()).Succeeded();

        var run = (await Run.OnSampleAsync(LinuxHosts.KernelTables)).Succeeded();

        Assert.Equal(
            LinuxHosts.Expected("expected.csv").Concat(LinuxHosts.Rows(alone.Text)).Order(StringComparer.Ordinal),
            LinuxHosts.Rows(run.Text)
        );
    }
}
