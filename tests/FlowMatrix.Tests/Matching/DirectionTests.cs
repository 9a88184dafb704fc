namespace FlowMatrix.Tests.Matching;

/// <summary>The matching rules, "Who is the server", an example each.</summary>
public sealed class DirectionTests
{
    private static EstateBuilder Estate => new();

    [Theory]
    [InlineData("10.0.0.15:9200")]
    [InlineData("0.0.0.0:9200")]
    [InlineData("[::]:9200")]
    [InlineData("[::ffff:0.0.0.0]:9200")]
    public void The_end_with_a_service_under_it_is_the_server_though_its_port_is_higher(string bound) =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:9200 elastic from vm-2 10.0.0.14 curl, 1 by Mirror, Listener"],
            Estate.Host("vm-1").Listens(bound, "elastic").Tcp("10.0.0.15:9200", "10.0.0.14:1000", "elastic")
                .Host("vm-2").Tcp("10.0.0.14:1000", "10.0.0.15:9200", "curl").Rows());

    [Fact]
    public void An_IPv4_wildcard_is_not_under_an_IPv6_endpoint() =>
        Assert.Equal(
            ["TCP vm-2 fd00::14:1000 curl from vm-1 fd00::15 elastic, 1 by Mirror, Port"],
            Estate.Host("vm-1").Listens("0.0.0.0:9200", "elastic").Tcp("[fd00::15]:9200", "[fd00::14]:1000", "elastic")
                .Host("vm-2").Tcp("[fd00::14]:1000", "[fd00::15]:9200", "curl").Rows());

    [Fact]
    public void A_listener_on_another_address_or_another_host_says_nothing() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:80 nginx from vm-2 10.0.0.14 curl, 1 by Mirror, Listener"],
            Estate.Host("vm-1").Listens("0.0.0.0:80", "nginx").Tcp("10.0.0.15:80", "10.0.0.14:9200", "nginx")
                .Host("vm-2").Listens("127.0.0.1:9200", "elastic").Tcp("10.0.0.14:9200", "10.0.0.15:80", "curl")
                .Host("vm-3").Listens("0.0.0.0:9200", "elastic").Rows());

    [Fact]
    public void Where_neither_end_listens_the_lower_port_is_the_server() =>
        Assert.Equal(
            ["TCP vm-2 10.0.0.14:80 b from vm-1 10.0.0.15 a, 1 by Mirror, Port"],
            Estate.Host("vm-1").Tcp("10.0.0.15:8080", "10.0.0.14:80", "a")
                .Host("vm-2").Tcp("10.0.0.14:80", "10.0.0.15:8080", "b").Rows());

    [Fact]
    public void Where_both_ends_listen_the_lower_port_is_the_server() =>
        Assert.Equal(
            ["TCP vm-2 10.0.0.14:80 b from vm-1 10.0.0.15 a, 1 by Mirror, Port"],
            Estate.Host("vm-1").Listens("[::]:8080", "a").Tcp("10.0.0.15:8080", "10.0.0.14:80", "a")
                .Host("vm-2").Listens("[::]:80", "b").Tcp("10.0.0.14:80", "10.0.0.15:8080", "b").Rows());

    [Fact]
    public void On_equal_ports_the_lower_address_is_the_server_by_number_not_by_text() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.9:7946 a from vm-2 10.0.0.14 b, 1 by Mirror, Port"],
            Estate.Host("vm-1").Listens("[::]:7946", "a").Tcp("10.0.0.9:7946", "10.0.0.14:7946", "a")
                .Host("vm-2").Listens("[::]:7946", "b").Tcp("10.0.0.14:7946", "10.0.0.9:7946", "b").Rows());

    [Fact]
    public void A_UDP_service_is_no_listener_for_TCP() =>
        Assert.Equal(
            ["TCP vm-2 10.0.0.14:80 b from vm-1 10.0.0.15 a, 1 by Mirror, Port"],
            Estate.Host("vm-1").ListensUdp("0.0.0.0:8080", "a").Tcp("10.0.0.15:8080", "10.0.0.14:80", "a")
                .Host("vm-2").Tcp("10.0.0.14:80", "10.0.0.15:8080", "b").Rows());

    [Theory]
    [InlineData("::/0")]
    [InlineData("::")]
    [InlineData("0.0.0.0")]
    public void A_listeners_remote_may_be_a_wildcard_of_any_spelling(string remote) =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:9200 elastic from vm-2 10.0.0.14 curl, 1 by Mirror, Listener"],
            Estate.Host("vm-1").Listens("10.0.0.15:9200", "elastic", $"{remote}:0")
                .Tcp("10.0.0.15:9200", "10.0.0.14:1000", "elastic")
                .Host("vm-2").Tcp("10.0.0.14:1000", "10.0.0.15:9200", "curl").Rows());

    [Fact]
    public void A_row_keeps_both_ways_in_which_its_connections_were_decided() =>
        Assert.Equal(
            ["TCP vm-1 10.0.0.15:80 nginx from vm-2 10.0.0.14 curl, 2 by Mirror, Listener, Port"],
            Estate.Host("vm-1").Listens("10.0.0.15:80", "nginx").Tcp("10.0.0.15:80", "10.0.0.14:1000", "nginx")
                .Tcp("10.0.0.15:80", "10.0.0.14:9200", "nginx")
                .Host("vm-2").Listens("0.0.0.0:9200", "elastic").Tcp("10.0.0.14:1000", "10.0.0.15:80", "curl")
                .Tcp("10.0.0.14:9200", "10.0.0.15:80", "curl").Rows());
}
