using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Sources.Skydive;

/// <summary>
/// Answers that make no sense, or only half of it: one line that says what and where, never a smaller matrix.
/// </summary>
public sealed class AnswerReaderFailureTests
{
    [Theory]
    [InlineData("hosts.json")]
    [InlineData("flow-sockets.json")]
    [InlineData("addresses.json")]
    public void An_answer_cut_off_anywhere_is_a_failure(string file)
    {
        var whole = File.ReadAllBytes(Recorded.PathOf(file)).AsSpan().TrimEnd("\n"u8).ToArray();
        for (var length = 0; length < whole.Length; length++)
        {
            var message = Failure(new MemoryStream(whole, 0, length));

            Assert.Contains(length == 0 ? "is empty" : "ends in the middle", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void It_is_one_in_whatever_pieces_it_comes_and_however_it_is_laid_out()
    {
        var random = new Random(2);
        var text = Answers.Text(Answers.Shuffled(Answers.Large(4), random), indented: true);
        var whole = Encoding.UTF8.GetBytes(text);
        for (var length = 1; length < whole.Length; length++)
        {
            Assert.Contains(
                "ends in the middle",
                Failure(new PiecemealStream(whole[..length], () => random.Next(1, 40))),
                StringComparison.Ordinal
            );
        }
    }

    [Theory]
    [InlineData("LocalPort", "65536", "LocalPort 65536 is not a valid port")]
    [InlineData("LocalPort", "-1", "LocalPort -1 is not a valid port")]
    [InlineData("RemotePort", "99999999999999", "RemotePort 99999999999999 is not a valid port")]
    [InlineData("RemotePort", "80.5", "RemotePort 80.5 is not a valid port")]
    [InlineData("RemotePort", "1e2", "RemotePort 1e2 is not a valid port")]
    [InlineData("RemotePort", "\"80\"", "RemotePort \"80\" is not a valid port")]
    [InlineData("RemotePort", "null", "RemotePort null is not a valid port")]
    [InlineData("Pid", "-5", "Pid -5 is not a valid pid")]
    [InlineData("Pid", "{\"a\":1}", "Pid {…} is not a valid pid")]
    [InlineData("LocalAddress", "\"::/0\"", "LocalAddress \"::/0\" is not a valid IP address")]
    [InlineData("LocalAddress", "\"\"", "LocalAddress \"\" is not a valid IP address")]
    [InlineData("LocalAddress", "null", "LocalAddress null is not a string")]
    [InlineData("RemoteAddress", "\"::/0\"", "RemoteAddress \"::/0\" is not a valid IP address")]
    [InlineData("RemoteAddress", "\"vm-7\"", "RemoteAddress \"vm-7\" is not a valid IP address")]
    [InlineData("RemoteAddress", "[\"10.0.0.1\"]", "RemoteAddress […] is not a string")]
    [InlineData("Protocol", "\"tcp\"", "Protocol \"tcp\" is not a valid protocol")]
    [InlineData("Protocol", "6", "Protocol 6 is not a valid protocol")]
    [InlineData("State", "\"OPEN\"", "State \"OPEN\" is not a valid state")]
    [InlineData("State", "true", "State true is not a string")]
    [InlineData("Name", "5", "Name 5 is not a string")]
    [InlineData("Process", "[]", "Process […] is not a string")]
    public void A_malformed_socket_is_named_with_source_host_number_and_field(
        string field,
        string json,
        string expected
    )
    {
        var message = Failure(Answers.Host(Answers.Socket(), Answers.Socket(), Answers.With(field, json)));

        Assert.StartsWith("answer.json: host vm-1: socket 3 ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LocalAddress")]
    [InlineData("LocalPort")]
    [InlineData("RemoteAddress")]
    [InlineData("RemotePort")]
    [InlineData("Protocol")]
    [InlineData("State")]
    public void A_field_that_is_missing_is_named(string field) =>
        Assert.Contains(
            $"host vm-1: socket 1 of nginx: {field} is missing",
            Failure(Answers.Host(Answers.Without(field))),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("{}", "socket 1")]
    [InlineData("{\"Color\":\"red\"}", "socket 1")]
    [InlineData("5", "Sockets")]
    [InlineData("null", "Sockets")]
    [InlineData("[]", "Sockets")]
    public void What_is_no_socket_at_all_is_refused(string socket, string expected)
    {
        Assert.Contains(expected, Failure(Answers.Host(socket)), StringComparison.OrdinalIgnoreCase);
        Failure(Answers.Host(Answers.Socket(), socket));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("\"x\"")]
    [InlineData("7")]
    [InlineData("false")]
    public void A_list_of_sockets_that_is_none_is_refused(string sockets) =>
        Assert.Contains(
            "host vm-1: Sockets",
            Failure($$"""[{"Metadata":{"Sockets":{{sockets}}},"Host":"vm-1"}]"""),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("<html>502 Bad Gateway</html>")]
    [InlineData("[{}] x")]
    [InlineData("[{},]")]
    [InlineData("[{\"a\":1,}]")]
    [InlineData("[{\"a\" 1}]")]
    [InlineData("[{}}]")]
    [InlineData("[1 2]")]
    [InlineData("[{\"a\":01}]")]
    [InlineData("[{\"a\":\"\\x\"}]")]
    [InlineData("[{\"a\":\"\u0001\"}]")]
    [InlineData("[] /* no */")]
    public void What_is_not_JSON_is_said_to_be_nonsense(string json) =>
        Assert.StartsWith(
            "answer.json: not a response of a Skydive analyzer: line 1, byte ",
            Failure(json),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(",")]
    [InlineData("{},")]
    [InlineData("SOCKET,")]
    [InlineData("SOCKET SOCKET")]
    [InlineData("SOCKET,,SOCKET")]
    [InlineData("SOCKET}")]
    [InlineData("SOCKET:SOCKET")]
    [InlineData("SOCKET,]")]
    [InlineData("{\"LocalPort\":80,}")]
    [InlineData("{\"LocalPort\" 80}")]
    [InlineData("SOCKET,{LocalPort:80}")]
    public void Garbage_among_the_sockets_is_a_failure(string sockets) =>
        Assert.StartsWith(
            "answer.json: ",
            Failure(Answers.Host(sockets.Replace("SOCKET", Answers.Socket(), StringComparison.Ordinal))),
            StringComparison.Ordinal
        );

    [Fact]
    public void The_line_of_the_trouble_is_named()
    {
        var json = Answers
            .Host(Answers.Socket(), Answers.With("LocalPort", "70000"))
            .Replace(",{", ",\n\n{", StringComparison.Ordinal);

        Assert.Contains("(line 3, byte ", Failure(json), StringComparison.Ordinal);
        Assert.Contains("line 4", Failure("[\n\n{},\n}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_with_sockets_and_no_name_is_refused() =>
        Assert.Contains(
            "no \"Host\"",
            Failure(Answers.Host(Answers.Socket()).Replace("\"Host\"", "\"No\"", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );

    [Fact]
    public void An_interface_address_that_is_none_is_named() =>
        Assert.Equal(
            "answer.json: host vm-1: interface address \"10.0.0/24\" is not an IP address (line 1, byte 34)",
            Failure("""[{"Metadata":{"IPV4":["10.0.0/24"]},"Host":"vm-1"}]""")
        );

    [Fact]
    public void Nesting_without_end_is_a_failure() =>
        Assert.StartsWith("answer.json: ", Failure(new string('[', 5000)), StringComparison.Ordinal);

    [Fact]
    public void What_fails_midway_is_a_failure_however_good_the_beginning_was() =>
        Assert.Contains(
            "host vm-1: socket 5000 of nginx: State",
            Failure(Answers.Host([.. Enumerable.Repeat(Answers.Socket(), 4999), Answers.With("State", "\"?\"")])),
            StringComparison.Ordinal
        );

    private static string Failure(string json) => Failure(new MemoryStream(Encoding.UTF8.GetBytes(json)));

    private static string Failure(Stream stream)
    {
        var failure = Assert.Throws<Failure>(() => Answers.Read(new SocketTable(), stream));
        Assert.Equal(FailureKind.Input, failure.Kind);
        Assert.DoesNotContain('\n', failure.Message);
        return failure.Message;
    }
}
