using System.Text.Json.Nodes;
using FlowMatrix.Tests.Cli;

namespace FlowMatrix.Tests.Skydive;

/// <summary>Inputs that hold the graph as a whole: what Skydive's own client exports, and what a subscriber is sent.</summary>
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
    public async Task The_hosts_in_a_graph_are_read_in_whatever_form_and_order_it_comes(string form)
    {
        var nodes = await File.ReadAllTextAsync(Sample.Estate);
        const string Edges = """[{"ID":"e","Parent":"a","Child":"b","Metadata":{"RelationType":"ownership"},"Host":"vm-1"}]""";
        foreach (var random in (Random?[])[null, new Random(1)])
        {
            var json = form.Replace("NODES", random is null ? nodes : Answers.Shuffled(JsonNode.Parse(nodes)!, random).ToJsonString(), StringComparison.Ordinal)
                .Replace("EDGES", Edges, StringComparison.Ordinal);

            var run = await Run.WithAsync(new Around { Input = System.Text.Encoding.UTF8.GetBytes(json) }, "-i", "-");

            Assert.Equal((await Run.OnSampleAsync()).Text, run.Succeeded().Text);
        }
    }

    [Theory]
    [InlineData("""[{"ID":"1","Metadata":{"Name":"eth0","Type":"device","IPV4":["10.0.0.1/24"]},"Host":"vm-1"}]""")]
    [InlineData("""[{"Nodes":[{"ID":"1","Metadata":{"Name":"ns","Type":"netns"},"Host":"vm-1"}],"Edges":[]}]""")]
    [InlineData("""{"Edges":[],"Nodes":[{"ID":"1","Metadata":{"Name":"ns","Type":"netns"},"Host":"vm-1"}]}""")]
    public async Task An_input_without_host_nodes_says_so_and_advises_no_probe(string json)
    {
        var run = await Run.WithAsync(new Around { Input = System.Text.Encoding.UTF8.GetBytes(json) }, "-i", "-");

        run.Failed(4, "standard input: holds no host nodes at all", "HasKey('Sockets')");
        Assert.DoesNotContain("socketinfo", run.Error);
    }

    [Theory]
    [InlineData("""[{"ID":"1","Metadata":{"Name":"vm-1","Type":"host"},"Host":"vm-1"}]""", "no host reports sockets")]
    [InlineData("""{"Nodes":[{"ID":"1","Metadata":{"Name":"vm-1","Type":"host","Sockets":[]},"Host":"vm-1"}]}""", "its one host reports no sockets")]
    public async Task Hosts_without_sockets_need_the_probe(string json, string said) =>
        (await Run.WithAsync(new Around { Input = System.Text.Encoding.UTF8.GetBytes(json) }, "-i", "-")).Failed(4, said, "socketinfo");

    [Fact]
    public void A_node_that_is_also_a_graph_is_refused()
    {
        const string Graph = """ "Nodes":[{"Metadata":{"Name":"b","Sockets":[]},"Host":"b"}] """;
        const string Node = """ "Metadata":{"Name":"a","Sockets":[]} """;

        Assert.Contains("at once", Assert.Throws<Failure>(() => Answers.Read($"[{{{Node},{Graph}}}]")).Message);
        Assert.Contains("at once", Assert.Throws<Failure>(() => Answers.Read($"[{{{Graph},{Node}}}]")).Message);
    }
}
