using System.Text;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Linux;

namespace FlowMatrix.Tests.Sources.Linux;

public sealed class ProcNetTests
{
    private const string Untranslated =
        "ipv4 2 tcp 6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=40000 dport=80 "
        + "src=10.0.0.2 dst=10.0.0.1 sport=80 dport=40000 [ASSURED] mark=0 zone=0 use=2";

    private const string Published =
        "ipv4 2 tcp 6 431954 ESTABLISHED src=10.20.0.12 dst=10.20.0.11 sport=45556 dport=16379 "
        + "src=172.17.0.2 dst=10.20.0.12 sport=6379 dport=45556 [ASSURED] mark=0 zone=0 use=2";

    [Theory]
    [InlineData("0100007F:18EB", "127.0.0.1", 6379)]
    [InlineData("00000000:0000", "0.0.0.0", 0)]
    [InlineData("000080FE000000000000000001000000:0016", "fe80::1", 22)]
    [InlineData("0000000000000000FFFF00000100007F:FFFF", "127.0.0.1", 65535)]
    [InlineData("000020FD000000000000000011000000:0050", "fd20::11", 80)]
    public void Addresses_are_words_in_the_byte_order_of_the_host(string endpoint, string address, int port)
    {
        Assert.True(
            TryParse($"0: {endpoint} 00000000:0000 0A 00000000:00000002 00:00000000 00000000 0 0 7", out var socket)
        );

        Assert.Equal((address, port), (socket.Local.ToString(), (int)socket.LocalPort));
        Assert.Equal((SocketState.Listen, true, 7UL), (socket.State, socket.HasWaiting, socket.Inode));
    }

    [Theory]
    [InlineData("01", SocketState.Established)]
    [InlineData("06", SocketState.TimeWait)]
    [InlineData("07", SocketState.Close)]
    [InlineData("0A", SocketState.Listen)]
    [InlineData("0B", SocketState.Closing)]
    public void States_are_the_numbers_of_the_kernel(string number, object state)
    {
        Assert.True(
            TryParse(
                $"0: 00000000:0000 00000000:0000 {number} 0:0 00:0 0 0 0 7".Replace(
                    "0:0 ",
                    "00000000:00000000 ",
                    StringComparison.Ordinal
                ),
                out var socket
            )
        );
        Assert.Equal(state, socket.State);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0: 0100007F:18EB 0100007F:18EB 01 00000000:00000000 00:00000000 00000000 0 0")]
    [InlineData("0: 0100007F 0100007F:18EB 01 00000000:00000000 00:00000000 00000000 0 0 7")]
    [InlineData("0: 0100007G:18EB 0100007F:18EB 01 00000000:00000000 00:00000000 00000000 0 0 7")]
    [InlineData("0: 0100007F:18EB 0100007F:18EB 00 00000000:00000000 00:00000000 00000000 0 0 7")]
    [InlineData("0: 0100007F:18EB 0100007F:18EB FF 00000000:00000000 00:00000000 00000000 0 0 7")]
    [InlineData("0: 0100007F:18EB 0100007F:18EB 01 00000000:00000000 00:00000000 00000000 0 0 -7")]
    [InlineData("0: 0100007F:18EB 0100007F:18EB 01 00000000:00000000 00:00000000 00000000 0 0 99999999999999999999")]
    public void Other_lines_are_refused(string line) => Assert.False(TryParse(line, out _));

    [Fact]
    public void A_published_port_is_a_translated_connection()
    {
        Assert.True(ProcNet.TryParseNat(Encoding.UTF8.GetBytes(Published), out var entry));

        Assert.Equal("10.20.0.12:45556 10.20.0.11:16379", Text(entry!.Value.Before));
        Assert.Equal("10.20.0.12:45556 172.17.0.2:6379", Text(entry.Value.After));
    }

    [Theory]
    [InlineData(Untranslated)]
    [InlineData(
        "ipv4 2 unknown 2 553 src=172.17.0.1 dst=224.0.0.22 [UNREPLIED] src=224.0.0.22 dst=172.17.0.1 mark=0 use=2"
    )]
    [InlineData(
        "ipv4 2 icmp 1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=1 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=1"
    )]
    public void Other_connections_in_the_NAT_table_are_no_entries(string line)
    {
        Assert.True(ProcNet.TryParseNat(Encoding.UTF8.GetBytes(line), out var entry));
        Assert.Null(entry);
    }

    [Theory]
    [InlineData("ipv4 2 tcp 6 1 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2")]
    [InlineData(
        "ipv4 2 tcp 6 1 ESTABLISHED src=10.0.0.1 dst=x sport=1 dport=2 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2"
    )]
    [InlineData("ipv4 2 tcp 6 1 x src=1.1.1.1 dst=1.1.1.2 sport=1 dport=99999 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2")]
    [InlineData("ipv4")]
    public void Entries_in_another_form_are_refused(string line) =>
        Assert.False(ProcNet.TryParseNat(Encoding.UTF8.GetBytes(line), out _));

    private static string Text(KernelTuple tuple) =>
        $"{tuple.Client}:{tuple.ClientPort} {tuple.Service}:{tuple.ServicePort}";

    private static bool TryParse(string line, out KernelSocket socket) =>
        ProcNet.TryParseSocket(Encoding.UTF8.GetBytes(line), Protocol.Tcp, isBigEndian: false, out socket);
}
