using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;
using FlowMatrix.Formats;
using FlowMatrix.Matrices;
using FlowMatrix.Tests.Cli;

namespace FlowMatrix.Tests.Formats;

/// <summary>What other programs read in the graphs and the workbook; eng/test.sh installs networkx and openpyxl.</summary>
public sealed class GraphFormatTests
{
    [Fact]
    public async Task Other_programs_read_the_hostile_estate_as_it_is()
    {
        var read = await ReadBackAsync(HostileEstate.Matrix);

        var graph = ProcessGraph.From(HostileEstate.Matrix);
        var names = new GraphText(HostileEstate.Matrix);
        var labels = graph.Nodes.Select(node => GraphText.ForXml(names.Label(node))).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(graph.Nodes.Count, read.GetProperty("nodes").GetInt32());
        Assert.Equal(graph.Edges.Count, read.GetProperty("edges").GetInt32());
        Assert.Equal(labels, Texts(read.GetProperty("labels")).Order(StringComparer.Ordinal));
        Assert.Equal(graph.Nodes.Select(names.Label), Texts(read.GetProperty("elements")));
        Assert.Equal(graph.Edges.Count, read.GetProperty("arrows").GetInt32());
    }

    [Fact]
    public async Task A_workbook_has_the_rows_as_they_are_without_a_formula_and_a_header_that_stays_and_filters()
    {
        var read = await ReadBackAsync(HostileEstate.Matrix);

        var rows = read.GetProperty("rows").EnumerateArray().Select(row => Texts(row).ToArray()).ToList();
        Assert.Equal(
            Written.HostileRows().Select(row => row.Select(cell => GraphText.ForXml(Printable.Escape(cell)))),
            rows.Skip(1).Select(row => row.Select(cell => cell)));
        Assert.Equal("A2", read.GetProperty("frozen").GetString());
        Assert.Equal($"A1:J{rows.Count}", read.GetProperty("filter").GetString());
        Assert.DoesNotContain("f", Texts(read.GetProperty("types")));
    }

    [Theory]
    [InlineData("mermaid")]
    [InlineData("d2")]
    [InlineData("graphml")]
    [InlineData("cytoscape")]
    public async Task A_graph_is_written_so(string format)
    {
        var run = await Run.OnSampleAsync("-f", format);

        Snapshots.Match(run.Succeeded().Text, $"sample-{format}");
    }

    [Fact]
    public async Task In_Mermaid_no_name_ends_its_quotes_or_starts_markup()
    {
        var run = await Written.OfHostileEstateAsync("-f", "mermaid");

        Assert.All(run.Lines, line => Assert.Matches("^ *(flowchart LR|end|subgraph h\\d+\\[\"[^\"<>`&|]*\"\\]|p\\d+[\\[(]{1,2}\"[^\"<>`&|]*\"[\\])]{1,2}|p\\d+ -[-.]{1,2}>\\|\"[^\"<>`&|]*\"\\| p\\d+)$", line));
    }

    [Fact]
    public void A_workbook_is_the_same_for_the_same_matrix() =>
        Assert.Equal(Bytes(new XlsxFormat(), HostileEstate.Matrix), Bytes(new XlsxFormat(), HostileEstate.Matrix));

    private static async Task<JsonElement> ReadBackAsync(Matrix matrix)
    {
        var folder = Directory.CreateTempSubdirectory("flowmatrix");
        try
        {
            string[] files = [.. new Format[] { new GraphmlFormat(), new XlsxFormat(), new CytoscapeFormat() }.Select(format =>
            {
                var path = Path.Combine(folder.FullName, $"matrix{format.Extensions[0]}");
                File.WriteAllBytes(path, Bytes(format, matrix));
                return path;
            })];
            var result = await CliWrap.Cli.Wrap("/usr/bin/python3")
                .WithArguments([Path.Combine(AppContext.BaseDirectory, "Formats", "read-back.py"), .. files])
                .ExecuteBufferedAsync();
            Assert.Equal("", result.StandardError);
            return JsonDocument.Parse(result.StandardOutput).RootElement;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[] Bytes(Format format, Matrix matrix)
    {
        using var output = new MemoryStream();
        format.Write(matrix, output, new FormatOptions(), CancellationToken.None);
        return output.ToArray();
    }

    private static IEnumerable<string> Texts(JsonElement array) => array.EnumerateArray().Select(item => item.GetString()!);
}
