using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Linux;

namespace FlowMatrix.Tests.Sources.Linux;

public sealed class ScriptReaderTests
{
    private const string Head = "== 0123456789abcdef ";
    private const string Socket =
        "   0: 0100007F:18EB 0200000A:ABCD 01 00000000:00000000 00:00000000 00000000     0        0 77 1 x";

    [Fact]
    public void Lines_before_the_first_section_are_ignored()
    {
        var host = Read($"Welcome!\n== not a section\n\n{Script(Socket)}");

        Assert.Equal("web01", host.Name);
        var socket = Assert.Single(Assert.Single(host.Namespaces).Sockets);
        Assert.Equal("127.0.0.1", socket.Local.ToString());
        Assert.Equal(6379, socket.LocalPort);
        Assert.Equal("10.0.0.2", socket.Remote.ToString());
        Assert.Equal(0xABCD, socket.RemotePort);
        Assert.Equal(SocketState.Established, socket.State);
        Assert.Equal(77UL, socket.Inode);
    }

    [Fact]
    public void A_namespace_without_an_end_is_left_out_because_its_process_ended_meanwhile() =>
        Assert.Empty(Read(Script(Socket).Replace($"{Head}netns-end 42\n", "", StringComparison.Ordinal)).Namespaces);

    [Fact]
    public void Every_shorter_output_is_an_error()
    {
        var script = Encoding.UTF8.GetBytes(Script(Socket));
        for (var length = 0; length < script.Length - 1; length++)
        {
            Assert.Throws<Failure>(() => Read(script[..length]));
        }
    }

    [Theory]
    [InlineData("tcp", "garbage", "line 8 (network namespace 42): not a valid line of section tcp")]
    [InlineData("tcp", "0: 0100007F:18EB", "not a valid line of section tcp")]
    [InlineData("tcp", "0: 0100007F:18EBF 0200000A:ABCD 01 0:0 00:0 0 0 0 7", "not a valid line of section tcp")]
    [InlineData("tcp7", "x", "line 6 (network namespace 42): an unknown section")]
    public void What_the_kernel_does_not_write_is_an_error(string file, string line, string problem)
    {
        var script = Script(line).Replace("file tcp", $"file {file}", StringComparison.Ordinal);

        Assert.Contains(problem, Failure(script), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_cannot_forge_a_section()
    {
        var host = Read(
            Script(Socket).Replace("Name:\tnginx", "Name:\tx\\n== 0123456789abcdee end", StringComparison.Ordinal)
        );

        Assert.Equal("x\n== 0123456789abcdee end", Encoding.UTF8.GetString(host.Processes[9].NameUtf8));
    }

    [Fact]
    public void Names_and_paths_are_unescaped_and_the_mark_of_a_deleted_file_is_removed()
    {
        var host = Read(
            Script(Socket)
                .Replace("Name:\tnginx", "Name:\ta\\\\b\\nc\td\"e", StringComparison.Ordinal)
                .Replace("/usr/sbin/nginx", "/opt/my\\ app/caf\\303\\251\\ (deleted)", StringComparison.Ordinal)
        );

        Assert.Equal("a\\b\nc\td\"e", Encoding.UTF8.GetString(host.Processes[9].NameUtf8));
        Assert.Equal("/opt/my app/café", Encoding.UTF8.GetString(host.Processes[9].PathUtf8));
    }

    [Fact]
    public void A_big_endian_machine_writes_addresses_with_the_highest_byte_first()
    {
        var host = Read(
            Script(Socket.Replace("0100007F", "7F000001", StringComparison.Ordinal))
                .Replace("machine x86_64", "machine s390x", StringComparison.Ordinal)
        );

        Assert.Equal("127.0.0.1", host.Namespaces[0].Sockets[0].Local.ToString());
    }

    [Fact]
    public void A_line_without_an_end_is_an_error()
    {
        Assert.Contains("longer than 64 KiB", Failure(Script(new string('x', 100_000))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_version_is_refused() =>
        Assert.Contains("version 2", Failure($"{Head}begin 2\n{Head}end\n"), StringComparison.Ordinal);

    private static string Script(string socket) =>
        string.Concat(
            (
                (string[])
                    [
                        $"{Head}begin 1",
                        $"{Head}host",
                        "name web01",
                        "machine x86_64",
                        $"{Head}netns 42 1",
                        $"{Head}file tcp",
                        "  sl  local_address rem_address   st",
                        socket,
                        $"{Head}netns-end 42",
                        $"{Head}fd",
                        "9",
                        "3 77",
                        $"{Head}exe",
                        "9 /usr/sbin/nginx",
                        $"{Head}status",
                        "Name:\tnginx",
                        "Pid:\t9",
                        "PPid:\t1",
                        $"{Head}end",
                    ]
            ).Select(line => line + "\n")
        );

    private static HostSnapshot Read(string output) => Read(Encoding.UTF8.GetBytes(output));

    private static HostSnapshot Read(byte[] output) =>
        new ScriptReader(FailureKind.Input, "web01.txt").Read(new MemoryStream(output), CancellationToken.None);

    private static string Failure(string output) => Assert.Throws<Failure>(() => Read(output)).Message;
}
