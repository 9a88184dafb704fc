using System.Globalization;
using System.Text.Json;
using CliWrap.Buffered;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;
using FlowMatrix.Output;
using FlowMatrix.Output.Graphs;
using FlowMatrix.Output.Tables;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.EndToEnd.Graphs;

/// <summary>
/// Other programs read the graphs and the workbook back; eng/setup.sh installs networkx and openpyxl.
/// </summary>
public sealed class GraphFormatTests
{
    [Fact]
    public async Task Other_programs_read_the_hostile_estate_back()
    {
        var read = await ReadBackAsync(HostileEstate.Matrix);

        var graph = ProcessGraph.From(HostileEstate.Matrix);
        var names = new GraphText(HostileEstate.Matrix);
        var labels = graph
            .Nodes.Select(node => LegalXml.From(names.Label(node)))
            .Order(StringComparer.Ordinal)
            .ToArray();
        Assert.Equal(graph.Nodes.Count, read.GetProperty("nodes").GetInt32());
        Assert.Equal(graph.Edges.Count, read.GetProperty("edges").GetInt32());
        Assert.Equal(labels, Texts(read.GetProperty("labels")).Order(StringComparer.Ordinal));
        Assert.Equal(labels, Texts(read.GetProperty("yed")).Order(StringComparer.Ordinal));
        Assert.Equal(
            graph
                .Edges.Select(edge => $"{Math.Max(1, edge.Stats.Connections)} {GraphText.Ports(edge.Ports)}")
                .Order(StringComparer.Ordinal),
            Texts(read.GetProperty("weights")).Order(StringComparer.Ordinal)
        );
        Assert.Equal(graph.Nodes.Select(names.Label), Texts(read.GetProperty("elements")));
        Assert.Equal(graph.Edges.Count, read.GetProperty("arrows").GetInt32());
    }

    [Fact]
    public async Task A_workbook_has_the_rows_without_formulas_a_frozen_header_and_filters()
    {
        var read = await ReadBackAsync(HostileEstate.Matrix);

        var sheet = Assert.Single(read.GetProperty("sheets").EnumerateArray());
        var rows = Rows(sheet);
        Assert.Equal(
            HostileOutput.ExpectedRows().Select(row => row.Select(cell => LegalXml.From(Printable.Escape(cell)))),
            rows.Skip(1).Select(row => row.Select(cell => cell))
        );
        Assert.Equal("A2", sheet.GetProperty("frozen").GetString());
        Assert.Equal($"A1:J{rows.Count}", sheet.GetProperty("filter").GetString());
        Assert.DoesNotContain("f", Texts(sheet.GetProperty("types")));
    }

    [Fact]
    public async Task A_workbook_has_a_sheet_with_the_services_of_the_services_command()
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
            (await Run.WithAsync(["services", .. view])).Lines,
            Rows(sheets[1]).Select(row => string.Join(',', row))
        );
    }

    [Theory]
    [InlineData("--process", "nova-compute")]
    [InlineData("--host", "vm-2")]
    [InlineData("--not", "--host", "vm-2")]
    [InlineData("--not", "--address", "10.0.0.14")]
    [InlineData("--loopback", "only")]
    [InlineData("--loopback", "hide")]
    [InlineData("--reaches", "vm-1:3306")]
    [InlineData("--reachable-from", "vm-2", "--depth", "1")]
    [InlineData("-4")]
    [InlineData("--to-address", "10.0.0.15")]
    [InlineData("--external", "hide")]
    [InlineData("--alias", @"vm-\d+=vm", "--host", "vm", "--port", "8082")]
    [InlineData("--alias", @"vm-\d+=vm", "--group-by", "service")]
    [InlineData("--config", "/dev/null")]
    public async Task Both_sheets_have_the_same_number_of_connections_with_any_filter(params string[] view)
    {
        var columns = view.Contains("--group-by") ? [] : new[] { "--columns", "connections" };
        var sheets = await SheetsAsync(["-i", Sample.Estate, .. columns, .. view]);

        Assert.NotEqual(0, Sum(sheets[0], "connections"));
        Assert.Equal(Sum(sheets[0], "connections"), Sum(sheets[1], "connections"));
    }

    [Theory]
    [InlineData(0, "--process", "nova-compute")]
    [InlineData(0, "--reaches", "vm-1:3306")]
    [InlineData(8, "--alias", "a=b")]
    public async Task Unused_services_are_listed_unless_rows_are_filtered_out(int unused, params string[] view)
    {
        var sheets = await SheetsAsync(["-i", Sample.Estate, .. view]);

        Assert.Equal(
            unused,
            Rows(sheets[1]).Count(row => row[Array.IndexOf(Rows(sheets[1])[0], "connections")] == "0")
        );
    }

    [Theory]
    [InlineData("-4")]
    [InlineData("--to-address", "10.9.0.1")]
    public async Task A_service_bound_to_IPv6_is_listed_when_it_is_used_over_IPv4(params string[] view)
    {
        using var folder = new TemporaryFolder();
        SocketSpec[] server =
        [
            new("TCP", "::", 80, "::", 0, "LISTEN", "/srv/web", "web", 1),
            new("TCP", "10.9.0.1", 80, "10.9.0.2", 40000, "ESTABLISHED", "/srv/web", "web", 1),
        ];
        SocketSpec[] client = [new("TCP", "10.9.0.2", 40000, "10.9.0.1", 80, "ESTABLISHED", "/opt/curl", "curl", 2)];
        var estate = new EstateSpec(
            [new HostSpec("a", ["10.9.0.1"], [.. server]), new HostSpec("b", ["10.9.0.2"], [.. client])],
            [],
            Past: false
        );
        var path = folder.PathOf("estate.json");
        await File.WriteAllBytesAsync(path, estate.Json());

        var sheets = await SheetsAsync(["-i", path, .. view]);

        Assert.Equal(
            ["TCP,a,::,80,all,/srv/web,web,1,1,b"],
            Rows(sheets[1]).Skip(1).Select(row => string.Join(',', row))
        );
    }

    [Fact]
    public async Task A_long_list_is_cut_to_the_size_of_a_cell_and_counts_the_names_left_out()
    {
        using var folder = new TemporaryFolder();
        var rows = folder.PathOf("rows.csv");
        await File.WriteAllTextAsync(
            rows,
            $"{string.Join(',', RowFields.Key)}\n"
                + string.Concat(
                    Enumerable
                        .Range(0, 5000)
                        .Select(i =>
                            $"TCP,db,10.0.0.1,3306,/usr/sbin/mysqld,mysqld,a-client-with-a-name-{i:0000},"
                            + $"10.1.{i / 250}.{i % 250},/usr/bin/php,php\n"
                        )
                )
        );

        var sheets = await SheetsAsync("-i", rows);

        var hosts = Rows(sheets[1])[1][^1];
        Assert.InRange(hosts.Length, 32_700, 32_767);
        var names = hosts.Split(' ').TakeWhile(word => word != "…").ToArray();
        Assert.All(names, name => Assert.Matches("^a-client-with-a-name-[0-9]{4}$", name));
        Assert.EndsWith($" … and {5000 - names.Length:N0} more", hosts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_longer_than_a_cell_is_cut_and_marked()
    {
        using var folder = new TemporaryFolder();
        var rows = folder.PathOf("rows.csv");
        await File.WriteAllTextAsync(
            rows,
            $"{string.Join(',', RowFields.Key)}\n"
                + $"TCP,db,10.0.0.1,3306,/usr/sbin/mysqld,{new string('m', 40_000)},web,10.0.0.2,/usr/bin/php,php\n"
        );

        var name = Rows((await SheetsAsync("-i", rows))[0])[1][5];

        Assert.Equal(32_767, name.Length);
        Assert.Equal(
            $"… and {40_000 - name.IndexOf(' ', StringComparison.Ordinal):N0} more",
            name.TrimStart('m').TrimStart()
        );
    }

    [Fact]
    public async Task Services_of_an_input_of_rows_come_from_these_rows()
    {
        using var folder = new TemporaryFolder();
        var rows = folder.PathOf("rows.csv");
        await Run.OnSampleAsync("--port", "3306", "--columns", "connections", "-o", rows);

        var sheets = await SheetsAsync("-i", rows);

        Assert.Equal(
            ["TCP,vm-1,10.0.0.15,3306,address,/usr/sbin/mariadbd,mariadbd,5,5,vm-1"],
            Rows(sheets[1]).Skip(1).Select(row => string.Join(',', row))
        );
    }

    [Fact]
    public async Task A_workbook_of_a_comparison_contains_the_changes()
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
    public async Task A_graph_matches_its_snapshot(string format)
    {
        var run = await Run.OnSampleAsync("-f", format);

        Snapshots.Match(run.Succeeded().Text, $"sample-{format}");
    }

    [Theory]
    [InlineData(500, false)]
    [InlineData(501, true)]
    [InlineData(501, false, "--group-by", "host")]
    [InlineData(501, true, "--group-by", "service")]
    public async Task More_arrows_than_GitHub_draws_are_a_warning(int arrows, bool warns, params string[] view)
    {
        using var folder = new TemporaryFolder();
        var rows = folder.PathOf("rows.csv");
        await File.WriteAllTextAsync(
            rows,
            $"{string.Join(',', RowFields.Key)}\n"
                + string.Concat(
                    Enumerable.Range(0, arrows).Select(i => $"TCP,db,10.0.0.1,{i + 1},p,db,web,10.0.0.2,p,c{i}\n")
                )
        );

        var run = await Run.WithAsync(["-i", rows, "-f", "mermaid", .. view]);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(warns, run.Error.Contains("501 arrows and", StringComparison.Ordinal));
        Assert.Equal(
            warns,
            run.Error.Contains(
                "GitHub and GitLab draw no chart of more than 500 arrows or 50,000 characters",
                StringComparison.Ordinal
            )
        );
    }

    [Fact]
    public async Task More_characters_than_GitHub_draws_are_a_warning()
    {
        using var folder = new TemporaryFolder();
        var rows = folder.PathOf("rows.csv");
        await File.WriteAllTextAsync(
            rows,
            $"{string.Join(',', RowFields.Key)}\nTCP,db,10.0.0.1,3306,p,{new string('m', 50_000)},web,10.0.0.2,p,php\n"
        );

        var run = await Run.WithAsync("-i", rows, "-f", "mermaid");

        Assert.Contains("1 arrows and 50,", run.Error.Replace("1 arrow and", "1 arrows and", StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_Mermaid_no_name_can_end_its_quotes_or_start_markup()
    {
        var run = await HostileOutput.RunAsync("-f", "mermaid");

        Assert.All(
            run.Lines,
            line =>
                Assert.Matches(
                    "^ *(flowchart LR|end|subgraph "
                        + "h\\d+\\[\"[^\"<>`&|]*\"\\]|p\\d+[\\[(]{1,2}\"[^\"<>`&|]*\"[\\])]{1,2}|p\\d+ "
                        + "-[-.]{1,2}>\\|\"[^\"<>`&|]*\"\\| p\\d+)$",
                    line
                )
        );
    }

    [Fact]
    public void A_workbook_is_the_same_for_the_same_matrix() =>
        Assert.Equal(Bytes(new XlsxFormat(), HostileEstate.Matrix), Bytes(new XlsxFormat(), HostileEstate.Matrix));

    private static List<string[]> Rows(JsonElement sheet) =>
        [.. sheet.GetProperty("rows").EnumerateArray().Select(row => Texts(row).ToArray())];

    private static int Sum(JsonElement sheet, string column)
    {
        var rows = Rows(sheet);
        return rows.Skip(1).Sum(row => int.Parse(row[Array.IndexOf(rows[0], column)], CultureInfo.InvariantCulture));
    }

    /// <summary>The sheets of the workbook that the tool writes with these arguments.</summary>
    private static async Task<JsonElement[]> SheetsAsync(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("book.xlsx");
        await Run.WithAsync([.. arguments, "-o", path]);
        var read = await ReadBackAsync(HostileEstate.Matrix, path);
        return [.. read.GetProperty("sheets").EnumerateArray()];
    }

    /// <param name="workbook">Read instead of the workbook of the matrix.</param>
    private static async Task<JsonElement> ReadBackAsync(Matrix matrix, string? workbook = null)
    {
        var folder = Directory.CreateTempSubdirectory("flowmatrix");
        try
        {
            string[] files =
            [
                .. new Format[] { new GraphmlFormat(), new XlsxFormat(), new CytoscapeFormat() }.Select(format =>
                {
                    if (format is XlsxFormat && workbook is not null)
                    {
                        return workbook;
                    }

                    var path = Path.Combine(folder.FullName, $"matrix{format.Extensions[0]}");
                    File.WriteAllBytes(path, Bytes(format.Writer<Matrix>()!, matrix));
                    return path;
                }),
            ];
            var result = await CliWrap
                .Cli.Wrap("/usr/bin/python3")
                .WithArguments([Path.Combine(AppContext.BaseDirectory, "Graphs", "read-back.py"), .. files])
                .ExecuteBufferedAsync();
            Assert.Equal("", result.StandardError);
            return JsonDocument.Parse(result.StandardOutput).RootElement;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[] Bytes(IWriter<Matrix> format, Matrix matrix)
    {
        using var output = new MemoryStream();
        format.WriteAsync(matrix, output, new FormatOptions(), CancellationToken.None).Wait();
        return output.ToArray();
    }

    private static IEnumerable<string> Texts(JsonElement array) =>
        array.EnumerateArray().Select(item => item.GetString()!);
}
