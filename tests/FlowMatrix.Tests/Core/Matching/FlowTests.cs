using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Matching;

/// <summary>The matching rules, "Flows", an example each.</summary>
public sealed class FlowTests
{
    private static EstateBuilder Estate => new();

    [Fact]
    public void Flows_add_the_connections_that_a_scan_missed() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:6379 redis from vm-2 10.0.0.14 nova, 1 by Mirror, Flow, Listener"],
            Estate
                .Host("vm-1")
                .Listens("10.0.0.15:6379", "redis")
                .Host("vm-2", "10.0.0.14")
                .Flow("10.0.0.14:33708", "10.0.0.15:6379", "nova")
                .Flow("10.0.0.15:6379", "10.0.0.14:33708", "redis")
                .Flow("10.0.0.14:33708", "10.0.0.15:6379", "nova")
                .Rows()
        );

    [Fact]
    public void A_flows_socket_that_a_host_lists_adds_nothing() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:80 nginx from vm-2 10.0.0.14 curl, 1 by Mirror, Listener"],
            Estate
                .Host("vm-1")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("10.0.0.15:80", "10.0.0.14:40000", "nginx")
                .Host("vm-2")
                .Tcp("10.0.0.14:40000", "10.0.0.15:80", "curl")
                .Flow("10.0.0.14:40000", "10.0.0.15:80", "other")
                .Rows()
        );

    [Fact]
    public void A_flows_socket_whose_address_two_hosts_have_stands_on_no_host()
    {
        var estate = Estate
            .Host("vm-1", "172.17.0.2")
            .Listens("10.0.0.15:80", "nginx")
            .Host("vm-2", "172.17.0.2")
            .Flow("172.17.0.2:40000", "10.0.0.15:80", "curl");

        Assert.Equal(
            ["TCP vm-1 10.0.0.15:80 nginx from ? 172.17.0.2 curl, 1 by Listener, Flow, Listener"],
            estate.Rows()
        );
        Assert.Equal(1, estate.Spec.Match().ScanCounts.UnplacedFlowSockets);
    }

    [Fact]
    public void A_flows_socket_of_an_unknown_host_still_meets_its_other_end() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:80 nginx from ? 198.51.100.7 curl, 1 by Mirror, Flow, Listener"],
            Estate
                .Host("vm-1")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("10.0.0.15:80", "198.51.100.7:40000", "nginx")
                .Flow("198.51.100.7:40000", "10.0.0.15:80", "curl")
                .Rows()
        );

    [Fact]
    public void The_unknown_host_is_not_the_owner_of_every_unknown_address() =>
        Assert.DoesNotContain(
            "ChangedSource",
            string.Concat(
                Estate
                    .Host("vm-1")
                    .Listens("0.0.0.0:80", "nginx")
                    .Tcp("10.0.0.15:80", "203.0.113.7:40000", "nginx")
                    .Flow("198.51.100.7:40000", "10.0.0.15:80", "curl")
                    .Rows()
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void Of_two_views_of_one_socket_the_established_one_counts() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:80 nginx from vm-2 10.0.0.14 curl, 1 by Listener, Flow, Listener"],
            Estate
                .Host("vm-1")
                .Listens("10.0.0.15:80", "nginx")
                .Host("vm-2", "10.0.0.14")
                .Flow("10.0.0.14:40000", "10.0.0.15:80", "curl", "CLOSE_WAIT")
                .Flow("10.0.0.14:40000", "10.0.0.15:80", "curl")
                .Rows()
        );
}
