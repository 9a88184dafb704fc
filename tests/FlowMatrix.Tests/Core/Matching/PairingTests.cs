using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Matching;

/// <summary>Examples of docs/matching.md, "Pairing the two ends".</summary>
public sealed class PairingTests
{
    private static EstateBuilder Estate => new();

    [Fact]
    public void Both_ends_of_a_connection_make_one_row() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:80 nginx from vm-2 10.0.0.14 curl, 1 by Mirror, Listener"],
            Estate
                .Host("vm-1")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("10.0.0.15:80", "10.0.0.14:40000", "nginx")
                .Host("vm-2")
                .Tcp("10.0.0.14:40000", "10.0.0.15:80", "curl")
                .Rows()
        );

    [Fact]
    public void Connections_that_differ_only_in_client_port_and_process_ID_are_one_row() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:80 nginx from vm-2 10.0.0.14 curl, 2 by Mirror, Listener"],
            Estate
                .Host("vm-1")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("10.0.0.15:80", "10.0.0.14:40000", "nginx", pid: 10)
                .Tcp("10.0.0.15:80", "10.0.0.14:40001", "nginx", pid: 11)
                .Host("vm-2")
                .Tcp("10.0.0.14:40000", "10.0.0.15:80", "curl", pid: 5)
                .Tcp("10.0.0.14:40001", "10.0.0.15:80", "curl", pid: 6)
                .Rows()
        );

    [Fact]
    public void Container_addresses_that_repeat_on_every_host_are_paired_on_the_same_host() =>
        Assert.Equal(
            [
                "TCP vm-1 172.17.0.2:80 nginx from vm-1 172.17.0.3 curl, 1 by Mirror, Listener",
                "TCP vm-2 172.17.0.2:80 nginx from vm-2 172.17.0.3 curl, 1 by Mirror, Listener",
            ],
            Estate
                .Host("vm-1")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("172.17.0.2:80", "172.17.0.3:51026", "nginx")
                .Tcp("172.17.0.3:51026", "172.17.0.2:80", "curl")
                .Host("vm-2")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("172.17.0.2:80", "172.17.0.3:51026", "nginx")
                .Tcp("172.17.0.3:51026", "172.17.0.2:80", "curl")
                .Rows()
        );

    [Fact]
    public void A_socket_with_candidates_on_two_other_hosts_is_not_paired() =>
        Assert.DoesNotContain(
            "Mirror",
            string.Concat(
                Estate
                    .Host("vm-1")
                    .Listens("0.0.0.0:80", "nginx")
                    .Tcp("172.17.0.2:80", "10.0.0.14:40000", "nginx")
                    .Host("vm-3")
                    .Listens("0.0.0.0:80", "nginx")
                    .Tcp("172.17.0.2:80", "10.0.0.14:40000", "nginx")
                    .Host("vm-2")
                    .Tcp("10.0.0.14:40000", "172.17.0.2:80", "curl")
                    .Rows()
            ),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.1.1")]
    [InlineData("[::1]")]
    public void Loopback_is_never_paired_across_hosts(string loopback) =>
        Assert.Equal(
            [
                "TCP vm-1 "
                    + $"{loopback.Trim('[', ']')}:80 nginx from vm-1 {loopback.Trim('[', ']')} ?, 1 by Host, Listener",
                "TCP vm-2 "
                    + $"{loopback.Trim('[', ']')}:80 ? from vm-2 {loopback.Trim('[', ']')} curl, 1 by Host, Ephemeral",
            ],
            Estate
                .Host("vm-1")
                .Listens($"{loopback}:80", "nginx")
                .Tcp($"{loopback}:80", $"{loopback}:40000", "nginx")
                .Host("vm-2")
                .Tcp($"{loopback}:40000", $"{loopback}:80", "curl")
                .Rows()
        );

    [Fact]
    public void Mapped_IPv4_addresses_and_zones_equal_the_plain_address() =>
        Assert.Equal(
            [
                "TCP vm-1 10.0.0.15:80 nginx from vm-2 10.0.0.14 curl, 1 by Mirror, Listener",
                "TCP vm-1 fe80::15:80 nginx from vm-2 fe80::14 curl, 1 by Mirror, Listener",
            ],
            Estate
                .Host("vm-1")
                .Listens("[::]:80", "nginx")
                .Tcp("[::ffff:10.0.0.15]:80", "[::ffff:10.0.0.14]:40000", "nginx")
                .Tcp("[fe80::15%eth0]:80", "[fe80::14%eth0]:40001", "nginx")
                .Host("vm-2")
                .Tcp("10.0.0.14:40000", "10.0.0.15:80", "curl")
                .Tcp("[FE80:0::14]:40001", "[fe80::15]:80", "curl")
                .Rows()
        );

    [Fact]
    public void A_client_of_a_published_port_is_paired_with_the_container() =>
        Assert.Equal(
            ["TCP vm-1 172.17.0.2:80 nginx from vm-2 10.0.0.14 curl, 1 by ChangedDestination, Listener, via 10.0.0.15"],
            Estate
                .Host("vm-1", "10.0.0.15")
                .Listens("0.0.0.0:8080", "docker-proxy")
                .Listens("[::]:80", "nginx")
                .Tcp("172.17.0.2:80", "10.0.0.14:40000", "nginx")
                .Host("vm-2")
                .Tcp("10.0.0.14:40000", "10.0.0.15:8080", "curl")
                .Rows()
        );

    [Fact]
    public void Clients_of_virtual_IPs_are_paired_and_all_virtual_IPs_are_kept_as_via() =>
        Assert.Equal(
            [
                "TCP vm-1 10.0.0.15:6443 kube-apiserver from vm-2 10.244.1.5 coredns, "
                    + "3 by Mirror, ChangedDestination, Listener, via 10.96.0.1 10.100.0.1",
            ],
            Estate
                .Host("vm-1")
                .Listens("[::]:6443", "kube-apiserver")
                .Tcp("10.0.0.15:6443", "10.244.1.5:4000", "kube-apiserver")
                .Tcp("10.0.0.15:6443", "10.244.1.5:4001", "kube-apiserver")
                .Tcp("10.0.0.15:6443", "10.244.1.5:4002", "kube-apiserver")
                .Host("vm-2")
                .Tcp("10.244.1.5:4000", "10.100.0.1:443", "coredns")
                .Tcp("10.244.1.5:4001", "10.96.0.1:443", "coredns")
                .Tcp("10.244.1.5:4002", "10.0.0.15:6443", "coredns")
                .Rows()
        );

    [Fact]
    public void A_redirected_port_on_the_same_address_has_no_via() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:8443 envoy from vm-2 10.0.0.14 curl, 1 by ChangedDestination, Listener"],
            Estate
                .Host("vm-1")
                .Listens("0.0.0.0:8443", "envoy")
                .Tcp("10.0.0.15:8443", "10.0.0.14:40000", "envoy")
                .Host("vm-2")
                .Tcp("10.0.0.14:40000", "10.0.0.15:443", "curl")
                .Rows()
        );

    [Fact]
    public void A_client_with_a_service_under_it_is_not_paired_by_changed_destination() =>
        Assert.DoesNotContain(
            "ChangedDestination",
            string.Concat(
                Estate
                    .Host("vm-1")
                    .Listens("0.0.0.0:80", "nginx")
                    .Tcp("10.0.0.15:80", "10.0.0.14:40000", "nginx")
                    .Host("vm-2")
                    .Listens("0.0.0.0:40000", "peer")
                    .Tcp("10.0.0.14:40000", "10.9.9.9:80", "peer")
                    .Rows()
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void A_masqueraded_client_that_kept_its_port_is_paired() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:80 nginx from vm-2 172.17.0.3 curl, 1 by ChangedSource, Listener"],
            Estate
                .Host("vm-1")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("10.0.0.15:80", "10.0.0.14:40000", "nginx")
                .Host("vm-2", "10.0.0.14")
                .Tcp("172.17.0.3:40000", "10.0.0.15:80", "curl")
                .Rows()
        );

    [Fact]
    public void A_client_masqueraded_as_an_address_of_another_host_is_not_paired() =>
        Assert.Equal(
            [
                "TCP vm-1 10.0.0.15:80 nginx from vm-2 172.17.0.3 curl, 1 by Listener, Listener",
                "TCP vm-1 10.0.0.15:80 nginx from vm-3 10.0.0.14 ?, 1 by Host, Listener",
            ],
            Estate
                .Host("vm-1")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("10.0.0.15:80", "10.0.0.14:40000", "nginx")
                .Host("vm-2")
                .Tcp("172.17.0.3:40000", "10.0.0.15:80", "curl")
                .Host("vm-3", "10.0.0.14")
                .Rows()
        );

    [Fact]
    public void A_socket_that_can_be_service_of_one_and_client_of_another_is_not_paired()
    {
        var rows = string.Concat(
            Estate
                .Host("vm-1", "10.0.0.1")
                .Listens("0.0.0.0:80", "a")
                .Tcp("10.0.0.1:80", "10.0.0.2:81", "a")
                .Host("vm-2", "10.9.0.2")
                .Listens("0.0.0.0:81", "b")
                .Tcp("10.0.0.2:81", "10.9.0.1:80", "b")
                .Host("vm-1", "10.9.0.1")
                .Host("vm-3", "10.0.0.2")
                .Tcp("10.0.0.33:81", "10.0.0.1:80", "c")
                .Rows()
        );

        Assert.DoesNotContain("ChangedSource", rows, StringComparison.Ordinal);
    }

    [Fact]
    public void A_socket_listed_twice_counts_once() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:80 nginx from vm-2 10.0.0.14 curl, 1 by Mirror, Listener"],
            Estate
                .Host("vm-1")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("10.0.0.15:80", "10.0.0.14:40000", "nginx")
                .Host("vm-2")
                .Tcp("10.0.0.14:40000", "10.0.0.15:80", "curl")
                .Host("vm-2")
                .Tcp("10.0.0.14:40000", "10.0.0.15:80", "curl", pid: 7)
                .Host("vm-1")
                .Tcp("10.0.0.15:80", "10.0.0.14:40000", "nginx")
                .Rows()
        );

    [Fact]
    public void A_socket_connected_to_itself_is_its_own_other_end() =>
        Assert.Equal(
            [
                "TCP vm-1 10.0.0.15:40000 odd from vm-1 10.0.0.15 odd, 1 by Mirror, Port",
                "UDP vm-1 127.0.0.1:40001 postgres from vm-1 127.0.0.1 postgres, 1 by Mirror, Port",
            ],
            Estate
                .Host("vm-1")
                .Tcp("10.0.0.15:40000", "10.0.0.15:40000", "odd")
                .Udp("127.0.0.1:40001", "127.0.0.1:40001", "postgres")
                .Rows()
        );

    [Fact]
    public void A_container_that_uses_a_port_published_on_another_host_is_paired() =>
        Assert.Equal(
            ["TCP vm-1 172.17.0.2:80 nginx from vm-2 172.17.0.2 curl, 1 by ChangedBoth, Listener, via 10.0.0.15"],
            Estate
                .Host("vm-1", "10.0.0.15")
                .Listens("[::]:80", "nginx")
                .Tcp("172.17.0.2:80", "10.0.0.14:40000", "nginx")
                .Host("vm-2", "10.0.0.14")
                .Tcp("172.17.0.2:40000", "10.0.0.15:8080", "curl")
                .Rows()
        );

    [Fact]
    public void Two_containers_with_the_same_port_behind_one_host_are_not_paired() =>
        Assert.DoesNotContain(
            "ChangedBoth",
            string.Concat(
                Estate
                    .Host("vm-1", "10.0.0.15")
                    .Listens("[::]:80", "nginx")
                    .Tcp("172.17.0.2:80", "10.0.0.14:40000", "nginx")
                    .Host("vm-2", "10.0.0.14")
                    .Tcp("172.17.0.2:40000", "10.0.0.15:8080", "curl")
                    .Tcp("172.17.0.3:40000", "10.0.0.15:8080", "curl")
                    .Rows()
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void Sockets_with_the_same_client_port_are_not_paired_across_unknown_addresses() =>
        Assert.Equal(
            [
                "TCP vm-1 172.17.0.2:80 nginx from ? 10.0.0.99 ?, 1 by External, Listener",
                "TCP vm-1 10.0.0.15:8080 ? from vm-2 172.17.0.2 curl, 1 by Host, Ephemeral",
            ],
            Estate
                .Host("vm-1", "10.0.0.15")
                .Listens("[::]:80", "nginx")
                .Tcp("172.17.0.2:80", "10.0.0.99:40000", "nginx")
                .Host("vm-2", "10.0.0.14")
                .Tcp("172.17.0.2:40000", "10.0.0.15:8080", "curl")
                .Rows()
                .OrderDescending()
        );

    [Fact]
    public void TCP_is_not_paired_with_UDP() =>
        Assert.DoesNotContain(
            "Mirror",
            string.Concat(
                Estate
                    .Host("vm-1")
                    .Listens("0.0.0.0:53", "dns")
                    .Tcp("10.0.0.15:53", "10.0.0.14:40000", "dns")
                    .Host("vm-2")
                    .Udp("10.0.0.14:40000", "10.0.0.15:53", "curl")
                    .Rows()
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void Connections_being_opened_or_closed_count_only_for_the_past()
    {
        var estate = Estate
            .Host("vm-1")
            .Listens("0.0.0.0:80", "nginx")
            .Tcp("10.0.0.15:80", "10.0.0.14:40000", "nginx", "CLOSE_WAIT")
            .Host("vm-2")
            .Tcp("10.0.0.14:40000", "10.0.0.15:80", "curl", "FIN_WAIT2");

        Assert.Empty(estate.Rows());
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:80 nginx from vm-2 10.0.0.14 curl, 1 by Mirror, Listener"],
            estate.InThePast().Rows()
        );
    }
}
