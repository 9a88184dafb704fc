using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Commands;

public sealed class ServicesTests
{
    [Fact]
    public async Task Every_listening_service_is_listed_with_its_scope_and_its_clients()
    {
        var run = await Services();

        Assert.Equal("protocol,host,address,port,scope,path,name,connections,clients,client_hosts", run.Lines[0]);
        Assert.Equal(21, run.Lines.Length);
        Assert.Contains("TCP,vm-1,10.0.0.15,8082,address,/usr/local/bin/skydive,skydive,3,2,vm-1 vm-2", run.Lines);
        Assert.Contains("TCP,vm-1,0.0.0.0,4369,all,/usr/lib/erlang/erts-13.1.5/bin/epmd,epmd,1,1,vm-1", run.Lines);
        Assert.Contains("TCP,vm-1,127.0.0.1,2380,loopback,/usr/bin/etcd,etcd,0,0,", run.Lines);
    }

    [Theory]
    [InlineData("--unused", 8)]
    [InlineData("--exposed", 15)]
    [InlineData("--exposed --unused", 7)]
    [InlineData("--from-host vm-2", 6)]
    [InlineData("--from-host vm-2 --unused", 14)]
    [InlineData("--host vm-2", 3)]
    [InlineData("--host vm-2 --loopback hide", 1)]
    [InlineData("--not --process beam*,skydive --port 1-9999", 11)]
    [InlineData("--alias vm-\\d=vm", 19)]
    [InlineData("-6", 3)]
    public async Task Filters_select_services_and_clients(string options, int services) =>
        Assert.Equal(services, (await Services(options.Split(' '))).Lines.Length - 1);

    [Fact]
    public async Task Clients_that_the_filter_leaves_out_are_not_counted() =>
        Assert.Contains(
            "TCP,vm-1,10.0.0.15,5672,address,/usr/lib/erlang/erts-13.1.5/bin/beam.smp,beam.smp,3,3,vm-2",
            (await Services("--from-host", "vm-2")).Lines
        );

    [Theory]
    [InlineData("json", "\"client_hosts\": [\n        \"vm-1\",\n        \"vm-2\"\n      ]")]
    [InlineData(
        "ndjson",
        """{"protocol":"TCP","host":"vm-2","address":"::","port":"""
            + """8081,"scope":"all","path":"/usr/local/bin/skydive","name":"skydive","connections":0,"clients":"""
            + """0,"client_hosts":[]}"""
    )]
    [InlineData("table", "20 services, 12 of them used")]
    [InlineData(
        "markdown",
        "| TCP | vm-1 | 10.0.0.15 | 3306 | address | /usr/sbin/mariadbd | mariadbd | 5 | 5 | vm-1 |"
    )]
    public async Task Services_are_written_in_every_list_format(string format, string message) =>
        Assert.Contains(message, (await Services("--format", format)).Text);

    [Theory]
    [InlineData("services --format dot", "csv, json, ndjson, table, markdown")]
    [InlineData("services --output x.png", "csv, json, ndjson, table, markdown")]
    [InlineData("-q services", "-q is before services")]
    [InlineData("services --group-by host", "--group-by")]
    public async Task What_a_list_cannot_do_is_reported_with_what_it_can(string arguments, string message) =>
        (await Run.WithAsync(arguments.Split(' '))).Failed(2, message);

    [Theory]
    [InlineData("172.17.0.2", "container", false)]
    [InlineData("10.0.0.1", "all", true)]
    [InlineData("127.0.0.1", "all", true)]
    public async Task A_service_on_all_addresses_that_is_used_only_at_other_addresses_than_its_hosts_is_in_a_container(
        string at,
        string scope,
        bool exposed
    )
    {
        var estate = new EstateBuilder()
            .Host("vm-1", "10.0.0.1")
            .Listens("0.0.0.0:6379", "redis")
            .Tcp($"{at}:6379", $"{at}:40000", "redis")
            .Tcp($"{at}:40000", $"{at}:6379", "app")
            .Spec;

        Assert.Equal([$"TCP,vm-1,0.0.0.0,6379,{scope},/usr/bin/redis,redis,1,1,vm-1"], await Services(estate));
        Assert.Equal(exposed ? 1 : 0, (await Services(estate, "--exposed")).Length);
    }

    [Fact]
    public async Task Without_the_interfaces_of_a_host_no_service_counts_as_in_a_container() =>
        Assert.Single(
            await Services(
                new EstateBuilder()
                    .Host("vm-1")
                    .Listens("0.0.0.0:6379", "redis")
                    .Tcp("172.17.0.2:6379", "172.17.0.1:40000", "redis")
                    .Spec,
                "--exposed"
            )
        );

    [Fact]
    public async Task Without_IPv6_addresses_of_interfaces_no_service_used_over_IPv6_counts_as_in_a_container() =>
        Assert.Single(
            await Services(
                new EstateBuilder()
                    .Host("vm-1", "10.0.0.1")
                    .Listens("[::]:22", "sshd")
                    .Tcp("[2001:db8::1]:22", "[2001:db8::2]:40000", "sshd")
                    .Spec,
                "--exposed"
            )
        );

    [Fact]
    public async Task A_clients_own_unconnected_UDP_socket_is_listed_and_not_exposed()
    {
        var estate = new EstateBuilder()
            .Host("vm-1", "10.0.0.1")
            .ListensUdp("0.0.0.0:40000", "firefox")
            .ListensUdp("0.0.0.0:51820", "")
            .ListensUdp("0.0.0.0:60001", "mosh-server")
            .ListensUdp("0.0.0.0:53", "dns")
            .Host("vm-2")
            .Udp("10.0.0.2:40001", "10.0.0.1:60001", "mosh-client")
            .Spec;

        Assert.Equal(4, (await Services(estate)).Length);
        Assert.Equal(
            ["53", "51820", "60001"],
            (await Services(estate, "--exposed")).Select(line => line.Split(',')[3])
        );
        Assert.Equal(
            ["53", "51820", "60001"],
            (await Services(estate, "--exposed", "--unused", "--from-host", "vm-1")).Select(line => line.Split(',')[3])
        );
    }

    [Fact]
    public async Task If_no_service_is_left_the_reason_is_reported()
    {
        var run = await Run.WithAsync("services", "-i", Sample.Estate, "--host", "web*");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("flowmatrix: no service is left: --host web* removed the last 20 of 20\n", run.Error);
    }

    private static async Task<Run> Services(params string[] options) =>
        (await Run.WithAsync(["services", "-i", Sample.Estate, .. options])).Succeeded();

    private static async Task<string[]> Services(EstateSpec estate, params string[] options)
    {
        var run = await Run.WithAsync(
            new RunEnvironment { Input = estate.Json() },
            ["services", "-i", "-", "--no-header", .. options]
        );
        Assert.Equal(0, run.ExitCode);
        return run.Lines;
    }
}
