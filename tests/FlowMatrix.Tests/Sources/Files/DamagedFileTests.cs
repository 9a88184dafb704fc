using System.Text;
using System.Text.Json.Nodes;
using FlowMatrix.Fuzz;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Sources.Files;

/// <summary>A truncated file, or a file with extra data, is never read without an error or a warning.</summary>
public sealed class DamagedFileTests : IDisposable
{
    private const string Header =
        "protocol,service_host,service_address,service_port,service_path,service_name,client_host,"
        + "client_address,client_path,client_name";

    private const string Row = "TCP,a,10.0.0.1,80,p,n,b,10.0.0.2,p,n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public async Task A_truncated_gzip_file_is_an_error(int missing)
    {
        var zipped = FuzzSeeds.Zip(await File.ReadAllBytesAsync(Sample.Estate));

        (await ReadAsync(zipped[..^missing])).Failed(4, "is damaged or truncated");
    }

    [Fact]
    public async Task A_wrong_checksum_or_length_in_a_gzip_file_is_an_error()
    {
        var zipped = FuzzSeeds.Zip(await File.ReadAllBytesAsync(Sample.Estate));
        foreach (var at in (int[])[1, 4, 5, 8])
        {
            var wrong = zipped.ToArray();
            wrong[^at] ^= 1;
            (await ReadAsync(wrong)).Failed(4, "is damaged or truncated");
        }
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("\0")]
    [InlineData("\u001f")]
    [InlineData("[]")]
    public async Task Data_after_a_gzip_file_is_an_error(string extra)
    {
        var zipped = FuzzSeeds.Zip(await File.ReadAllBytesAsync(Sample.Estate));

        (await ReadAsync([.. zipped, .. Encoding.Latin1.GetBytes(extra)])).Failed(4, "is damaged or truncated");
    }

    [Fact]
    public async Task A_gzip_file_may_have_many_members_some_of_them_empty_or_named()
    {
        var estate = await File.ReadAllBytesAsync(Sample.Estate);
        var packed = new List<byte>();
        foreach (var part in estate.Chunk(97).Prepend([]).Append([]))
        {
            var member = FuzzSeeds.Zip(part);
            packed.AddRange(packed.Count % 2 == 0 ? member : WithName(member));
        }

        Assert.Equal((await Run.OnSampleAsync()).Text, (await ReadAsync([.. packed])).Succeeded().Text);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("{\"error\":\"busy\"}")]
    [InlineData("[\"vm-1\"]")]
    [InlineData("[null]")]
    [InlineData("[{\"error\":\"busy\"}]")]
    [InlineData("x")]
    public async Task Other_data_after_an_answer_is_an_error(string extra)
    {
        var estate = await File.ReadAllTextAsync(Sample.Estate);

        (await ReadAsync(estate + extra)).Failed(4, "not a response of a Skydive analyzer");
        (await ReadAsync(extra)).Failed(4, "standard input");
    }

    [Fact]
    public async Task Several_answers_in_a_row_are_one_input()
    {
        var estate = await File.ReadAllTextAsync(Sample.Estate);

        Assert.Equal((await Run.OnSampleAsync()).Text, (await ReadAsync(estate + "[][]")).Succeeded().Text);
    }

    [Fact]
    public async Task Saved_answers_with_a_missing_line_are_an_error()
    {
        var lines = Encoding.UTF8.GetString(FuzzSeeds.Saved).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        (await ReadAsync(string.Join('\n', lines[..^1]))).Failed(
            4,
            "is truncated: the last line that --save writes is missing"
        );
        (await ReadAsync(string.Join('\n', lines[1..]))).Failed(4, "the beginning is missing");
        (await ReadAsync(string.Join('\n', [.. lines[..2], .. lines[3..]]))).Failed(4, "holds 2 of its 3 answers");
        (await ReadAsync(string.Join('\n', lines[1..^1]))).Succeeded();
        (await ReadAsync(string.Join('\n', [.. lines, .. lines]))).Succeeded();
    }

    /// <summary>Output of jq with "-s add", "-s ." and ".[]", alone and concatenated with other answers.</summary>
    [Fact]
    public async Task Saved_answers_that_jq_rearranged_are_read()
    {
        var saved = Encoding.UTF8.GetString(FuzzSeeds.Saved);
        var lines = saved.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var objects = lines
            .SelectMany(line => JsonNode.Parse(line)!.AsArray())
            .Select(item => item!.ToJsonString())
            .ToArray();
        string[] forms = [$"[{string.Join(',', objects)}]", $"[{string.Join(',', lines)}]", string.Join('\n', objects)];
        var expected = (await ReadAsync(saved)).Succeeded().Text;
        foreach (var form in forms)
        {
            Assert.Equal(expected, (await ReadAsync(form)).Succeeded().Text);
            (await ReadAsync(form + saved)).Succeeded();
            (await ReadAsync(saved + form)).Succeeded();
            (await ReadAsync(form + string.Join('\n', [.. lines[..2], .. lines[3..]]))).Failed(
                4,
                "holds 2 of its 3 answers"
            );
        }

        (await ReadAsync($"[{string.Join(',', objects[..^1])}]")).Failed(
            4,
            "is truncated: the last line that --save writes is missing"
        );
        (await ReadAsync($"[{string.Join(',', objects[1..])}]")).Failed(4, "the beginning is missing");
    }

    [Theory]
    [InlineData("a.csv")]
    [InlineData("a.ndjson")]
    [InlineData("a.json")]
    [InlineData("a.json.gz")]
    public async Task An_empty_file_is_an_error(string name)
    {
        var path = _folder.PathOf(name);
        await File.WriteAllBytesAsync(path, name.EndsWith(".gz", StringComparison.Ordinal) ? FuzzSeeds.Zip([]) : []);

        (await Run.WithAsync("-i", path)).Failed(4, $"{path}: is empty");
        (await Run.WithAsync("diff", path, path)).Failed(4, $"{path}: is empty");
    }

    [Theory]
    [InlineData(Header + "\n")]
    [InlineData(Header + "\r\n")]
    [InlineData("sep=,\n" + Header + "\n")]
    public async Task A_header_alone_is_a_matrix_without_rows(string csv) =>
        Assert.Equal(Header + "\n", (await ReadAsync(csv)).Succeeded().Text);

    [Theory]
    [InlineData(Header, ":1:")]
    [InlineData(Header + "\n" + Row, ":2:")]
    [InlineData(Row, ":1:")]
    public async Task A_csv_of_this_tool_without_a_final_line_feed_is_an_error(string csv, string place) =>
        (await ReadAsync(csv)).Failed(4, place, "the last line has no line feed: the file is truncated");

    [Theory]
    [InlineData(Header + "\r\n" + Row)]
    [InlineData(Header + "\r\n" + Row + "\r")]
    [InlineData("sep=,\n" + Header + "\n" + Row)]
    public async Task A_csv_of_another_program_without_a_final_line_feed_is_read_with_a_warning(string csv)
    {
        var run = await ReadAsync(csv);

        Assert.Equal((0, $"{Header}\n{Row}\n"), (run.ExitCode, run.Text));
        Assert.Contains(":36: the last line has no line end", run.Error);
    }

    [Fact]
    public async Task Data_after_a_json_matrix_is_an_error()
    {
        var json = (await Run.OnSampleAsync("-f", "json")).Text;

        (await ReadAsync(json + "{}")).Failed(4, "unexpected data after the matrix");
        (await ReadAsync(json)).Succeeded();
    }

    [Fact]
    public async Task A_recording_without_its_last_line_is_an_error_unless_it_is_of_an_older_version()
    {
        var lines = Encoding.UTF8.GetString(FuzzSeeds.Recording).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        (await ReadAsync(string.Join('\n', lines) + "\n")).Succeeded();
        (await ReadAsync(string.Join('\n', lines[..^1]))).Failed(4, "the last line of the recording is missing");
        (await ReadAsync(string.Join('\n', [lines[0], lines[2]]))).Failed(4, "but 1 according to its first line");
        (await ReadAsync(string.Join('\n', [.. lines, lines[1]]))).Failed(4, "unexpected data after the last line");
        (
            await ReadAsync(string.Join('\n', lines[..^1]).Replace("\"mark\":\"first\",", "", StringComparison.Ordinal))
        ).Succeeded();
    }

    private static Task<Run> ReadAsync(string text) => ReadAsync(Encoding.UTF8.GetBytes(text));

    private static Task<Run> ReadAsync(byte[] bytes) => Run.WithAsync(new RunEnvironment { Input = bytes }, "-i", "-");

    /// <summary>The member with a header as gzip writes it for a named file, with all other optional fields.</summary>
    private static byte[] WithName(byte[] member) =>
        [.. member[..3], 0x1E, .. member[4..10], 3, 0, 1, 2, 0, .. "name\0"u8, .. "comment\0"u8, 9, 9, .. member[10..]];
}
