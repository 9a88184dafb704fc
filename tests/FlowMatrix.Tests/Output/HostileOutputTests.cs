using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Output;

/// <summary>Text from the network is harmless in every format, and the original can be recovered.</summary>
public sealed class HostileOutputTests
{
    private static readonly string[] KeyColumns =
    [
        "protocol",
        "service_host",
        "service_address",
        "service_port",
        "service_path",
        "service_name",
        "client_host",
        "client_address",
        "client_path",
        "client_name",
    ];

    [Theory]
    [InlineData("csv")]
    [InlineData("csv --spreadsheet-safe")]
    [InlineData("json")]
    [InlineData("ndjson")]
    [InlineData("table")]
    [InlineData("markdown")]
    public async Task The_output_of_the_hostile_estate_matches_its_snapshot(string format)
    {
        var run = await HostileOutput.RunAsync(["-f", .. format.Split(' ')]);

        Snapshots.Match(run.Text, $"hostile-{format.Replace(" --", "-", StringComparison.Ordinal)}");
    }

    [Fact]
    public async Task The_list_of_unmatched_connections_contains_no_control_characters()
    {
        var run = await Run.WithAsync(new RunEnvironment { Input = HostileEstate.Json }, "-i", "-", "--list-no-peers");

        Assert.Contains("=cmd", run.Error);
        Assert.DoesNotContain(run.Error, c => c != '\n' && char.IsControl(c));
    }

    [Fact]
    public async Task Names_in_csv_can_be_recovered()
    {
        var run = await HostileOutput.RunAsync("-f", "csv");

        var records = Records(run.Text);

        Assert.Equal(KeyColumns, records[0]);
        Assert.Equal(
            HostileOutput.ExpectedRows(),
            records.Skip(1).Select(record => record.Select(HostileOutput.Unescape).ToArray())
        );
    }

    [Fact]
    public async Task Csv_has_one_record_per_line()
    {
        var run = await HostileOutput.RunAsync("-f", "csv");

        Assert.All(run.Text.TrimEnd('\n').Split('\n'), line => Assert.Equal(10, Assert.Single(Records(line)).Length));
    }

    [Fact]
    public async Task Spreadsheet_safe_csv_has_no_formulas_and_names_can_be_recovered()
    {
        var run = await HostileOutput.RunAsync("--spreadsheet-safe");

        var records = Records(run.Text).Skip(1).ToList();

        Assert.All(
            records.SelectMany(record => record),
            cell =>
                Assert.False(
                    cell.Length > 0 && "=+-@\t\r\uFF1D\uFF0B\uFF0D\uFF20".Contains(cell[0], StringComparison.Ordinal),
                    cell
                )
        );
        Assert.Contains(records, record => record[9] == "'=1+2");
        Assert.Equal(
            HostileOutput.ExpectedRows(),
            records.Select(record =>
                record.Select(cell => HostileOutput.Unescape(cell.StartsWith('\'') ? cell[1..] : cell)).ToArray()
            )
        );
    }

    [Fact]
    public async Task Names_in_json_are_unchanged()
    {
        var run = await HostileOutput.RunAsync("-f", "json");

        using var json = JsonDocument.Parse(run.Output);

        Assert.Equal(
            HostileOutput.ExpectedRows(),
            json.RootElement.GetProperty("rows").EnumerateArray().Select(Fields)
        );
        Assert.Equal(
            HostileEstate.Matrix.UnmatchedConnections.Count,
            json.RootElement.GetProperty("unmatched").GetArrayLength()
        );
    }

    [Fact]
    public async Task Names_in_ndjson_are_unchanged_and_each_row_is_one_line()
    {
        var run = await HostileOutput.RunAsync("-f", "ndjson");

        var rows = run.Text.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement);

        Assert.Equal(HostileOutput.ExpectedRows(), rows.Select(Fields));
    }

    [Fact]
    public async Task Names_in_a_markdown_table_can_be_recovered_and_are_never_markup()
    {
        var run = await HostileOutput.RunAsync("-f", "markdown");

        var rows = run.Lines.Select(HostileOutput.MarkdownCells).ToList();

        Assert.All(rows, cells => Assert.Equal(10, cells.Length));
        Assert.Equal(
            HostileOutput.ExpectedRows(),
            rows.Skip(2)
                .Select(cells =>
                    cells.Select(cell => HostileOutput.Unescape(HostileOutput.MarkdownText(cell))).ToArray()
                )
        );
    }

    [Fact]
    public async Task All_lines_of_a_table_have_the_same_width()
    {
        var run = await HostileOutput.RunAsync("-f", "table");

        // Two of the names have characters that take two cells of a terminal.
        var widths = run.Lines[..^1]
            .Select(line =>
                line.EnumerateRunes()
                    .Sum(rune => rune.Value is >= 0x3000 and < 0xa000 or >= 0x1F300 or >= 0xFF01 and <= 0xFF60 ? 2 : 1)
            );

        Assert.Single(widths.Distinct());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(43)]
    [InlineData(80)]
    public async Task A_table_is_written_to_a_narrow_terminal_too(int width)
    {
        var environment = new RunEnvironment
        {
            Input = HostileEstate.Json,
            OutputIsTerminal = true,
            TerminalWidth = width,
        };

        var run = await Run.WithAsync(environment, "-i", "-", "-f", "table");

        Assert.Contains("10.9", run.Succeeded().Text);
    }

    private static List<string[]> Records(string csv)
    {
        using var parser = new CsvParser(
            new StringReader(csv),
            new CsvConfiguration(CultureInfo.InvariantCulture) { Mode = CsvMode.RFC4180 }
        );
        var records = new List<string[]>();
        while (parser.Read())
        {
            records.Add(parser.Record!);
        }

        return records;
    }

    private static string[] Fields(JsonElement row) => [.. KeyColumns.Select(name => row.GetProperty(name).ToString())];
}
