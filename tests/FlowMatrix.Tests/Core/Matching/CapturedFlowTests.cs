using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Matching;

/// <summary>Examples of docs/matching.md, "Sockets of captured flows".</summary>
public sealed class CapturedFlowTests
{
    private static EstateBuilder Estate => new();

    [Fact]
    public void Captured_flows_add_connections_that_a_scan_missed() =>
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
    public void A_flow_socket_that_a_host_lists_adds_nothing() =>
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
    public void A_flow_socket_at_an_address_of_two_hosts_has_no_host()
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
    public void A_flow_socket_without_a_host_is_still_paired() =>
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
    public void The_unknown_host_does_not_own_unknown_addresses() =>
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
    public void An_established_flow_socket_is_preferred_to_one_that_is_closed() =>
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
