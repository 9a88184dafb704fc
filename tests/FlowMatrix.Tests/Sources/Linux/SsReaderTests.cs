using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Linux;

namespace FlowMatrix.Tests.Sources.Linux;

public sealed class SsReaderTests
{
    private const string Header = "Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process";

    private readonly List<string> _warnings = [];

    [Theory]
    [InlineData("0.0.0.0:80", "0.0.0.0 80")]
    [InlineData("[::]:80", ":: 80")]
    [InlineData("0.0.0.0%lo:53", "0.0.0.0 53")]
    [InlineData("[fe80::1]%eth0:546", "fe80::1 546")]
    [InlineData("127.0.0.53%lo:53", "127.0.0.53 53")]
    [InlineData("[::ffff:10.0.0.1]:80", "10.0.0.1 80")]
    [InlineData("10.0.0.1:*", "10.0.0.1 0")]
    [InlineData("10.0.0.1:ssh", "10.0.0.1 22")]
    [InlineData("::1:8003", "::1 8003")]
    [InlineData("fe80::1%eth0:546", "fe80::1 546")]
    public void An_endpoint_is_understood_in_the_forms_of_all_versions(string endpoint, string expected)
    {
        var socket = Assert.Single(Sockets($"{Header}\ntcp LISTEN 0 128 {endpoint} 0.0.0.0:*\n"));

        Assert.Equal(expected, $"{socket.Local} {socket.LocalPort}");
    }

    [Theory]
    [InlineData("[::1]:22", "::")]
    [InlineData("0.0.0.0:22", "::")]
    [InlineData(":::22", "0.0.0.0")]
    [InlineData("10.0.0.1:22", "::")]
    public void A_lone_asterisk_is_what_the_version_means_by_it(string other, string expected)
    {
        var sockets = Sockets($"{Header}\ntcp LISTEN 0 128 *:80 *:*\ntcp LISTEN 0 128 {other} *:*\n");

        Assert.Equal(expected, sockets[0].Local.ToString());
    }

    [Theory]
    [InlineData("users:((\"nginx\",pid=76,fd=4),(\"nginx\",pid=75,fd=4),(\"master\",pid=61,fd=4))", "master", 61)]
    [InlineData("users:((\"a\"b\",pid=5,fd=3))", "a\"b", 5)]
    [InlineData("users:((\"a)b\",pid=5,fd=3))", "a)b", 5)]
    [InlineData("users:((\"\",pid=5,fd=3))", "", 5)]
    [InlineData("users:((\"x\",pid=9,fd=1),(\"y\",pid=5,fd=3)) uid:33 ino:77 sk:1 cgroup:/a <->", "y", 5)]
    [InlineData("users:((\"a\nb\",pid=5,fd=3))", "a\nb", 5)]
    [InlineData("users:((\"a\ntcp ESTAB 0 0\",pid=5,fd=3))", "a\ntcp ESTAB 0 0", 5)]
    public void The_process_is_the_one_that_opened_the_socket_whatever_its_name(string users, string name, int pid)
    {
        var host = Read($"{Header}\ntcp ESTAB 0 0 10.0.0.1:80 10.0.0.2:4000 {users}  \n");

        Assert.Single(host.Namespaces[0].Sockets);
        var process = Assert.Single(host.Processes);
        Assert.Equal((name, pid), (Encoding.UTF8.GetString(process.Value.NameUtf8), process.Key));
    }

    [Fact]
    public void Details_on_lines_of_their_own_are_ignored()
    {
        var sockets = Sockets(
            $"{Header}\ntcp ESTAB 0 0 10.0.0.1:80 10.0.0.2:4000 users:((\"x\",pid=5,fd=3))\n\t cubic wscale:7,7\n"
        );

        Assert.Single(sockets);
    }

    [Fact]
    public void A_bound_socket_that_neither_listens_nor_is_connected_is_left_out() =>
        Assert.Empty(Sockets($"{Header}\ntcp UNCONN 0 0 0.0.0.0:81 0.0.0.0:*\n"));

    [Fact]
    public void Without_processes_a_warning_names_the_option()
    {
        Read($"{Header}\ntcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:*\n");

        Assert.Equal(["web01.txt: names no processes: run ss -tunap as root"], _warnings);
    }

    [Theory]
    [InlineData("State Recv-Q Send-Q Local Peer", "line 1: has no column Netid: give ss both -t and -u")]
    [InlineData(Header + "\ntcp LISTEN 0 128 0.0.0.0:80", "line 2: has too few columns")]
    [InlineData(Header + "\ntcp SLEEPING 0 128 0.0.0.0:80 0.0.0.0:*", "\"SLEEPING\" is not a state")]
    [InlineData(
        Header + "\ntcp LISTEN 0 128 web01:80 0.0.0.0:*",
        "\"web01\" is not an address: do not give ss the option -r"
    )]
    [InlineData(
        Header + "\ntcp LISTEN 0 128 0.0.0.0:my-own 0.0.0.0:*",
        "\"my-own\" is not a known port: give ss the option -n"
    )]
    [InlineData(Header + "\ntcp LISTEN 0 128 0.0.0.0:99999 0.0.0.0:*", "\"99999\" is not a port")]
    [InlineData(Header + "\ntcp ESTAB 0 0 10.0.0.1:80 10.0.0.2:9 users:((\"x\",pid=5,", "is cut in the middle")]
    [InlineData(
        Header + "\ntcp ESTAB 0 0 10.0.0.1:80 10.0.0.2:9 users:((\",pid=5,fd=3))",
        "is not how ss names processes"
    )]
    [InlineData(
        Header + "\ntcp ESTAB 0 0 10.0.0.1:80 10.0.0.2:9 users:((\"x\",pid=,fd=3))",
        "is not how ss names processes"
    )]
    [InlineData(Header + "\ntcp ESTAB 0 0 10.0.0.1:80 10.0.0.2:9 users:((\"x\"))", "is not how ss names processes")]
    public void What_is_missing_or_not_understood_is_an_error_with_the_line(string text, string problem) =>
        Assert.Contains(problem, Assert.Throws<Failure>(() => Read(text)).Message, StringComparison.Ordinal);

    private List<KernelSocket> Sockets(string text) => Read(text).Namespaces[0].Sockets;

    private HostSnapshot Read(string text)
    {
        Assert.True(SsReader.IsSsOutput(Encoding.UTF8.GetBytes(text)));
        return new SsReader("web01.txt", _warnings.Add).Read(
            new MemoryStream(Encoding.UTF8.GetBytes(text)),
            CancellationToken.None
        );
    }
}
