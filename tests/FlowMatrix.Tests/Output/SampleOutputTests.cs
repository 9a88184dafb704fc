using FlowMatrix.Testing;

namespace FlowMatrix.Tests.Output;

/// <summary>Complete outputs for the sample estate, compared with the files in __snapshots__.</summary>
public sealed class SampleOutputTests
{
    [Theory]
    [InlineData("csv", "--format csv")]
    [InlineData("csv-all-columns", "--columns connections,match,direction,via")]
    [InlineData("csv-no-header", "--no-header")]
    [InlineData("csv-spreadsheet-safe", "--spreadsheet-safe")]
    [InlineData("json", "--format json")]
    [InlineData("ndjson", "--format ndjson")]
    [InlineData("table", "--format table")]
    [InlineData("table-columns", "--format table --columns connections,via")]
    [InlineData("markdown", "--format markdown")]
    [InlineData("markdown-columns", "--format markdown --columns match --columns direction")]
    public async Task The_output_of_the_sample_estate_matches_its_snapshot(string name, string arguments)
    {
        var run = await Run.OnSampleAsync(arguments.Split(' '));

        Snapshots.Match(run.Succeeded().Text, $"sample-{name}");
    }

    [Theory]
    [InlineData(80, "")]
    [InlineData(160, "")]
    [InlineData(160, "NO_COLOR")]
    public async Task A_table_at_a_terminal_matches_its_snapshot(int width, string variable)
    {
        var environment = new RunEnvironment
        {
            OutputIsTerminal = true,
            TerminalWidth = width,
            Variables = new Dictionary<string, string> { [variable] = "1" },
        };

        var run = await Run.OnSampleAsync(environment, "-f", "table");

        Snapshots.Match(run.Succeeded().Text, $"sample-table-{width}{(variable.Length > 0 ? "-no-color" : "")}");
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    [InlineData("table")]
    public async Task The_output_with_captured_flows_matches_its_snapshot(string format)
    {
        var run = await Run.OnSampleAsync("--input", Sample.Flows, "--format", format);

        Snapshots.Match(run.Succeeded().Text, $"sample-flows-{format}");
    }
}
