using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Sources.Skydive;

/// <summary>
/// An invalid or truncated answer is reported in one line with its position, and never gives a smaller matrix.
/// </summary>
public sealed class AnswerReaderFailureTests
{
    [Theory]
    [InlineData("hosts.json")]
    [InlineData("flow-sockets.json")]
    [InlineData("addresses.json")]
    public void An_answer_truncated_anywhere_is_an_error(string file)
    {
        var whole = File.ReadAllBytes(Recorded.PathOf(file)).AsSpan().TrimEnd("\n"u8).ToArray();
        for (var length = 0; length < whole.Length; length++)
        {
            var message = Failure(new MemoryStream(whole, 0, length));

            Assert.Contains(length == 0 ? "is empty" : "ends in the middle", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_truncated_answer_is_an_error_for_any_buffer_size_and_indentation()
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
    public void An_invalid_socket_is_reported_with_source_host_number_and_field(
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
    public void A_missing_field_is_reported(string field) =>
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
    public void An_item_that_is_not_a_socket_is_an_error(string socket, string expected)
    {
        Assert.Contains(expected, Failure(Answers.Host(socket)), StringComparison.OrdinalIgnoreCase);
        Failure(Answers.Host(Answers.Socket(), socket));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("\"x\"")]
    [InlineData("7")]
    [InlineData("false")]
    public void Sockets_that_are_not_a_list_are_an_error(string sockets) =>
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
    public void Invalid_JSON_is_reported_as_not_a_response_of_an_analyzer(string json) =>
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
    public void Invalid_data_between_sockets_is_an_error(string sockets) =>
        Assert.StartsWith(
            "answer.json: ",
            Failure(Answers.Host(sockets.Replace("SOCKET", Answers.Socket(), StringComparison.Ordinal))),
            StringComparison.Ordinal
        );

    [Fact]
    public void An_error_has_its_line()
    {
        var json = Answers
            .Host(Answers.Socket(), Answers.With("LocalPort", "70000"))
            .Replace(",{", ",\n\n{", StringComparison.Ordinal);

        Assert.Contains("(line 3, byte ", Failure(json), StringComparison.Ordinal);
        Assert.Contains("line 4", Failure("[\n\n{},\n}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_with_sockets_but_without_a_name_is_an_error() =>
        Assert.Contains(
            "no \"Host\"",
            Failure(Answers.Host(Answers.Socket()).Replace("\"Host\"", "\"No\"", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );

    [Fact]
    public void An_invalid_interface_address_is_reported() =>
        Assert.Equal(
            "answer.json: host vm-1: interface address \"10.0.0/24\" is not an IP address (line 1, byte 34)",
            Failure("""[{"Metadata":{"IPV4":["10.0.0/24"]},"Host":"vm-1"}]""")
        );

    [Fact]
    public void Unlimited_nesting_is_an_error() =>
        Assert.StartsWith("answer.json: ", Failure(new string('[', 5000)), StringComparison.Ordinal);

    [Fact]
    public void An_error_after_a_valid_beginning_is_an_error() =>
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
