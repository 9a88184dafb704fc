using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Matching;

/// <summary>Examples of docs/matching.md, "NAT table".</summary>
public sealed class NatTests
{
    private static EstateBuilder Estate => new();

    [Fact]
    public void A_published_port_leads_to_the_container() =>
        Assert.Equal(
            ["TCP web 172.17.0.2:80 nginx from client 10.0.0.9 curl, 1 by Nat, Listener, via 10.0.0.1"],
            Estate
                .Host("client")
                .Namespace("host", "10.0.0.9")
                .Tcp("10.0.0.9:40001", "10.0.0.1:8080", "curl")
                .Host("web")
                .Namespace("host", "10.0.0.1")
                .Nat("10.0.0.9:40001", "10.0.0.1:8080", "10.0.0.9:40001", "172.17.0.2:80")
                .Namespace("nginx", "172.17.0.2")
                .Tcp("172.17.0.2:80", "10.0.0.9:40001", "nginx")
                .Rows()
        );

    [Fact]
    public void Masquerade_leads_from_the_container_to_the_service() =>
        Assert.Equal(
            ["TCP db 10.0.0.2:3306 mysqld from web 172.17.0.2 php, 1 by Nat, Listener"],
            Estate
                .Host("web")
                .Namespace("host", "10.0.0.1")
                .Nat("172.17.0.2:40001", "10.0.0.2:3306", "10.0.0.1:61000", "10.0.0.2:3306")
                .Namespace("php", "172.17.0.2")
                .Tcp("172.17.0.2:40001", "10.0.0.2:3306", "php")
                .Host("db")
                .Namespace("host", "10.0.0.2")
                .Tcp("10.0.0.2:3306", "10.0.0.1:61000", "mysqld")
                .Rows()
        );

    [Fact]
    public void Both_may_happen_in_one_entry() =>
        Assert.Equal(
            ["TCP web 172.17.0.3:80 nginx from web 172.17.0.2 php, 1 by Nat, Listener, via 10.0.0.1"],
            Estate
                .Host("web")
                .Namespace("host", "10.0.0.1")
                .Nat("172.17.0.2:40001", "10.0.0.1:8080", "172.17.0.1:61000", "172.17.0.3:80")
                .Namespace("php", "172.17.0.2")
                .Tcp("172.17.0.2:40001", "10.0.0.1:8080", "php")
                .Namespace("nginx", "172.17.0.3")
                .Tcp("172.17.0.3:80", "172.17.0.1:61000", "nginx")
                .Rows()
        );

    [Fact]
    public void A_load_balancer_on_a_third_host_is_followed() =>
        Assert.Equal(
            ["TCP web 10.0.0.1:80 nginx from client 10.0.0.9 curl, 1 by Nat, Listener, via 10.0.0.5"],
            Estate
                .Host("client")
                .Namespace("host", "10.0.0.9")
                .Tcp("10.0.0.9:40001", "10.0.0.5:443", "curl")
                .Host("balancer")
                .Namespace("host", "10.0.0.5")
                .Nat("10.0.0.9:40001", "10.0.0.5:443", "10.0.0.5:61000", "10.0.0.1:80")
                .Host("web")
                .Namespace("host", "10.0.0.1")
                .Tcp("10.0.0.1:80", "10.0.0.5:61000", "nginx")
                .Rows()
        );

    [Fact]
    public void Translations_on_two_hosts_are_followed() =>
        Assert.Equal(
            ["TCP web 172.17.0.2:80 nginx from client 172.17.0.2 curl, 1 by Nat, Listener, via 10.0.0.1"],
            Masqueraded()
                .Nat("10.0.0.9:61000", "10.0.0.1:8080", "10.0.0.9:61000", "172.17.0.2:80")
                .Namespace("nginx", "172.17.0.2")
                .Tcp("172.17.0.2:80", "10.0.0.9:61000", "nginx")
                .Rows()
        );

    [Fact]
    public void A_sidecar_is_found_in_the_own_namespace() =>
        Assert.Equal(
            [
                "TCP node 127.0.0.1:15001 envoy from node 10.1.0.5 app, 1 by Nat, Listener, via 10.96.0.1",
                "TCP node 127.0.0.1:15001 haproxy from node 10.1.0.5 job, 1 by Nat, Listener, via 10.96.0.1",
            ],
            Estate
                .Host("node")
                .Namespace("pod-1", "10.1.0.5")
                .Nat("10.1.0.5:40001", "10.96.0.1:80", "10.1.0.5:40001", "127.0.0.1:15001")
                .Tcp("10.1.0.5:40001", "10.96.0.1:80", "app")
                .Tcp("127.0.0.1:15001", "10.1.0.5:40001", "envoy")
                .Namespace("pod-2", "10.1.0.5")
                .Nat("10.1.0.5:40001", "10.96.0.1:80", "10.1.0.5:40001", "127.0.0.1:15001")
                .Tcp("10.1.0.5:40001", "10.96.0.1:80", "job")
                .Tcp("127.0.0.1:15001", "10.1.0.5:40001", "haproxy")
                .Rows()
        );

    [Fact]
    public void A_translation_to_loopback_does_not_leave_its_namespace() =>
        Assert.DoesNotContain(
            Estate
                .Host("node")
                .Namespace("pod-1", "10.1.0.5")
                .Nat("10.1.0.5:40001", "10.96.0.1:80", "10.1.0.5:40001", "127.0.0.1:15001")
                .Tcp("10.1.0.5:40001", "10.96.0.1:80", "app")
                .Namespace("pod-2", "10.1.0.6")
                .Tcp("127.0.0.1:15001", "10.1.0.5:40001", "envoy")
                .Rows(),
            row => row.Contains("Nat", StringComparison.Ordinal)
        );

    [Fact]
    public void A_loopback_connection_is_not_translated_in_another_namespace() =>
        Assert.Equal(
            ["TCP web 172.17.0.2:80 nginx from web 127.0.0.1 curl, 1 by Nat, Listener, via 127.0.0.1"],
            Estate
                .Host("web")
                .Namespace("host", "10.0.0.1")
                .Nat("127.0.0.1:40001", "127.0.0.1:8080", "172.17.0.1:61000", "172.17.0.2:80")
                .Tcp("127.0.0.1:40001", "127.0.0.1:8080", "curl")
                .Namespace("container", "172.17.0.3")
                .Tcp("127.0.0.1:40001", "127.0.0.1:8080", "wget")
                .Namespace("nginx", "172.17.0.2")
                .Tcp("172.17.0.2:80", "172.17.0.1:61000", "nginx")
                .Rows()
                .Where(row => row.Contains("Nat", StringComparison.Ordinal))
        );

    [Fact]
    public void Without_an_entry_the_other_steps_apply() =>
        Assert.Equal(
            ["TCP web 172.17.0.2:80 nginx from client 10.0.0.9 curl, 1 by ChangedDestination, Listener, via 10.0.0.1"],
            Estate
                .Host("client")
                .Namespace("host", "10.0.0.9")
                .Tcp("10.0.0.9:40001", "10.0.0.1:8080", "curl")
                .Host("web")
                .Namespace("host", "10.0.0.1")
                .Namespace("nginx", "172.17.0.2")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("172.17.0.2:80", "10.0.0.9:40001", "nginx")
                .Rows()
        );

    [Fact]
    public void Hosts_without_known_namespaces_may_have_a_NAT_table() =>
        Assert.Equal(
            ["TCP web 172.17.0.2:80 nginx from client 10.0.0.9 curl, 1 by Nat, Listener, via 10.0.0.1"],
            Estate
                .Host("client", "10.0.0.9")
                .Tcp("10.0.0.9:40001", "10.0.0.1:8080", "curl")
                .Host("web", "10.0.0.1")
                .Nat("10.0.0.9:40001", "10.0.0.1:8080", "10.0.0.9:40001", "172.17.0.2:80")
                .Tcp("172.17.0.2:80", "10.0.0.9:40001", "nginx")
                .Rows()
        );

    [Fact]
    public void An_entry_that_changes_nothing_does_not_count() =>
        Assert.Equal(
            ["TCP web 10.0.0.1:80 nginx from client 10.0.0.9 curl, 1 by Mirror, Ephemeral"],
            Estate
                .Host("client")
                .Namespace("host", "10.0.0.9")
                .Nat("10.0.0.9:40001", "10.0.0.1:80", "10.0.0.9:40001", "10.0.0.1:80")
                .Tcp("10.0.0.9:40001", "10.0.0.1:80", "curl")
                .Host("web")
                .Namespace("host", "10.0.0.1")
                .Tcp("10.0.0.1:80", "10.0.0.9:40001", "nginx")
                .Rows()
        );

    [Fact]
    public void A_mirror_in_the_own_namespace_is_taken_before_a_translation() =>
        Assert.Equal(
            ["TCP web 10.0.0.1:80 nginx from web 10.0.0.1 curl, 1 by Mirror, Ephemeral"],
            OwnOrTranslated("host").Where(row => row.Contains("curl", StringComparison.Ordinal))
        );

    [Fact]
    public void A_translation_is_taken_before_a_mirror_in_another_namespace() =>
        Assert.Equal(
            ["TCP web 172.17.0.2:80 apache from web 10.0.0.1 curl, 1 by Nat, Listener, via 10.0.0.1"],
            OwnOrTranslated("other").Where(row => row.Contains("curl", StringComparison.Ordinal))
        );

    [Fact]
    public void An_entry_in_two_namespaces_of_a_host_counts_once() =>
        Assert.Equal(
            ["TCP web 172.17.0.2:80 nginx from client 10.0.0.9 curl, 1 by Nat, Listener, via 10.0.0.1"],
            Twice("172.17.0.2:80").Rows()
        );

    [Fact]
    public void Entries_of_a_host_that_translate_differently_are_not_followed() =>
        Assert.DoesNotContain(Twice("172.17.0.3:80").Rows(), row => row.Contains("Nat", StringComparison.Ordinal));

    [Fact]
    public void An_entry_in_the_own_namespace_is_taken_before_those_of_the_host() =>
        Assert.Equal(
            ["TCP node 10.1.0.7:80 nginx from node 10.1.0.5 app, 1 by Nat, Listener, via 10.96.0.1"],
            Estate
                .Host("node")
                .Namespace("host", "10.0.0.1")
                .Nat("10.1.0.5:40001", "10.96.0.1:80", "10.1.0.5:40001", "10.1.0.6:80")
                .Namespace("pod-1", "10.1.0.5")
                .Nat("10.1.0.5:40001", "10.96.0.1:80", "10.1.0.5:40001", "10.1.0.7:80")
                .Tcp("10.1.0.5:40001", "10.96.0.1:80", "app")
                .Namespace("pod-2", "10.1.0.7")
                .Tcp("10.1.0.7:80", "10.1.0.5:40001", "nginx")
                .Rows()
        );

    [Fact]
    public void An_entry_of_another_host_does_not_count_for_an_address_of_several_hosts() =>
        Assert.DoesNotContain(
            Masqueraded()
                .Namespace("curl", "172.17.0.2")
                .Nat("172.17.0.2:40001", "192.0.2.1:80", "172.17.0.2:40001", "172.17.0.3:80")
                .Namespace("nginx", "172.17.0.3")
                .Tcp("172.17.0.3:80", "172.17.0.2:40001", "nginx")
                .Host("client")
                .Namespace("other", "172.17.0.2")
                .Tcp("172.17.0.2:40001", "192.0.2.1:80", "wget")
                .Rows(),
            row => row.Contains("Nat", StringComparison.Ordinal)
        );

    [Fact]
    public void A_later_entry_of_another_host_does_not_count_for_an_address_of_several_hosts() =>
        Assert.Equal(
            ["TCP web-1 172.17.0.2:80 nginx from web-1 172.17.0.3 curl, 1 by Nat, Listener, via 10.0.0.1"],
            Estate
                .Host("web-1")
                .Namespace("host", "10.0.0.1")
                .Nat("172.17.0.3:40001", "10.0.0.1:8080", "172.17.0.3:40001", "172.17.0.2:80")
                .Namespace("curl", "172.17.0.3")
                .Tcp("172.17.0.3:40001", "10.0.0.1:8080", "curl")
                .Namespace("nginx", "172.17.0.2")
                .Tcp("172.17.0.2:80", "172.17.0.3:40001", "nginx")
                .Host("web-2")
                .Namespace("container", "172.17.0.3")
                .Nat("172.17.0.3:40001", "172.17.0.2:80", "172.17.0.3:40001", "172.17.0.9:80")
                .Rows()
        );

    [Fact]
    public void Two_services_that_both_fit_are_not_paired() =>
        Assert.DoesNotContain(
            Masqueraded()
                .Nat("10.0.0.9:61000", "10.0.0.1:8080", "10.0.0.9:61000", "10.0.2.100:80")
                .Namespace("rootless-1", "10.0.2.100")
                .Tcp("10.0.2.100:80", "10.0.0.9:61000", "nginx")
                .Namespace("rootless-2", "10.0.2.100")
                .Tcp("10.0.2.100:80", "10.0.0.9:61000", "nginx")
                .Rows(),
            row => row.Contains("Nat", StringComparison.Ordinal)
        );

    [Fact]
    public void Two_clients_that_both_fit_are_not_paired() =>
        Assert.DoesNotContain(
            Masqueraded()
                .Nat("10.0.0.9:61000", "10.0.0.1:8080", "10.0.0.9:61000", "172.17.0.2:80")
                .Namespace("nginx", "172.17.0.2")
                .Tcp("172.17.0.2:80", "10.0.0.9:61000", "nginx")
                .Host("client")
                .Namespace("other", "172.17.0.2")
                .Tcp("172.17.0.2:40001", "10.0.0.1:8080", "wget")
                .Rows(),
            row => row.Contains("Nat", StringComparison.Ordinal)
        );

    [Fact]
    public void A_socket_that_fits_as_client_and_as_service_is_not_paired() =>
        Assert.DoesNotContain(
            Estate
                .Host("web")
                .Namespace("host", "10.0.0.1")
                .Nat("10.0.0.1:40001", "10.0.0.9:80", "10.0.0.1:40002", "10.0.0.1:40003")
                .Nat("10.0.0.1:40003", "10.0.0.1:40002", "10.0.0.1:40004", "10.0.0.1:40005")
                .Tcp("10.0.0.1:40001", "10.0.0.9:80", "a")
                .Tcp("10.0.0.1:40003", "10.0.0.1:40002", "b")
                .Tcp("10.0.0.1:40005", "10.0.0.1:40004", "c")
                .Rows(),
            row => row.Contains("Nat", StringComparison.Ordinal)
        );

    [Fact]
    public void A_circle_of_entries_leads_nowhere() =>
        Assert.DoesNotContain(
            Masqueraded()
                .Nat("10.0.0.9:61000", "10.0.0.1:8080", "10.0.0.9:61000", "10.0.0.1:8081")
                .Nat("10.0.0.9:61000", "10.0.0.1:8081", "10.0.0.9:61000", "10.0.0.1:8080")
                .Tcp("10.0.0.1:8080", "10.0.0.9:61000", "nginx")
                .Tcp("10.0.0.1:8081", "10.0.0.9:61000", "nginx")
                .Rows(),
            row => row.Contains("Nat", StringComparison.Ordinal)
        );

    [Fact]
    public void A_client_whose_service_is_not_reported_keeps_the_address_that_it_used() =>
        Assert.Equal(
            ["TCP web 10.0.0.1:8080 ? from client 172.17.0.2 curl, 1 by Host, Ephemeral"],
            Masqueraded().Nat("10.0.0.9:61000", "10.0.0.1:8080", "10.0.0.9:61000", "172.17.0.2:80").Rows()
        );

    /// <summary>A connection of a container that is masqueraded. The estate ends with the host that it uses.</summary>
    private static EstateBuilder Masqueraded() =>
        Estate
            .Host("client")
            .Namespace("host", "10.0.0.9")
            .Nat("172.17.0.2:40001", "10.0.0.1:8080", "10.0.0.9:61000", "10.0.0.1:8080")
            .Namespace("container", "172.17.0.2")
            .Tcp("172.17.0.2:40001", "10.0.0.1:8080", "curl")
            .Host("web")
            .Namespace("host", "10.0.0.1");

    /// <summary>A connection that has a mirror in a namespace and is also translated.</summary>
    private static string[] OwnOrTranslated(string mirror) =>
        Estate
            .Host("web")
            .Namespace("host", "10.0.0.1")
            .Nat("10.0.0.1:40001", "10.0.0.1:80", "10.0.0.1:40001", "172.17.0.2:80")
            .Tcp("10.0.0.1:40001", "10.0.0.1:80", "curl")
            .Namespace(mirror)
            .Tcp("10.0.0.1:80", "10.0.0.1:40001", "nginx")
            .Namespace("apache", "172.17.0.2")
            .Tcp("172.17.0.2:80", "10.0.0.1:40001", "apache")
            .Rows();

    private static EstateBuilder Twice(string secondService) =>
        Estate
            .Host("client")
            .Namespace("host", "10.0.0.9")
            .Tcp("10.0.0.9:40001", "10.0.0.1:8080", "curl")
            .Host("web")
            .Namespace("host", "10.0.0.1")
            .Nat("10.0.0.9:40001", "10.0.0.1:8080", "10.0.0.9:40001", "172.17.0.2:80")
            .Namespace("router", "10.0.0.1")
            .Nat("10.0.0.9:40001", "10.0.0.1:8080", "10.0.0.9:40001", secondService)
            .Namespace("nginx", "172.17.0.2")
            .Tcp("172.17.0.2:80", "10.0.0.9:40001", "nginx");
}
