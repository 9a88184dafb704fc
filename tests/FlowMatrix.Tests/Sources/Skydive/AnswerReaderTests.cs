using System.Text;
using System.Text.Json.Nodes;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Sources.Skydive;

/// <summary>Valid answers in different forms give the same sockets.</summary>
public sealed class AnswerReaderTests
{
    private static readonly byte[] Hosts = File.ReadAllBytes(Recorded.PathOf("hosts.json"));

    [Fact]
    public void Sockets_may_be_any_key_of_their_object()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            Same(Answers.Text(Answers.Shuffled(JsonNode.Parse(Hosts)!, random), indented: seed % 2 == 0));
        }
    }

    [Fact]
    public void A_byte_order_mark_and_white_space_are_skipped() =>
        Same("\uFEFF \r\n\t" + Encoding.UTF8.GetString(Hosts) + "\r\n\n");

    [Fact]
    public void Several_concatenated_documents_are_one_answer()
    {
        var nodes = JsonNode.Parse(Hosts)!.AsArray().Select(node => node!.ToJsonString()).ToList();

        Same(string.Join("\n", nodes));
        Same(string.Join("", nodes.Select(node => $"[{node}]")));
        Same($"[[{string.Join(",", nodes)}]] []");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void The_result_does_not_depend_on_the_buffer_size(int size) =>
        Assert.Equal(Answers.Rows(Hosts), Answers.Rows(new PiecemealStream(Hosts, () => size)));

    [Fact]
    public void The_result_of_a_large_answer_does_not_depend_on_random_buffer_sizes()
    {
        var random = new Random(1);
        var json = Encoding.UTF8.GetBytes(Answers.Text(Answers.Shuffled(Answers.Large(3000), random), indented: true));
        Assert.True(json.Length > 600_000);

        Assert.Equal(Answers.Rows(json), Answers.Rows(new PiecemealStream(json, () => random.Next(1, 3000))));
    }

    [Fact]
    public void Unknown_fields_of_any_type_are_skipped()
    {
        var extra = """
            "A":[1,{"LocalPort":"x"},[[]]],"B":{"Sockets":[{"LocalPort":-1}],"C":[]},"D":"\"]}",
            "E":null,"F":-1.5e300,"G":true,"H":[],"I":{}
            """;
        var socket = Answers.Socket();

        Assert.Equal(
            Answers.Rows(Answers.Host(socket)),
            Answers.Rows(
                $"[{{{extra},\"Metadata\":{{{extra},\"Sockets\":[{{{extra},{socket[1..^1]},"
                    + $"{extra.Replace("\"A\"", "\"Z\"", StringComparison.Ordinal)}}}],\"J\":[{{}}]}},"
                    + $"\"Host\":\"vm-1\",\"K\":[{{\"Name\":\"eth0\"}}]}}]"
            )
        );
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    public void A_host_with_an_empty_or_null_list_reports_sockets(string sockets)
    {
        var table = Answers.Read($$"""[{"Metadata":{"Sockets":{{sockets}}},"Host":"vm-1"}]""");

        Assert.Equal(("vm-1", 0), (table.IdTables.Hosts[Assert.Single(table.Ranges).Host], table.Sockets.Count));
    }

    [Fact]
    public void A_node_without_a_list_of_sockets_does_not_report() =>
        Assert.Empty(Answers.Read("""[{"Metadata":{"Type":"host","Name":"vm-1"},"Host":"vm-1"}]""").Ranges);

    [Theory]
    [InlineData("""a\u0041\"\\\/\n""", "aA\"\\/\n")]
    [InlineData("""\ud83d\ude00""", "\U0001F600")]
    [InlineData("""x\ud83d""", "x\uFFFD")]
    [InlineData("""\ude00x\n""", "\uFFFDx\n")]
    [InlineData("""a,b=\u001b[31m""", "a,b=\u001b[31m")]
    [InlineData("élé", "élé")]
    public void Names_are_unescaped(string json, string name)
    {
        var table = Answers.Read(Answers.Host(Answers.Socket(name: json)));

        Assert.Equal(name, table.IdTables.Processes.Name(table.Sockets[0].Process));
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_become_replacement_characters()
    {
        var json = Encoding.Latin1.GetBytes(Answers.Host(Answers.Socket(), Answers.Socket(name: "a\u00FFb")));
        var table = new SocketTable();
        Answers.Read(table, new MemoryStream(json));

        Assert.Equal("a\uFFFDb", table.IdTables.Processes.Name(table.Sockets[1].Process));
    }

    [Theory]
    [InlineData("Process")]
    [InlineData("Name")]
    [InlineData("Pid")]
    public void A_missing_process_is_unknown(string field)
    {
        Assert.Equal(1, Answers.Read(Answers.Host(Answers.Without(field))).Sockets.Count);
        if (field != "Pid")
        {
            Assert.Equal(1, Answers.Read(Answers.Host(Answers.With(field, "null"))).Sockets.Count);
        }
    }

    [Fact]
    public void A_skipped_value_may_be_large() =>
        Assert.Equal(
            1,
            Answers
                .Read(
                    $$"""[{"Metadata":{"X":"{{new string('x', 3_000_000)}}","Y":"""
                        + $$"""[{{string.Join(',', Enumerable.Range(0, 300_000))}}],"Sockets":"""
                        + $$"""[{{Answers.Socket()}}]},"Host":"vm-1"}]"""
                )
                .Sockets.Count
        );

    [Fact]
    public void Values_may_be_nested_deeply()
    {
        var deep = new string('[', 400) + new string(']', 400);

        Assert.Equal(
            1,
            Answers
                .Read($$"""[{"Metadata":{"X":{{deep}},"Sockets":[{{Answers.Socket()}}]},"Host":"vm-1"}]""")
                .Sockets.Count
        );
    }

    [Fact]
    public void The_addresses_of_interfaces_are_their_hosts()
    {
        var table = Answers.Read(
            """[{"Metadata":{"IPV6":["fe80::1/64"],"IPV4":["10.0.0.1/24","10.0.0.2"]},"Host":"vm-1"},"""
                + """{"Metadata":{"IPV4":"10.0.0.3/8"},"Host":"vm-1"},{"Metadata":{"IPV4":null},"Host":"vm-1"}]"""
        );

        Assert.Equal(
            ["10.0.0.1", "10.0.0.2", "10.0.0.3", "fe80::1"],
            table
                .Interfaces.All()
                .Select(owner => table.IdTables.Addresses.Text(owner.Address))
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void A_saved_answer_can_be_marked_as_of_the_past() =>
        Assert.True(Answers.Read("""[{"FlowMatrix":{"Version":1,"Past":true}},{"FlowMatrix":{"Past":false}}]""").Past);

    [Fact]
    public void The_sockets_of_captured_flows_are_kept_apart() =>
        Assert.Equal(
            (0, 4),
            (Recorded.Read("flow-sockets.json").Sockets.Count, Recorded.Read("flow-sockets.json").FlowSockets.Count)
        );

    [Fact]
    public void Captured_flows_without_sockets_are_skipped() =>
        Assert.Equal(0, Recorded.Read("flows.json").FlowSockets.Count);

    [Fact]
    public void Every_state_that_an_agent_reports_is_read()
    {
        string[] states =
        [
            "LISTEN",
            "ESTABLISHED",
            "SYN_SENT",
            "SYN_RECV",
            "FIN_WAIT1",
            "FIN_WAIT2",
            "TIME_WAIT",
            "CLOSE",
            "CLOSE_WAIT",
            "LAST_ACK",
            "CLOSING",
            "UNKNOWN",
        ];

        Assert.Equal(
            states.Length,
            Answers.Read(Answers.Host([.. states.Select(state => Answers.With("State", $"\"{state}\""))])).Sockets.Count
        );
    }

    private static void Same(string json) => Assert.Equal(Answers.Rows(Hosts), Answers.Rows(json));
}
