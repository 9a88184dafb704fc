using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;
using FlowMatrix.Formats;
using FlowMatrix.Matrices;
using FlowMatrix.Tests.Cli;
using FlowMatrix.Tests.Skydive;

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

        var sheet = Assert.Single(read.GetProperty("sheets").EnumerateArray());
        var rows = Rows(sheet);
        Assert.Equal(
            Written.HostileRows().Select(row => row.Select(cell => GraphText.ForXml(Printable.Escape(cell)))),
            rows.Skip(1).Select(row => row.Select(cell => cell)));
        Assert.Equal("A2", sheet.GetProperty("frozen").GetString());
        Assert.Equal($"A1:J{rows.Count}", sheet.GetProperty("filter").GetString());
        Assert.DoesNotContain("f", Texts(sheet.GetProperty("types")));
    }

    [Fact]
    public async Task A_workbook_has_a_sheet_of_services_as_the_list_of_them_has_them()
    {
        var sheets = await SheetsAsync("-i", Sample.Estate);
        var services = await Run.WithAsync("services", "-i", Sample.Estate);

        Assert.Equal(["matrix", "services"], sheets.Select(sheet => sheet.GetProperty("name").GetString()));
        Assert.Equal(services.Succeeded().Lines, Rows(sheets[1]).Select(row => string.Join(',', row)));
        Assert.All(sheets, sheet => Assert.Equal("A2", sheet.GetProperty("frozen").GetString()));
        Assert.Equal($"A1:J{services.Lines.Length}", sheets[1].GetProperty("filter").GetString());
    }

    [Fact]
    public async Task The_sheet_of_services_follows_names_and_filters()
    {
        string[] view = ["-i", Sample.Estate, "--alias", @"vm-\d+=vm", "--from-host", "vm", "--port", "5672,8081"];

        var sheets = await SheetsAsync([.. view, "--group-by", "service"]);

        Assert.Equal(["rows", "services"], sheets.Select(sheet => sheet.GetProperty("name").GetString()));
        Assert.Equal(
            (await Run.WithAsync(["services", .. view])).Lines, Rows(sheets[1]).Select(row => string.Join(',', row)));
    }

    [Fact]
    public async Task Where_the_input_is_rows_the_services_are_those_that_they_name()
    {
        using var folder = new TemporaryFolder();
        var rows = folder.PathOf("rows.csv");
        await Run.OnSampleAsync("--port", "3306", "--columns", "connections", "-o", rows);

        var sheets = await SheetsAsync("-i", rows);

        Assert.Equal(
            ["TCP,vm-1,10.0.0.15,3306,address,/usr/sbin/mariadbd,mariadbd,5,5,vm-1"],
            Rows(sheets[1]).Skip(1).Select(row => string.Join(',', row)));
    }

    [Fact]
    public async Task A_workbook_of_a_comparison_says_what_changed()
    {
        using var folder = new TemporaryFolder();
        var before = folder.PathOf("before.csv");
        await Run.OnSampleAsync("--not", "--port", "3306", "-o", before);

        var sheets = await SheetsAsync("-i", Sample.Estate, "--baseline", before);

        Assert.Equal(["changes", "services"], sheets.Select(sheet => sheet.GetProperty("name").GetString()));
        Assert.Equal(5, Rows(sheets[0]).Count(row => row[0] == "added"));
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

    private static List<string[]> Rows(JsonElement sheet) =>
        [.. sheet.GetProperty("rows").EnumerateArray().Select(row => Texts(row).ToArray())];

    /// <summary>The sheets of the workbook that a run writes.</summary>
    private static async Task<JsonElement[]> SheetsAsync(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("book.xlsx");
        await Run.WithAsync([.. arguments, "-o", path]);
        var read = await ReadBackAsync(HostileEstate.Matrix, path);
        return [.. read.GetProperty("sheets").EnumerateArray()];
    }

    /// <param name="workbook">Read in the place of the matrix's own.</param>
    private static async Task<JsonElement> ReadBackAsync(Matrix matrix, string? workbook = null)
    {
        var folder = Directory.CreateTempSubdirectory("flowmatrix");
        try
        {
            string[] files = [.. new Format[] { new GraphmlFormat(), new XlsxFormat(), new CytoscapeFormat() }.Select(format =>
            {
                if (format is XlsxFormat && workbook is not null)
                {
                    return workbook;
                }

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
