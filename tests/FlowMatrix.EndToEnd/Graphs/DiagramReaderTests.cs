using System.Text.Json;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;
using FlowMatrix.EndToEnd.Page;
using FlowMatrix.Output;
using FlowMatrix.Output.Graphs;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.EndToEnd.Graphs;

/// <summary>
/// Mermaid and D2 read the diagrams written for them; eng/fetch-test-tools.sh fetches both. Runs of white space are
/// compared as one space, since both draw them so.
/// </summary>
[Trait("Needs", "Chromium")]
public sealed partial class DiagramReaderTests(Browser browser) : IClassFixture<Browser>
{
    /// <summary>The Node.js that Playwright contains: Debian's is too old for D2.</summary>
    private static readonly string Node = Directory
        .GetFiles(Path.Combine(AppContext.BaseDirectory, ".playwright", "node"), "node*", SearchOption.AllDirectories)
        .Single();

    public static TheoryData<string> Estates => ["hostile", "recorded", "large"];

    [Theory]
    [MemberData(nameof(Estates))]
    public async Task Mermaid_draws_every_box_and_arrow_with_its_text(string estate)
    {
        var matrix = MatrixOf(estate);
        var (graph, names) = (ProcessGraph.From(matrix), new GraphText(matrix));
        var page = await browser.BlankAsync();
        await page.AddScriptTagAsync(new() { Path = Browser.TestTool("mermaid/dist/mermaid.min.js") });

        var read = await page.EvaluateAsync<Drawn>(
            """
            async text => {
              mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' });
              await mermaid.parse(text);
              const { svg } = await mermaid.render('drawn', text);
              const root = document.createElement('div');
              root.innerHTML = svg;
              const texts = selector => [...root.querySelectorAll(selector)].map(one => one.textContent);
              return {
                labels: texts('.node .nodeLabel'),
                hosts: texts('.cluster .nodeLabel'),
                arrows: texts('.edgeLabels .edgeLabel .label'),
                active: root.querySelectorAll('script, img, iframe, [onerror], [onload], a').length,
              };
            }
            """,
            Text(new MermaidFormat(), matrix)
        );

        var boxed = graph.Edges.Count <= 60;
        Assert.Equal(
            Sorted(
                graph.Nodes.Select(node =>
                    boxed || names.Host(node) is not { } host ? names.Label(node) : $"{names.Label(node)} ({host})"
                )
            ),
            Sorted(read.Labels)
        );
        Assert.Equal(
            boxed ? Sorted(graph.Nodes.Select(names.Host).OfType<string>().Distinct()) : [],
            Sorted(read.Hosts)
        );
        Assert.Equal(Sorted(graph.Edges.Select(edge => GraphText.Ports(edge.Ports))), Sorted(read.Arrows));
        Assert.Equal(0, read.Active);
        await page.CloseAsync();
    }

    [Theory]
    [MemberData(nameof(Estates))]
    public async Task D2_compiles_every_box_and_arrow_with_its_text(string estate)
    {
        var matrix = MatrixOf(estate);
        var (graph, names) = (ProcessGraph.From(matrix), new GraphText(matrix));
        using var folder = new TemporaryFolder();

        var run = await CliWrap
            .Cli.Wrap(Node)
            .WithArguments([
                Path.Combine(AppContext.BaseDirectory, "Graphs", "read-d2.mjs"),
                Browser.TestTool("d2/dist/node-esm/index.js"),
                folder.Write("matrix.d2", Text(new D2Format(), matrix)),
            ])
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync();

        Assert.True(run.ExitCode == 0, run.StandardError);
        var read = JsonDocument.Parse(run.StandardOutput).RootElement;
        var hosts = graph.Nodes.Select(names.Host).OfType<string>().Distinct();
        Assert.Equal(Sorted(graph.Nodes.Select(names.Label).Concat(hosts)), Sorted(Texts(read.GetProperty("shapes"))));
        Assert.Equal(
            Sorted(graph.Edges.Select(edge => GraphText.Ports(edge.Ports))),
            Sorted(Texts(read.GetProperty("connections")))
        );
        Assert.All(
            read.GetProperty("connections").EnumerateArray(),
            arrow => Assert.Equal("triangle", arrow.GetProperty("dstArrow").GetString())
        );
    }

    private static Matrix MatrixOf(string estate) =>
        estate switch
        {
            "hostile" => HostileEstate.Matrix,
            "recorded" => Recorded.Match("hosts.json", "addresses.json"),
            _ => GeneratedMatrix.Create(120),
        };

    private static string Text(IWriter<Matrix> format, Matrix matrix)
    {
        using var output = new MemoryStream();
        format.WriteAsync(matrix, output, new FormatOptions(), CancellationToken.None).Wait();
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }

    private static IEnumerable<string> Texts(JsonElement array) =>
        array.EnumerateArray().Select(item => item.GetProperty("label").GetString()!);

    private static IEnumerable<string> Sorted(IEnumerable<string> texts) =>
        texts.Select(text => Space().Replace(text, " ").Trim()).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    private sealed record Drawn
    {
        public string[] Labels { get; init; } = [];

        public string[] Hosts { get; init; } = [];

        public string[] Arrows { get; init; } = [];

        public int Active { get; init; }
    }
}
