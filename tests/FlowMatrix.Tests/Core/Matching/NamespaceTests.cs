using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Matching;

/// <summary>Examples of docs/matching.md, "Network namespaces".</summary>
public sealed class NamespaceTests
{
    private static EstateBuilder Estate => new();

    [Fact]
    public void Equal_loopback_connections_of_a_host_and_a_container_are_two_pairs() =>
        Assert.Equal(
            [
                "TCP web 127.0.0.1:6379 redis from web 127.0.0.1 app, 1 by Mirror, Listener",
                "TCP web 127.0.0.1:6379 valkey from web 127.0.0.1 job, 1 by Mirror, Listener",
            ],
            Estate
                .Host("web")
                .Namespace("host")
                .Listens("127.0.0.1:6379", "redis")
                .Tcp("127.0.0.1:6379", "127.0.0.1:40001", "redis")
                .Tcp("127.0.0.1:40001", "127.0.0.1:6379", "app")
                .Namespace("container")
                .Listens("127.0.0.1:6379", "valkey")
                .Tcp("127.0.0.1:6379", "127.0.0.1:40001", "valkey")
                .Tcp("127.0.0.1:40001", "127.0.0.1:6379", "job")
                .Rows()
        );

    [Theory]
    [InlineData("container")]
    [InlineData("")]
    public void Loopback_never_leaves_its_namespace(string other) =>
        Assert.Equal(
            [
                "TCP web 127.0.0.1:6379 ? from web 127.0.0.1 app, 1 by Host, Ephemeral",
                "TCP web 127.0.0.1:6379 redis from web 127.0.0.1 ?, 1 by Host, Listener",
            ],
            Estate
                .Host("web")
                .Namespace("host")
                .Tcp("127.0.0.1:40001", "127.0.0.1:6379", "app")
                .Namespace(other)
                .Listens("127.0.0.1:6379", "redis")
                .Tcp("127.0.0.1:6379", "127.0.0.1:40001", "redis")
                .Rows()
        );

    [Fact]
    public void Two_containers_of_a_host_are_paired_with_each_other() =>
        Assert.Equal(
            ["TCP web 172.17.0.3:6379 redis from web 172.17.0.2 app, 1 by Mirror, Listener"],
            Estate
                .Host("web")
                .Namespace("app", "172.17.0.2")
                .Tcp("172.17.0.2:40001", "172.17.0.3:6379", "app")
                .Namespace("redis", "172.17.0.3")
                .Listens("0.0.0.0:6379", "redis")
                .Tcp("172.17.0.3:6379", "172.17.0.2:40001", "redis")
                .Rows()
        );

    [Fact]
    public void A_mirror_in_the_own_namespace_is_taken_before_those_in_others() =>
        Assert.Equal(
            [
                "TCP web 10.0.2.100:80 apache from web 10.0.2.100 wget, 1 by Mirror, Listener",
                "TCP web 10.0.2.100:80 nginx from web 10.0.2.100 curl, 1 by Mirror, Listener",
            ],
            Estate
                .Host("web")
                .Namespace("rootless-1", "10.0.2.100")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("10.0.2.100:80", "10.0.2.100:40001", "nginx")
                .Tcp("10.0.2.100:40001", "10.0.2.100:80", "curl")
                .Namespace("rootless-2", "10.0.2.100")
                .Listens("0.0.0.0:80", "apache")
                .Tcp("10.0.2.100:80", "10.0.2.100:40001", "apache")
                .Tcp("10.0.2.100:40001", "10.0.2.100:80", "wget")
                .Rows()
        );

    [Fact]
    public void A_mirror_on_the_own_host_is_taken_before_those_on_others() =>
        Assert.Equal(
            ["TCP web-1 172.17.0.3:80 nginx from web-1 172.17.0.2 curl, 1 by Mirror, Listener"],
            Estate
                .Host("web-1")
                .Namespace("a", "172.17.0.2")
                .Tcp("172.17.0.2:40001", "172.17.0.3:80", "curl")
                .Namespace("b", "172.17.0.3")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("172.17.0.3:80", "172.17.0.2:40001", "nginx")
                .Host("web-2")
                .Namespace("b", "172.17.0.3")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("172.17.0.3:80", "172.17.0.2:40001", "nginx")
                .Rows()
                .Where(row => row.Contains("Mirror", StringComparison.Ordinal))
        );

    [Fact]
    public void A_socket_with_candidates_in_two_other_namespaces_is_not_paired() =>
        Assert.DoesNotContain(
            Estate
                .Host("web")
                .Namespace("app", "172.17.0.2")
                .Tcp("172.17.0.2:40001", "10.0.2.100:80", "curl")
                .Namespace("rootless-1", "10.0.2.100")
                .Tcp("10.0.2.100:80", "172.17.0.2:40001", "nginx")
                .Namespace("rootless-2", "10.0.2.100")
                .Tcp("10.0.2.100:80", "172.17.0.2:40001", "nginx")
                .Rows(),
            row => row.Contains("Mirror", StringComparison.Ordinal)
        );

    [Fact]
    public void A_socket_whose_namespace_is_not_known_is_paired_with_those_of_its_host() =>
        Assert.Equal(
            ["TCP web 172.17.0.3:80 nginx from web 172.17.0.2 curl, 1 by Mirror, Listener"],
            Estate
                .Host("web")
                .Tcp("172.17.0.2:40001", "172.17.0.3:80", "curl")
                .Namespace("a", "172.17.0.3")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("172.17.0.3:80", "172.17.0.2:40001", "nginx")
                .Rows()
        );

    [Fact]
    public void Equal_sockets_in_two_namespaces_are_not_duplicates() =>
        Assert.Equal(
            ["TCP ? 192.0.2.1:443 ? from web 10.0.2.100 curl, 2 by External, Ephemeral"],
            Estate
                .Host("web")
                .Namespace("rootless-1", "10.0.2.100")
                .Tcp("10.0.2.100:40001", "192.0.2.1:443", "curl")
                .Tcp("10.0.2.100:40001", "192.0.2.1:443", "curl", pid: 2)
                .Namespace("rootless-2", "10.0.2.100")
                .Tcp("10.0.2.100:40001", "192.0.2.1:443", "curl", pid: 3)
                .Rows()
        );

    [Fact]
    public void A_service_of_the_host_is_not_that_of_a_container() =>
        Assert.Equal(
            [
                "TCP web 10.0.0.1:80 nginx from client 10.0.0.9 curl, 1 by Listener, Listener",
                "TCP web 172.17.0.2:80 apache from web 172.17.0.1 wget, 1 by Listener, Listener",
                "TCP web 172.17.0.3:80 ? from web 172.17.0.1 ab, 1 by Host, Ephemeral",
            ],
            Estate
                .Host("web")
                .Namespace("host", "10.0.0.1", "172.17.0.1")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("172.17.0.1:40002", "172.17.0.2:80", "wget")
                .Tcp("172.17.0.1:40003", "172.17.0.3:80", "ab")
                .Namespace("apache", "172.17.0.2")
                .Listens("0.0.0.0:80", "apache")
                .Namespace("other", "172.17.0.3")
                .Listens("0.0.0.0:81", "other")
                .Host("client")
                .Namespace("host", "10.0.0.9")
                .Tcp("10.0.0.9:40001", "10.0.0.1:80", "curl")
                .Rows()
        );

    [Fact]
    public void Only_a_service_of_its_own_namespace_makes_an_end_the_service() =>
        Assert.Equal(
            ["TCP web 172.17.0.3:40000 nginx from web 172.17.0.2 curl, 1 by Mirror, Listener"],
            Estate
                .Host("web")
                .Namespace("a", "172.17.0.2")
                .Tcp("172.17.0.2:50000", "172.17.0.3:40000", "curl")
                .Namespace("b", "172.17.0.3")
                .Listens("0.0.0.0:40000", "nginx")
                .Tcp("172.17.0.3:40000", "172.17.0.2:50000", "nginx")
                .Namespace("c", "172.17.0.4")
                .Listens("0.0.0.0:50000", "other")
                .Rows()
        );

    [Fact]
    public void An_address_of_several_namespaces_is_first_that_of_the_own_namespace() =>
        Assert.Equal(
            ["UDP web 10.0.2.100:53 dnsmasq from web 10.0.2.100 app, 1 by Listener, Listener"],
            Estate
                .Host("web")
                .Namespace("rootless-1", "10.0.2.100")
                .ListensUdp("0.0.0.0:53", "dnsmasq")
                .Udp("10.0.2.100:40001", "10.0.2.100:53", "app")
                .Namespace("rootless-2", "10.0.2.100")
                .ListensUdp("0.0.0.0:53", "unbound")
                .Rows()
        );

    [Fact]
    public void An_address_of_several_other_namespaces_of_the_host_is_nobodys() =>
        Assert.Equal(
            ["UDP ? 10.0.2.100:53 ? from web 172.17.0.2 app, 1 by External, Ephemeral"],
            Estate
                .Host("web")
                .Namespace("a", "172.17.0.2")
                .Udp("172.17.0.2:40001", "10.0.2.100:53", "app")
                .Namespace("rootless-1", "10.0.2.100")
                .ListensUdp("0.0.0.0:53", "dnsmasq")
                .Namespace("rootless-2", "10.0.2.100")
                .ListensUdp("0.0.0.0:53", "dnsmasq")
                .Rows()
        );

    [Fact]
    public void An_address_of_the_own_host_is_not_that_of_another_host() =>
        Assert.Equal(
            ["UDP web-1 172.17.0.3:53 dnsmasq from web-1 172.17.0.2 app, 1 by Listener, Listener"],
            Estate
                .Host("web-1")
                .Namespace("a", "172.17.0.2")
                .Udp("172.17.0.2:40001", "172.17.0.3:53", "app")
                .Namespace("b", "172.17.0.3")
                .ListensUdp("0.0.0.0:53", "dnsmasq")
                .Host("web-2")
                .Namespace("b", "172.17.0.3")
                .ListensUdp("0.0.0.0:53", "unbound")
                .Rows()
        );

    [Fact]
    public void The_address_of_a_pod_on_another_host_leads_to_the_service_in_the_pod() =>
        Assert.Equal(
            ["UDP node 10.1.0.5:53 coredns from client 10.0.0.9 app, 1 by Listener, Listener"],
            Estate
                .Host("node")
                .Namespace("host", "10.0.0.1")
                .ListensUdp("0.0.0.0:53", "dnsmasq")
                .Namespace("pod", "10.1.0.5")
                .ListensUdp("0.0.0.0:53", "coredns")
                .Host("client")
                .Namespace("host", "10.0.0.9")
                .Udp("10.0.0.9:40001", "10.1.0.5:53", "app")
                .Rows()
        );

    [Theory]
    [InlineData("node", "host")]
    [InlineData("other", "host")]
    [InlineData("node", "")]
    public void The_address_of_several_pods_on_other_hosts_is_nobodys(string second, string client) =>
        Assert.Equal(
            ["UDP ? 10.1.0.5:53 ? from client 10.0.0.9 app, 1 by External, Ephemeral"],
            Estate
                .Host("node")
                .Namespace("pod-1", "10.1.0.5")
                .ListensUdp("0.0.0.0:53", "coredns")
                .Host(second)
                .Namespace("pod-2", "10.1.0.5")
                .ListensUdp("0.0.0.0:53", "coredns")
                .Host("client")
                .Namespace(client, "10.0.0.9")
                .Udp("10.0.0.9:40001", "10.1.0.5:53", "app")
                .Rows()
        );

    [Fact]
    public void A_socket_whose_namespace_is_not_known_finds_the_services_of_all_namespaces_of_its_host() =>
        Assert.Equal(
            ["UDP web 10.0.0.1:53 dnsmasq from web 10.0.0.1 app, 1 by Listener, Listener"],
            Estate
                .Host("web")
                .Udp("10.0.0.1:40001", "10.0.0.1:53", "app")
                .Namespace("host", "10.0.0.1")
                .ListensUdp("0.0.0.0:53", "dnsmasq")
                .Namespace("pasta", "10.0.0.1")
                .ListensUdp("0.0.0.0:54", "unbound")
                .Rows()
        );

    [Fact]
    public void Other_ends_at_an_address_of_several_namespaces_are_counted_per_namespace() =>
        Assert.Equal(
            [
                "TCP ? 192.0.2.1:50000 ? from web 10.0.2.100 app, 1 by External, Peers",
                "TCP web 10.0.2.100:40000 app from ? 192.0.2.1 ?, 2 by External, Peers",
            ],
            Estate
                .Host("web")
                .Namespace("rootless-1", "10.0.2.100")
                .Tcp("10.0.2.100:40000", "192.0.2.1:50001", "app")
                .Tcp("10.0.2.100:40000", "192.0.2.1:50002", "app")
                .Namespace("rootless-2", "10.0.2.100")
                .Tcp("10.0.2.100:40000", "192.0.2.1:50000", "app")
                .Host("other")
                .Tcp("10.0.0.7:40007", "192.0.2.1:50000", "app")
                .Rows()
                .Where(row => row.Contains("web", StringComparison.Ordinal))
        );

    [Fact]
    public void Unmatched_connections_that_differ_only_in_the_host_of_the_peer_have_one_order()
    {
        var estate = Estate
            .Host("vm-1")
            .Namespace("a", "10.0.2.100")
            .Tcp("10.0.2.100:40001", "10.0.0.2:80", "curl")
            .Namespace("b", "10.0.2.100", "10.0.0.2")
            .Tcp("10.0.2.100:40001", "10.0.0.2:80", "curl")
            .Namespace("c", "10.0.0.2")
            .Spec;
        var reversed = estate with { Hosts = [.. estate.Hosts.Reverse()] };

        Assert.Equal(Matched.UnmatchedConnections(estate.Match()), Matched.UnmatchedConnections(reversed.Match()));
    }

    [Fact]
    public void A_host_that_lists_services_in_other_namespaces_only_is_not_known_as_the_client() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.1:50001 a from vm-2 10.0.0.2 b, 1 by Mirror, Port"],
            Estate
                .Host("vm-1")
                .Namespace("host", "10.0.0.1")
                .Tcp("10.0.0.1:50001", "10.0.0.2:50002", "a")
                .Namespace("container", "172.17.0.2")
                .Listens("0.0.0.0:80", "nginx")
                .Host("vm-2")
                .Tcp("10.0.0.2:50002", "10.0.0.1:50001", "b")
                .Rows()
        );
}
