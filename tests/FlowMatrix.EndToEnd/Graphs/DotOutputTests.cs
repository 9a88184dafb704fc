using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CliWrap;
using FlowMatrix.Core.Text;
using FlowMatrix.Testing;

namespace FlowMatrix.EndToEnd.Graphs;

/// <summary>The written DOT, and what the real Graphviz reads in it.</summary>
public sealed class DotOutputTests
{
    [Fact]
    public async Task The_sample_estate_matches_its_snapshot()
    {
        var run = await Run.OnSampleAsync("-f", "dot");

        Snapshots.Match(run.Succeeded().Text, "sample-dot");
    }

    [Fact]
    public async Task With_another_engine_it_matches_its_snapshot()
    {
        var run = await Run.OnSampleAsync("-f", "dot", "--engine", "neato");

        Snapshots.Match(run.Succeeded().Text, "sample-dot-neato");
    }

    [Fact]
    public async Task The_hostile_estate_matches_its_snapshot()
    {
        var run = await HostileOutput.RunAsync("-f", "dot");

        Snapshots.Match(run.Text, "hostile-dot");
    }

    [Theory]
    [InlineData("dot")]
    [InlineData("neato")]
    public async Task Graphviz_draws_every_name_literally(string engine)
    {
        var run = await HostileOutput.RunAsync("-f", "dot", "--engine", engine);

        var drawn = (await DrawAsync(run.Output, engine))
            .Descendants()
            .Where(element => element.Name.LocalName == "text")
            .Select(element => Plain(element.Value))
            .ToList();

        var names = HostileOutput
            .ExpectedRows()
            .SelectMany(row => (string[])[row[1], row[5], row[6], row[9]])
            .Select(name => Plain(Printable.Escape(name)))
            .Where(name => name.Length > 0)
            .Distinct();
        Assert.All(names, name => Assert.Contains(drawn, text => text.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Every_process_is_one_node_and_nothing_else_is_a_node()
    {
        var run = await HostileOutput.RunAsync("-f", "dot");

        var svg = await DrawAsync(run.Output, "dot");

        var expected = HostileOutput
            .ExpectedRows()
            .SelectMany(row => (string[])[Node(row[1], row[2], row[4], row[5]), Node(row[6], row[7], row[8], row[9])])
            .Distinct()
            .Count();
        Assert.Equal(expected, svg.Descendants().Count(element => (string?)element.Attribute("class") == "node"));

        static string Node(string host, string address, string path, string name) =>
            host.Length == 0 ? address : $"{host}\0{path}\0{name}";
    }

    private static async Task<XDocument> DrawAsync(byte[] dot, string engine)
    {
        using var svg = new MemoryStream();
        var message = new StringBuilder();
        await CliWrap
            .Cli.Wrap("dot")
            .WithArguments([$"-K{engine}", "-Tsvg"])
            .WithStandardInputPipe(PipeSource.FromBytes(dot))
            .WithStandardOutputPipe(PipeTarget.ToStream(svg))
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(message))
            .ExecuteAsync();
        Assert.Equal("", Regex.Replace(message.ToString(), "(?m)^.*(Pango|pango|fontconfig|Fontconfig).*\n", ""));
        svg.Position = 0;
        return XDocument.Load(svg);
    }

    /// <summary>Graphviz writes significant spaces as non-breaking ones.</summary>
    private static string Plain(string text) => text.Replace('\u00a0', ' ').Trim();
}
