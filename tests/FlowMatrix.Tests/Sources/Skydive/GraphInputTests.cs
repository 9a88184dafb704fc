using System.Text.Json.Nodes;
using FlowMatrix.Core;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Sources.Skydive;

/// <summary>
/// Inputs with a whole graph: exports of Skydive's own client, and messages to a subscriber.
/// </summary>
public sealed class GraphInputTests
{
    public static TheoryData<string> Forms =>
        [
            """[{"Nodes":NODES,"Edges":EDGES}]""",
            """[{"Edges":EDGES,"Nodes":NODES}]""",
            """{"Nodes":NODES,"Edges":EDGES}""",
            """{"Edges":null,"Nodes":NODES}""",
            """{"Nodes":NODES}""",
            """[{"Nodes":NODES,"Edges":EDGES},{"Nodes":null,"Edges":null}]""",
            """{"UUID":"u","Namespace":"Graph","Type":"SyncReply","Obj":{"Nodes":NODES,"Edges":EDGES},"Status":200}""",
            """{"Status":200,"Obj":{"Edges":EDGES,"Nodes":NODES},"Type":"SyncReply"}""",
            """{"Nodes":[],"Edges":[]}{"Nodes":NODES}""",
        ];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_hosts_of_a_graph_are_read_in_every_form_and_order(string form)
    {
        var nodes = await File.ReadAllTextAsync(Sample.Estate);
        const string Edges =
            """[{"ID":"e","Parent":"a","Child":"b","Metadata":{"RelationType":"ownership"},"Host":"vm-1"}]""";
        foreach (var random in (Random?[])[null, new Random(1)])
        {
            var json = form.Replace(
                    "NODES",
                    random is null ? nodes : Answers.Shuffled(JsonNode.Parse(nodes)!, random).ToJsonString(),
                    StringComparison.Ordinal
                )
                .Replace("EDGES", Edges, StringComparison.Ordinal);

            var run = await Run.WithAsync(
                new RunEnvironment { Input = System.Text.Encoding.UTF8.GetBytes(json) },
                "-i",
                "-"
            );

            Assert.Equal((await Run.OnSampleAsync()).Text, run.Succeeded().Text);
        }
    }

    [Theory]
    [InlineData("""[{"ID":"1","Metadata":{"Name":"eth0","Type":"device","IPV4":["10.0.0.1/24"]},"Host":"vm-1"}]""")]
    [InlineData("""[{"Nodes":[{"ID":"1","Metadata":{"Name":"ns","Type":"netns"},"Host":"vm-1"}],"Edges":[]}]""")]
    [InlineData("""{"Edges":[],"Nodes":[{"ID":"1","Metadata":{"Name":"ns","Type":"netns"},"Host":"vm-1"}]}""")]
    public async Task An_input_without_host_nodes_is_an_error_that_does_not_mention_the_probe(string json)
    {
        var run = await Run.WithAsync(
            new RunEnvironment { Input = System.Text.Encoding.UTF8.GetBytes(json) },
            "-i",
            "-"
        );

        run.Failed(4, "standard input: holds no host nodes: save", "HasKey('Sockets')");
        Assert.DoesNotContain("socketinfo", run.Error);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"Nodes":null,"Edges":null}""")]
    [InlineData("""{"Nodes":3}""")]
    [InlineData("""[{"Nodes":"x"}]""")]
    [InlineData("""{"Type":"SyncReply","Obj":{"Nodes":{}}}""")]
    public async Task An_input_without_any_node_is_an_error_that_does_not_mention_the_probe(string json)
    {
        var run = await Run.WithAsync(
            new RunEnvironment { Input = System.Text.Encoding.UTF8.GetBytes(json) },
            "-i",
            "-"
        );

        run.Failed(4, "standard input: holds no host nodes, only an empty answer", "HasKey('Sockets')");
        Assert.DoesNotContain("socketinfo", run.Error);
    }

    [Theory]
    [InlineData("""[{"ID":"1","Metadata":{"Name":"vm-1","Type":"host"},"Host":"vm-1"}]""", "no host reports sockets")]
    [InlineData(
        """{"Nodes":[{"ID":"1","Metadata":{"Name":"vm-1","Type":"host","Sockets":[]},"Host":"vm-1"}]}""",
        "its only host reports no sockets"
    )]
    public async Task Hosts_without_sockets_are_an_error_that_names_the_probe(string json, string problem) =>
        (
            await Run.WithAsync(new RunEnvironment { Input = System.Text.Encoding.UTF8.GetBytes(json) }, "-i", "-")
        ).Failed(4, problem, "socketinfo");

    [Fact]
    public void A_node_that_is_also_a_graph_is_an_error()
    {
        const string Graph = """ "Nodes":[{"Metadata":{"Name":"b","Sockets":[]},"Host":"b"}] """;
        const string Node = """ "Metadata":{"Name":"a","Sockets":[]} """;

        Assert.Contains("at once", Assert.Throws<Failure>(() => Answers.Read($"[{{{Node},{Graph}}}]")).Message);
        Assert.Contains("at once", Assert.Throws<Failure>(() => Answers.Read($"[{{{Graph},{Node}}}]")).Message);
        Assert.Contains(
            "at once",
            Assert.Throws<Failure>(() => Answers.Read($"[{{\"Obj\":{{{Graph}}},{Node}}}]")).Message
        );
    }

    [Theory]
    [InlineData(""" "Edges":[] """)]
    [InlineData(""" "Edges":null,"Nodes":null """)]
    [InlineData(""" "Obj":{"a":1} """)]
    [InlineData(""" "Obj":"x" """)]
    [InlineData(""" "Obj":{"Nodes":[0,{"b":1}],"Edges":[]} """)]
    [InlineData(""" "Nodes":3 """)]
    [InlineData(""" "Nodes":["a",null,[1],{"b":[]}] """)]
    [InlineData(""" "Nodes":[{"Nodes":["a"]}] """)]
    [InlineData(""" "Nodes":{"Metadata":{"Sockets":[]}} """)]
    [InlineData(""" "Nodes":[{"Metadata":{"Name":"x"},"Host":"x"}] """)]
    public void Unknown_keys_of_a_node_may_have_any_value_and_order(string unknown)
    {
        const string Name = "\"Host\":\"vm-1\"";
        var metadata =
            $"\"Metadata\":{{\"IPV4\":[\"10.0.0.15/24\"],\"Type\":\"host\",\"Sockets\":[{Answers.Socket()}]}}";
        string[][] orders =
        [
            [unknown, metadata, Name],
            [metadata, unknown, Name],
            [metadata, Name, unknown],
        ];
        foreach (var order in orders)
        {
            var table = Answers.Read($"[{{{string.Join(',', order)}}}]");

            Assert.Equal("vm-1", table.IdTables.Hosts[Assert.Single(table.Ranges).Host]);
            Assert.Equal(1, table.Sockets.Count);
            Assert.Single(table.Interfaces.All());
        }
    }

    [Theory]
    [InlineData("""{"Nodes":["a"]}""")]
    [InlineData("""[{"Edges":[],"Nodes":[{"b":1}]}]""")]
    [InlineData("""{"Obj":{"Nodes":[{"Nodes":[0]}]}}""")]
    public void Nodes_of_a_graph_that_are_not_nodes_are_an_error(string json) =>
        Assert.Contains(
            "not a response of a Skydive analyzer",
            Assert.Throws<Failure>(() => Answers.Read(json)).Message
        );
}
