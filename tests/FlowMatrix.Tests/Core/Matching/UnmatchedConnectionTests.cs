using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Matching;

/// <summary>The matching rules, "Connections with one end", an example each.</summary>
public sealed class OneEndTests
{
    private static EstateBuilder Estate => new();

    [Theory]
    [InlineData("TIME_WAIT", "0.0.0.0:0")]
    [InlineData("CLOSE", "0.0.0.0:0")]
    [InlineData("TIME_WAIT", "[::]:0")]
    [InlineData("UNKNOWN", "::/0:0")]
    public void A_UDP_client_finds_its_server_whatever_its_state_says(string state, string remote) =>
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
    public void An_address_that_a_socket_is_bound_to_is_its_hosts() =>
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
    public void A_known_host_without_that_service_is_named_alone() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:22 ? from vm-2 10.0.0.14 ssh, 1 by Host, Ephemeral"],
            Estate.Host("vm-1", "10.0.0.15").Host("vm-2").Tcp("10.0.0.14:40000", "10.0.0.15:22", "ssh").Rows()
        );

    [Fact]
    public void An_address_of_nobody_is_an_external_peer_on_either_side() =>
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
    public void A_shared_address_is_the_clients_own_hosts_and_for_others_nobodys() =>
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
    public void A_loopback_peer_is_on_the_same_host() =>
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
    public void The_service_bound_to_the_address_counts_before_the_wildcard() =>
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
    public void Different_processes_on_one_port_in_namespaces_leave_the_process_open() =>
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
    public void The_peers_process_is_known_by_its_service_though_it_is_the_client() =>
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
    public void Lone_ends_are_those_whose_peers_process_is_not_known()
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
