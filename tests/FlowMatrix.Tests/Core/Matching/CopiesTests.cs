using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Matching;

/// <summary>Examples of docs/matching.md, "Copies in two agents' lists".</summary>
public sealed class CopiesTests
{
    private static EstateBuilder Estate => new();

    [Fact]
    public void A_socket_that_two_agents_list_belongs_to_the_host_with_its_address_at_an_interface() =>
        Assert.Equal(
            ["TCP worker 172.18.0.3:10250 kubelet from cp 172.18.0.2 apiserver, 1 by Mirror, Listener"],
            Estate
                .Host("metal", "10.0.0.1")
                .Listens("[::]:10250", "kubelet")
                .Tcp("172.18.0.3:10250", "172.18.0.2:40000", "kubelet")
                .Tcp("172.18.0.2:40000", "172.18.0.3:10250", "apiserver")
                .Host("worker", "172.18.0.3")
                .Listens("[::]:10250", "kubelet")
                .Tcp("172.18.0.3:10250", "172.18.0.2:40000", "kubelet")
                .Host("cp", "172.18.0.2")
                .Tcp("172.18.0.2:40000", "172.18.0.3:10250", "apiserver")
                .Rows()
        );

    [Fact]
    public void Sockets_at_a_container_address_of_two_unrelated_hosts_both_stay() =>
        Assert.Equal(
            [
                "TCP vm-1 172.17.0.2:80 nginx from vm-1 172.17.0.1 curl, 1 by Mirror, Listener",
                "TCP vm-2 172.17.0.2:80 nginx from vm-2 172.17.0.1 curl, 1 by Mirror, Listener",
            ],
            Estate
                .Host("vm-1", "172.17.0.1")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("172.17.0.2:80", "172.17.0.1:40000", "nginx")
                .Tcp("172.17.0.1:40000", "172.17.0.2:80", "curl")
                .Host("vm-2", "172.17.0.1")
                .Listens("0.0.0.0:80", "nginx")
                .Tcp("172.17.0.2:80", "172.17.0.1:40000", "nginx")
                .Tcp("172.17.0.1:40000", "172.17.0.2:80", "curl")
                .Rows()
        );

    [Fact]
    public void A_socket_of_another_process_with_the_same_endpoints_is_not_a_copy() =>
        Assert.Equal(
            3,
            Estate
                .Host("vm-1", "10.0.0.1")
                .Tcp("172.18.0.3:40000", "203.0.113.9:443", "curl")
                .Tcp("172.18.0.3:40001", "203.0.113.9:443", "curl")
                .Host("vm-2", "172.18.0.3")
                .Tcp("172.18.0.3:40000", "203.0.113.9:443", "wget")
                .Tcp("172.18.0.3:40001", "203.0.113.9:443", "curl")
                .Spec.Match()
                .ScanCounts.Connections
        );
}
