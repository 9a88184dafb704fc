using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Sources.Files;

/// <summary>A recording is read as a matrix whose rows have the times at which they were seen.</summary>
public sealed class RecordingTests : IDisposable
{
    private const string Head =
        """{"recording":{"from":"2025-01-31T00:00:00Z","to":"2025-02-01T00:00:00Z","every":"30s","scans":"""
        + """2880,"missed":0,"rows":3}}""";

    private static readonly string[] Service =
    [
        """ "protocol":"TCP","service_host":"db","service_address":"10.0.0.1","service_port":5432 """,
        """ "service_path":"/usr/bin/pg","service_name":"pg" """,
    ];

    private static readonly string Day = string.Join(
        '\n',
        Head,
        Row(
            """ "client_host":"web-1","client_address":"10.0.0.2","client_path":"/usr/bin/app","client_name":"app" """,
            """ "connections":3,"match":"mirror","direction":"listener","via":["10.0.0.9"] """,
            """ "first_seen":"2025-01-31T00:00:00Z","last_seen":"2025-01-31T12:00:00Z","scans":1440 """
        ),
        Row(
            """ "client_host":"web-2","client_address":"10.0.0.3","client_path":"/usr/bin/app","client_name":"app" """,
            """ "connections":1,"match":"mirror","direction":"listener","via":[] """,
            """ "first_seen":"2025-01-31T08:00:00Z","last_seen":"2025-01-31T20:00:00Z","scans":20 """
        ),
        Row(
            """ "client_host":"","client_address":"192.0.2.7","client_path":"","client_name":"" """,
            """ "connections":1,"match":"external","direction":"listener","via":[] """,
            """ "first_seen":"2025-01-31T03:04:05Z","last_seen":"2025-01-31T03:04:05Z","scans":1 """
        ),
        ""
    );

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Csv_table_and_markdown_show_the_times_on_request()
    {
        Assert.Equal(
            [
                "192.0.2.7,2025-01-31T03:04:05Z,2025-01-31T03:04:05Z,1",
                "10.0.0.2,2025-01-31T00:00:00Z,2025-01-31T12:00:00Z,1440",
                "10.0.0.3,2025-01-31T08:00:00Z,2025-01-31T20:00:00Z,20",
            ],
            (await DayAsync("--columns", "first_seen,last_seen,scans", "--no-header"))
                .Succeeded()
                .Lines.Select(line => line.Split(','))
                .Select(fields => string.Join(',', fields[7], fields[10], fields[11], fields[12]))
        );
        Assert.Equal(10, (await DayAsync()).Succeeded().Lines[0].Split(',').Length);
        Assert.Contains(
            "| 2025-01-31T08:00:00Z | 20 |",
            (await DayAsync("-f", "markdown", "--columns", "first_seen,scans")).Succeeded().Text
        );
        Assert.Contains("1440", (await DayAsync("-f", "table", "--columns", "scans")).Succeeded().Text);
    }

    [Fact]
    public async Task Rows_that_were_not_recorded_have_no_times()
    {
        var csv = await Run.OnSampleAsync("--columns", "first_seen,last_seen,scans", "--no-header");
        var json = await Run.OnSampleAsync("-f", "ndjson");

        Assert.All(csv.Succeeded().Lines, line => Assert.EndsWith(",,,", line));
        Assert.DoesNotContain("scans", json.Succeeded().Text);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    [InlineData("ndjson")]
    public async Task Every_form_preserves_the_times(string format)
    {
        var written = await DayAsync(
            "-f",
            format,
            "--columns",
            "connections,match,direction,via,first_seen,last_seen,scans"
        );

        var read = await Run.WithAsync(
            new RunEnvironment { Input = written.Succeeded().Output },
            "-i",
            "-",
            "-f",
            "ndjson"
        );

        Assert.Equal((await DayAsync("-f", "ndjson")).Text, read.Succeeded().Text);
        Assert.Equal(Sorted(Day.Split('\n')[1..]), Sorted(read.Text.Split('\n')));
    }

    [Fact]
    public async Task Filters_keep_the_times()
    {
        var row = Assert.Single((await DayAsync("--from-host", "web-2", "-f", "ndjson")).Succeeded().Lines);

        Assert.Equal(20, (int)JsonNode.Parse(row)!["scans"]!);
    }

    [Fact]
    public async Task A_group_has_the_earliest_and_latest_time_of_its_rows()
    {
        var rows = (await DayAsync("--alias", @"web-\d=web", "--name", "10.0.0.0/8=inside", "-f", "ndjson"))
            .Succeeded()
            .Lines.Select(line => JsonNode.Parse(line)!)
            .ToList();
        var grouped = await DayAsync(
            "--group-by",
            "host",
            "--alias",
            @"web-\d=web",
            "--columns",
            "first_seen,last_seen,scans",
            "--no-header"
        );

        // Their addresses differ, so they stay two rows under one name.
        Assert.Equal(["", "web", "web"], rows.Select(row => (string)row["client_host"]!));
        Assert.Contains(
            "2025-01-31T00:00:00Z,2025-01-31T20:00:00Z,1440",
            grouped.Succeeded().Lines.Single(line => line.Contains("web", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task Rows_that_an_alias_joins_have_the_times_of_both()
    {
        var twice = Day.Replace(
            "\"web-2\",\"client_address\":\"10.0.0.3\"",
            "\"web-2\",\"client_address\":\"10.0.0.2\"",
            StringComparison.Ordinal
        );

        var run = await ReadAsync(twice, "--alias", @"web-\d=web", "--from-host", "web", "-f", "json");

        var row = JsonNode.Parse(run.Succeeded().Text)!["rows"]!.AsArray().Single()!;
        Assert.Equal(
            (4, "2025-01-31T00:00:00Z", "2025-01-31T20:00:00Z", 1440),
            ((int)row["connections"]!, (string)row["first_seen"]!, (string)row["last_seen"]!, (int)row["scans"]!)
        );
    }

    [Fact]
    public async Task The_number_of_scans_stays_a_number_in_groups_and_workbooks()
    {
        var grouped = await DayAsync("--group-by", "service", "-f", "ndjson", "--columns", "scans");
        var book = await DayAsync("-f", "xlsx", "--columns", "scans");

        Assert.Equal([1, 1440], grouped.Succeeded().Lines.Select(line => (int)JsonNode.Parse(line)!["scans"]!).Order());
        using var zip = new ZipArchive(new MemoryStream(book.Succeeded().Output));
        using var sheet = new StreamReader(zip.Entries.Single(entry => entry.Name == "sheet1.xml").Open());
        Assert.Contains("<v>1440</v>", await sheet.ReadToEndAsync());
    }

    [Fact]
    public async Task A_recording_can_be_compared_checked_and_drawn()
    {
        var (day, other) = (_folder.Write("day.ndjson", Day), _folder.PathOf("other.csv"));
        Assert.Equal(0, (await Run.WithAsync("-i", day, "-o", other, "--from-host", "web-*")).ExitCode);

        var diff = await Run.WithAsync("diff", other, day, "-f", "csv", "--columns", "scans");
        var baseline = await Run.WithAsync("-i", other, "--baseline", day, "-f", "ndjson", "-q");
        var policy = await Run.WithAsync("check", "-i", day, "--learn");
        var check = await Run.WithAsync("check", "-i", day, "--policy", _folder.Write("flows.yaml", policy.Text));

        Assert.Equal(1, diff.ExitCode);
        Assert.EndsWith(",192.0.2.7,,,,1", diff.Lines[1]);
        Assert.Equal("removed", (string)JsonNode.Parse(Assert.Single(baseline.Lines))!["change"]!);
        Assert.Contains("3 of 3 rows allowed", check.Succeeded().Text);
        foreach (var format in (string[])["html", "dot", "mermaid", "graphml", "d2", "cytoscape"])
        {
            Assert.NotEmpty((await Run.WithAsync("-i", day, "-f", format)).Succeeded().Output);
        }
    }

    [Theory]
    [InlineData("{\"recording\":7}", "1:14: \"recording\" must be an object")]
    [InlineData("{\"recording\":{}}", "1:15: the recording's from is missing")]
    [InlineData("{\"recording\":{\"from\":\"yesterday\"}}", "1:22: from \"yesterday\" is not a time")]
    [InlineData(
        "{\"recording\":{\"from\":\"2025-02-30T00:00:00Z\"}}",
        "1:22: from \"2025-02-30T00:00:00Z\" is not a time"
    )]
    [InlineData("{\"recording\":{\"every\":\"often\"}}", "1:23: every \"often\" is not a duration")]
    [InlineData("{\"recording\":{\"scans\":0}}", "1:23: scans \"0\" is not a number from 1 to")]
    [InlineData("{\"recording\":{\"scans\":-3}}", "1:23: scans \"-3\" is not a number")]
    [InlineData("{\"recording\":{\"scans\":99999999999}}", "1:23: scans \"99999999999\" is not a number")]
    [InlineData("{\"recording\":{\"rows\":[1]}}", "1:22: rows \"[\" is not a number")]
    [InlineData("{\"recording\":{\"from\":\"2025", "ends in the middle")]
    public async Task An_invalid_first_line_is_reported_with_its_position(string head, string problem)
    {
        var run = await ReadAsync(head, []);

        run.Failed(4, $"standard input{(problem[0] == '1' ? ":" : ": ")}{problem}");
    }

    [Theory]
    [InlineData("\"scans\":20", "\"scans\":-1", "3:380: scans \"-1\" is not a number from 1")]
    [InlineData("\"scans\":20", "\"scans\":0", "scans \"0\" is not a number from 1")]
    [InlineData("\"scans\":20", "\"scans\":2881", "scans \"2881\" is more than the recording's 2880")]
    [InlineData("\"scans\":20", "\"scans\":\"many\"", "scans \"many\" is not a number from 1")]
    [InlineData(",\"scans\":20", "", "3:1: scans is missing")]
    [InlineData("\"first_seen\":\"2025-01-31T08:00:00Z\",", "", "3:1: first_seen is missing")]
    [InlineData("\"first_seen\":\"2025-01-31T08:00:00Z\",", "\"first_seen\":\"\",", "first_seen is missing")]
    [InlineData("2025-01-31T20:00:00Z", "2025-01-31 20:00", "last_seen \"2025-01-31 20:00\" is not a time like")]
    [InlineData(
        "2025-01-31T20:00:00Z",
        "2025-01-31T20:00:00+01:00",
        "last_seen \"2025-01-31T20:00:00+01:00\" is not a time like"
    )]
    [InlineData(
        "2025-01-31T20:00:00Z",
        "2025-01-31T07:59:59Z",
        "last_seen \"2025-01-31T07:59:59Z\" is before the row was first seen"
    )]
    [InlineData(
        "2025-01-31T20:00:00Z",
        "0001-01-01T00:00:00Z",
        "last_seen \"0001-01-01T00:00:00Z\" is not a time like"
    )]
    [InlineData(
        "\"rows\":3",
        "\"rows\":4",
        "standard input: has 3 rows, but 4 according to its first line: is the file truncated?"
    )]
    [InlineData(
        "\"rows\":3}}",
        "\"rows\":3},\"x\":1}",
        "standard input:1:121: the first line must have no key but \"recording\""
    )]
    public async Task An_invalid_row_is_reported_with_its_position(string right, string wrong, string problem)
    {
        Assert.Contains(right, Day, StringComparison.Ordinal);

        var run = await ReadAsync(Day.Replace(right, wrong, StringComparison.Ordinal), []);

        run.Failed(4, "standard input:", problem);
    }

    [Fact]
    public async Task A_recording_truncated_anywhere_is_an_error()
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(Encoding.UTF8.GetBytes(Day));
        }

        foreach (var whole in (byte[][])[Encoding.UTF8.GetBytes(Day), zipped.ToArray()])
        {
            for (var length = 20; length < whole.Length - 8; length += 7)
            {
                var run = await Run.WithAsync(new RunEnvironment { Input = whole[..length] }, "-i", "-");

                run.Failed(4, "standard input");
            }
        }
    }

    /// <summary>A row as the tool writes it, without the spaces around the parts.</summary>
    private static string Row(params string[] parts) =>
        $"{{{string.Join(',', Service.Concat(parts).Select(part => part.Trim()))}}}";

    private static Task<Run> DayAsync(params string[] arguments) => ReadAsync(Day, arguments);

    private static Task<Run> ReadAsync(string recording, params string[] arguments) =>
        Run.WithAsync(new RunEnvironment { Input = Encoding.UTF8.GetBytes(recording) }, ["-i", "-", .. arguments]);

    private static IEnumerable<string> Sorted(string[] lines) =>
        lines.Where(line => line.Length > 0).Order(StringComparer.Ordinal);
}
