using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Matching;

/// <summary>Examples of docs/matching.md, "Unmatched connections".</summary>
public sealed class UnmatchedConnectionTests
{
    private static EstateBuilder Estate => new();

    [Theory]
    [InlineData("TIME_WAIT", "0.0.0.0:0")]
    [InlineData("CLOSE", "0.0.0.0:0")]
    [InlineData("TIME_WAIT", "[::]:0")]
    [InlineData("UNKNOWN", "::/0:0")]
    public void A_UDP_client_finds_its_service_whatever_the_state_of_the_service_socket(string state, string remote) =>
        Assert.Equal(
            ["UDP vm-1 10.0.0.15:53 dnsmasq from vm-2 10.0.0.14 nova, 1 by Listener, Listener"],
            Estate
                .Host("vm-1", "10.0.0.15")
                .ListensUdp("0.0.0.0:53", "dnsmasq", state, remote)
                .Host("vm-2")
                .Udp("10.0.0.14:45002", "10.0.0.15:53", "nova")
                .Rows()
        );

    [Fact]
    public void An_address_that_a_socket_is_bound_to_belongs_to_its_host() =>
        Assert.Equal(
            ["UDP vm-1 10.0.0.15:53 dnsmasq from vm-2 10.0.0.14 nova, 1 by Listener, Listener"],
            Estate
                .Host("vm-1")
                .ListensUdp("10.0.0.15:53", "dnsmasq")
                .Host("vm-2")
                .Udp("10.0.0.14:45002", "10.0.0.15:53", "nova")
                .Rows()
        );

    [Fact]
    public void A_known_host_without_the_service_is_shown_without_a_process() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:22 ? from vm-2 10.0.0.14 ssh, 1 by Host, Ephemeral"],
            Estate.Host("vm-1", "10.0.0.15").Host("vm-2").Tcp("10.0.0.14:40000", "10.0.0.15:22", "ssh").Rows()
        );

    [Fact]
    public void An_address_of_no_host_is_external_as_client_and_as_service() =>
        Assert.Equal(
            [
                "TCP ? 203.0.113.9:443 ? from vm-1 10.0.0.15 curl, 1 by External, Ephemeral",
                "TCP vm-1 10.0.0.15:80 nginx from ? 203.0.113.7 ?, 1 by External, Listener",
            ],
            Estate
                .Host("vm-1")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("10.0.0.15:80", "203.0.113.7:40000", "nginx")
                .Tcp("10.0.0.15:40000", "203.0.113.9:443", "curl")
                .Rows()
        );

    [Fact]
    public void An_address_of_several_hosts_is_the_clients_own_or_external() =>
        Assert.Equal(
            [
                "UDP ? 172.17.0.1:53 ? from vm-3 10.0.0.13 c, 1 by External, Port",
                "UDP vm-1 172.17.0.1:53 dns-1 from vm-1 172.17.0.2 a, 1 by Listener, Listener",
                "UDP vm-2 172.17.0.1:53 dns-2 from vm-2 172.17.0.2 b, 1 by Listener, Listener",
            ],
            Estate
                .Host("vm-1", "172.17.0.1")
                .ListensUdp("0.0.0.0:53", "dns-1")
                .Udp("172.17.0.2:4000", "172.17.0.1:53", "a")
                .Host("vm-2", "172.17.0.1")
                .ListensUdp("0.0.0.0:53", "dns-2")
                .Udp("172.17.0.2:4000", "172.17.0.1:53", "b")
                .Host("vm-3")
                .Udp("10.0.0.13:4000", "172.17.0.1:53", "c")
                .Rows()
        );

    [Fact]
    public void The_other_end_at_a_loopback_address_is_on_the_same_host() =>
        Assert.Equal(
            ["UDP vm-2 127.0.0.53:53 resolved from vm-2 127.0.0.1 curl, 1 by Listener, Listener"],
            Estate
                .Host("vm-1")
                .ListensUdp("127.0.0.53:53", "other")
                .Host("vm-2")
                .ListensUdp("127.0.0.53:53", "resolved")
                .Udp("127.0.0.1:4000", "127.0.0.53:53", "curl")
                .Rows()
        );

    [Fact]
    public void A_service_bound_to_the_address_is_preferred_to_a_wildcard() =>
        Assert.Equal(
            ["UDP vm-1 10.0.0.15:53 exact from vm-2 10.0.0.14 nova, 1 by Listener, Listener"],
            Estate
                .Host("vm-1")
                .ListensUdp("[::]:53", "v6")
                .ListensUdp("0.0.0.0:53", "v4")
                .ListensUdp("10.0.0.15:53", "exact")
                .Host("vm-2")
                .Udp("10.0.0.14:45002", "10.0.0.15:53", "nova")
                .Rows()
        );

    [Fact]
    public void Pre_forked_workers_on_one_port_are_one_process() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:80 nginx from vm-2 10.0.0.14 curl, 1 by Listener, Listener"],
            Estate
                .Host("vm-1", "10.0.0.15")
                .Listens("0.0.0.0:80", "nginx")
                .Listens("0.0.0.0:80", "nginx")
                .Host("vm-2")
                .Tcp("10.0.0.14:40000", "10.0.0.15:80", "curl")
                .Rows()
        );

    [Fact]
    public void The_process_is_unknown_if_different_processes_listen_at_one_endpoint() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:80 ? from vm-2 10.0.0.14 curl, 1 by Host, Listener"],
            Estate
                .Host("vm-1", "10.0.0.15")
                .Listens("0.0.0.0:80", "nginx")
                .Listens("0.0.0.0:80", "apache")
                .Host("vm-2")
                .Tcp("10.0.0.14:40000", "10.0.0.15:80", "curl")
                .Rows()
        );

    [Fact]
    public void The_process_of_a_client_is_known_if_it_has_a_service_at_its_port() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:80 nginx from vm-2 10.0.0.14 gossip, 1 by Listener, Port"],
            Estate
                .Host("vm-1")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("10.0.0.15:80", "10.0.0.14:7946", "nginx")
                .Host("vm-2", "10.0.0.14")
                .Listens("0.0.0.0:7946", "gossip")
                .Rows()
        );

    [Fact]
    public void A_connection_is_unmatched_if_the_other_ends_process_is_unknown()
    {
        var matrix = new EstateBuilder()
            .Host("vm-1", "10.0.0.15")
            .ListensUdp("0.0.0.0:53", "dnsmasq")
            .Host("vm-2")
            .Udp("10.0.0.14:45002", "10.0.0.15:53", "nova")
            .Tcp("10.0.0.14:4000", "10.0.0.15:22", "ssh")
            .Spec.Match();

        Assert.Equal(
            ["TCP vm-2 10.0.0.14 4000 (/usr/bin/ssh, ssh) 1 - vm-1 10.0.0.15 22"],
            Matched.UnmatchedConnections(matrix)
        );
        Assert.Equal(
            (2, 1, 0),
            (matrix.ScanCounts.Connections, matrix.ScanCounts.UnmatchedConnections, matrix.ScanCounts.Paired)
        );
    }
}
