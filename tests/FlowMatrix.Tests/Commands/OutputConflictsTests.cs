using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Commands;

/// <summary>A typing mistake destroys nothing: inputs are not overwritten.</summary>
public sealed class OutputConflictsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("-i {f} -o {f}", "--output", "--input reads")]
    [InlineData("-i {s} --baseline {f} -o {f}", "--output", "--baseline reads")]
    [InlineData("diff {f} {s} -o {f}", "--output", "<before> reads")]
    [InlineData("check -i {s} -p {f} --report text={f}", "--report", "--policy reads")]
    [InlineData("check -i {f} --learn -o {f}", "--output", "--input reads")]
    [InlineData("-a localhost --save {f} -o {f}", "the file that --")]
    [InlineData("-a localhost --config {f} --save {f}", "--save", "--config reads")]
    [InlineData("services -i {f} -o {l}", "--output", "--input reads")]
    public async Task An_input_is_not_overwritten(string arguments, params string[] message)
    {
        var file = _folder.Write("precious", File.ReadAllText(Sample.Estate));
        var link = _folder.PathOf("link");
        File.CreateSymbolicLink(link, file);
        var before = File.ReadAllText(file);

        var run = await Run.WithAsync([
            .. arguments
                .Split(' ')
                .Select(word =>
                    word.Replace("{f}", file, StringComparison.Ordinal)
                        .Replace("{l}", link, StringComparison.Ordinal)
                        .Replace("{s}", Sample.Estate, StringComparison.Ordinal)
                ),
        ]);

        run.Failed(2, [.. message, "use another file"]);
        Assert.Equal(before, File.ReadAllText(file));
    }

    [Fact]
    public async Task A_draft_does_not_replace_an_existing_policy()
    {
        var signed = _folder.Write("flows.yaml", "# signed");

        var run = await Run.WithAsync("check", "-i", Sample.Estate, "--learn", "-o", signed);

        run.Failed(2, "flows.yaml", "already exists", "use another file");
        Assert.Equal("# signed", File.ReadAllText(signed));
    }

    [Fact]
    public async Task A_device_may_be_named_twice() =>
        (await Run.WithAsync("-i", Sample.Estate, "-o", "/dev/null", "-f", "csv")).Succeeded();

    [Theory]
    [InlineData("flows.yaml", "allow: []", "csv", "does not hold live events as csv")]
    [InlineData("monday.csv", "protocol,service_host", "csv", "does not hold live events as csv")]
    [InlineData("p.png", "PNG", "table", "does not hold live events as table")]
    [InlineData("a.ndjson", "{\"protocol\":\"TCP\"}", "ndjson", "does not hold live events as ndjson")]
    public async Task Live_events_are_appended_only_to_live_events(
        string name,
        string content,
        string format,
        string message
    )
    {
        var file = _folder.Write(name, content);

        var run = await Run.WithAsync("watch", "-a", "127.0.0.1:1", "--retries", "0", "-f", format, "-o", file);

        run.Failed(2, name, message);
        Assert.Equal(content, File.ReadAllText(file));
    }

    [Theory]
    [InlineData("day.json", "its extension is not a format for live events", "table, csv, ndjson")]
    [InlineData("day.png", "its extension is not a format for live events")]
    public async Task The_extension_of_a_file_selects_the_format_of_live_events(string name, params string[] message) =>
        (await Run.WithAsync("watch", "-o", _folder.PathOf(name))).Failed(2, message);

    [Fact]
    public async Task A_full_disk_is_reported_with_the_path_once() =>
        Assert.Equal(
            "flowmatrix: cannot write /dev/full: No space left on device\n",
            (await Run.OnSampleAsync("-o", "/dev/full", "-f", "csv")).Failed(4).Error
        );

    [Fact]
    public async Task A_full_disk_ends_watch_with_the_exit_code_of_files()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());

        var run = await Run.WithAsync(
            "watch",
            "-a",
            analyzer.Address.ToString(),
            "-f",
            "csv",
            "-o",
            "/dev/full",
            "--for",
            "20s"
        );

        run.Failed(4, "/dev/full", "No space left");
    }
}
