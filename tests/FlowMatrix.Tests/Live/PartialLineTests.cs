using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Live;

public sealed class PartialLineTests
{
    [Theory]
    [InlineData("csv", "+,2025-01-31T09:15:20Z,TCP,vm-1,10.0")]
    [InlineData("ndjson", "{\"event\":\"+\",\"time\":\"2025-0")]
    [InlineData("table", "+ 2025-01-31T09:15:20Z  TCP  vm-1 10.0")]
    public async Task Events_start_a_new_line_if_the_file_ends_in_a_partial_line(string format, string partial)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("changes", partial);
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());

        var clock = new FakeClock();
        string[] watch = ["-f", format, "-o", file, "--until-stable", "7s", "--initial"];
        await using var run = ToolRun.Watch(clock, analyzer, watch);
        await clock.AdvanceAsync(7);
        Assert.Equal(0, await run.ExitAsync());

        var lines = await File.ReadAllLinesAsync(file);
        Assert.Equal(partial, lines[0]);
        Assert.Equal(1 + 29, lines.Length);
        Assert.All(lines[1..], line => Assert.StartsWith(partial[..3], line));
    }
}
