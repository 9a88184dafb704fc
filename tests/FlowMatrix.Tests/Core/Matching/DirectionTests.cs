using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Matching;

/// <summary>Examples of docs/matching.md, "Who is the server".</summary>
public sealed class DirectionTests
{
    private static EstateBuilder Estate => new();

    [Theory]
    [InlineData("10.0.0.15:9200")]
    [InlineData("0.0.0.0:9200")]
    [InlineData("[::]:9200")]
    [InlineData("[::ffff:0.0.0.0]:9200")]
    public void The_end_with_a_service_under_it_is_the_service_even_at_the_higher_port(string bound) =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:9200 elastic from vm-2 10.0.0.14 curl, 1 by Mirror, Listener"],
            Estate
                .Host("vm-1")
                .Listens(bound, "elastic")
                .Tcp("10.0.0.15:9200", "10.0.0.14:1000", "elastic")
                .Host("vm-2")
                .Tcp("10.0.0.14:1000", "10.0.0.15:9200", "curl")
                .Rows()
        );

    [Fact]
    public void A_service_at_all_IPv4_addresses_is_not_under_an_IPv6_endpoint() =>
        Assert.Equal(
            ["TCP vm-2 fd00::14:1000 curl from vm-1 fd00::15 elastic, 1 by Mirror, Port"],
            Estate
                .Host("vm-1")
                .Listens("0.0.0.0:9200", "elastic")
                .Tcp("[fd00::15]:9200", "[fd00::14]:1000", "elastic")
                .Host("vm-2")
                .Tcp("[fd00::14]:1000", "[fd00::15]:9200", "curl")
                .Rows()
        );

    [Fact]
    public void A_listener_at_another_address_or_on_another_host_is_no_evidence() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:80 nginx from vm-2 10.0.0.14 curl, 1 by Mirror, Listener"],
            Estate
                .Host("vm-1")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("10.0.0.15:80", "10.0.0.14:9200", "nginx")
                .Host("vm-2")
                .Listens("127.0.0.1:9200", "elastic")
                .Tcp("10.0.0.14:9200", "10.0.0.15:80", "curl")
                .Host("vm-3")
                .Listens("0.0.0.0:9200", "elastic")
                .Rows()
        );

    [Fact]
    public void If_only_the_ports_are_known_the_lower_port_is_the_service() =>
        Assert.Equal(
            ["TCP vm-2 10.0.0.14:80 b from vm-1 10.0.0.15 a, 1 by Mirror, Port"],
            Estate
                .Host("vm-1")
                .Tcp("10.0.0.15:8080", "10.0.0.14:80", "a")
                .Host("vm-2")
                .Tcp("10.0.0.14:80", "10.0.0.15:8080", "b")
                .Rows()
        );

    [Fact]
    public void If_both_ends_listen_and_nothing_else_differs_the_lower_port_is_the_service() =>
        Assert.Equal(
            ["TCP vm-2 10.0.0.14:80 b from vm-1 10.0.0.15 a, 1 by Mirror, Port"],
            Estate
                .Host("vm-1")
                .Listens("[::]:8080", "a")
                .Tcp("10.0.0.15:8080", "10.0.0.14:80", "a")
                .Host("vm-2")
                .Listens("[::]:80", "b")
                .Tcp("10.0.0.14:80", "10.0.0.15:8080", "b")
                .Rows()
        );

    [Fact]
    public void On_equal_ports_the_numerically_lower_address_is_the_service() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.9:7946 a from vm-2 10.0.0.14 b, 1 by Mirror, Port"],
            Estate
                .Host("vm-1")
                .Listens("[::]:7946", "a")
                .Tcp("10.0.0.9:7946", "10.0.0.14:7946", "a")
                .Host("vm-2")
                .Listens("[::]:7946", "b")
                .Tcp("10.0.0.14:7946", "10.0.0.9:7946", "b")
                .Rows()
        );

    [Fact]
    public void A_UDP_service_is_not_a_listener_for_TCP() =>
        Assert.Equal(
            ["TCP vm-2 10.0.0.14:80 b from vm-1 10.0.0.15 a, 1 by Mirror, Port"],
            Estate
                .Host("vm-1")
                .ListensUdp("0.0.0.0:8080", "a")
                .Tcp("10.0.0.15:8080", "10.0.0.14:80", "a")
                .Host("vm-2")
                .Tcp("10.0.0.14:80", "10.0.0.15:8080", "b")
                .Rows()
        );

    [Fact]
    public void If_the_listener_is_not_listed_the_ephemeral_port_is_the_client() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:9200 java from vm-2 10.0.0.14 curl, 1 by Mirror, Ephemeral"],
            Estate
                .Host("vm-1")
                .Tcp("10.0.0.15:9200", "10.0.0.14:32768", "java")
                .Host("vm-2")
                .Listens("0.0.0.0:22", "sshd")
                .Tcp("10.0.0.14:32768", "10.0.0.15:9200", "curl")
                .Rows()
        );

    [Fact]
    public void Of_two_ephemeral_ports_the_one_with_more_peers_is_the_service() =>
        Assert.Equal(
            ["TCP ? 198.51.100.20:61616 ? from vm-1 10.0.0.15 a, 2 by External, Peers"],
            Estate
                .Host("vm-1")
                .Tcp("10.0.0.15:33000", "198.51.100.20:61616", "a")
                .Tcp("10.0.0.15:33001", "198.51.100.20:61616", "a")
                .Rows()
        );

    [Fact]
    public void Peers_of_an_address_of_several_hosts_are_counted_per_host() =>
        Assert.Equal(
            [
                "TCP vm-1 172.17.0.2:40001 b from vm-1 172.17.0.3 a, 1 by Mirror, Port",
                "TCP vm-2 172.17.0.2:40001 b from vm-2 172.17.0.4 a, 1 by Mirror, Port",
            ],
            Estate
                .Host("vm-1")
                .Tcp("172.17.0.2:40001", "172.17.0.3:50000", "b")
                .Tcp("172.17.0.3:50000", "172.17.0.2:40001", "a")
                .Host("vm-2")
                .Tcp("172.17.0.2:40001", "172.17.0.4:50000", "b")
                .Tcp("172.17.0.4:50000", "172.17.0.2:40001", "a")
                .Rows()
        );

    [Fact]
    public void A_host_that_lists_services_but_none_at_the_port_is_the_client() =>
        Assert.Equal(
            ["TCP ? 203.0.113.9:4444 ? from vm-1 10.0.0.15 low-out, 1 by External, NoListener"],
            Estate.Host("vm-1").Listens("0.0.0.0:22", "sshd").Tcp("10.0.0.15:443", "203.0.113.9:4444", "low-out").Rows()
        );

    [Fact]
    public void A_host_that_lists_no_services_of_the_protocol_can_be_the_service() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:443 nginx from ? 203.0.113.9 ?, 1 by External, Port"],
            Estate.Host("vm-1").ListensUdp("0.0.0.0:53", "dns").Tcp("10.0.0.15:443", "203.0.113.9:4444", "nginx").Rows()
        );

    [Fact]
    public void A_low_local_port_of_several_connections_is_still_the_client() =>
        Assert.Equal(
            [
                "TCP ? 203.0.113.8:4444 ? from vm-1 10.0.0.15 low-out, 1 by External, NoListener",
                "TCP ? 203.0.113.9:4444 ? from vm-1 10.0.0.15 low-out, 1 by External, NoListener",
            ],
            Estate
                .Host("vm-1")
                .Listens("0.0.0.0:22", "sshd")
                .Tcp("10.0.0.15:443", "203.0.113.8:4444", "low-out")
                .Tcp("10.0.0.15:443", "203.0.113.9:4444", "low-out")
                .Rows()
        );

    [Fact]
    public void For_two_ephemeral_ports_peers_count_before_a_missing_listener() =>
        Assert.Equal(
            [
                "TCP vm-1 10.0.0.15:40000 a from ? 203.0.113.8 ?, 1 by External, Peers",
                "TCP vm-1 10.0.0.15:40000 a from ? 203.0.113.9 ?, 1 by External, Peers",
            ],
            Estate
                .Host("vm-1")
                .Listens("0.0.0.0:22", "sshd")
                .Tcp("10.0.0.15:40000", "203.0.113.8:50000", "a")
                .Tcp("10.0.0.15:40000", "203.0.113.9:50000", "a")
                .Rows()
        );

    [Fact]
    public void An_unconnected_UDP_socket_of_another_process_is_no_evidence() =>
        Assert.Equal(
            ["UDP ? 192.168.7.1:67 ? from lap 192.168.7.5 NetworkManager, 1 by External, Port"],
            Estate
                .Host("lap")
                .ListensUdp("0.0.0.0:68", "dhclient")
                .Udp("192.168.7.5:68", "192.168.7.1:67", "NetworkManager")
                .Rows()
        );

    [Fact]
    public void A_connected_UDP_socket_with_an_unconnected_one_of_its_process_is_the_service() =>
        Assert.Equal(
            ["UDP gw 192.168.7.5:1194 openvpn from ? 203.0.113.9 ?, 1 by External, Listener"],
            Estate
                .Host("gw")
                .ListensUdp("192.168.7.5:1194", "other")
                .ListensUdp("0.0.0.0:1194", "openvpn")
                .Udp("192.168.7.5:1194", "203.0.113.9:999", "openvpn")
                .Rows()
        );

    [Theory]
    [InlineData("::/0")]
    [InlineData("::")]
    [InlineData("0.0.0.0")]
    public void The_remote_address_of_a_listener_can_be_any_spelling_of_a_wildcard(string remote) =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:9200 elastic from vm-2 10.0.0.14 curl, 1 by Mirror, Listener"],
            Estate
                .Host("vm-1")
                .Listens("10.0.0.15:9200", "elastic", $"{remote}:0")
                .Tcp("10.0.0.15:9200", "10.0.0.14:1000", "elastic")
                .Host("vm-2")
                .Tcp("10.0.0.14:1000", "10.0.0.15:9200", "curl")
                .Rows()
        );

    [Fact]
    public void A_row_has_the_directions_of_all_its_connections() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:80 nginx from vm-2 10.0.0.14 curl, 2 by Mirror, Listener, Peers"],
            Estate
                .Host("vm-1")
                .Listens("10.0.0.15:80", "nginx")
                .Tcp("10.0.0.15:80", "10.0.0.14:1000", "nginx")
                .Tcp("10.0.0.15:80", "10.0.0.14:9200", "nginx")
                .Host("vm-2")
                .Listens("0.0.0.0:9200", "elastic")
                .Tcp("10.0.0.14:1000", "10.0.0.15:80", "curl")
                .Tcp("10.0.0.14:9200", "10.0.0.15:80", "curl")
                .Rows()
        );
}
