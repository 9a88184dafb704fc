using System.IO.Compression;
using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Skydive;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Sources.Skydive.Reading;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Sources.Skydive;

public sealed class SavedAnswerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("saved.json", false)]
    [InlineData("saved.json.gz", false)]
    [InlineData("saved.json", true)]
    public async Task A_saved_answer_gives_the_same_matrix(string name, bool past)
    {
        var graph = past ? new FakeGraph { Past = FakeGraph.Recorded() } : FakeGraph.Recorded();
        await using var analyzer = await FakeAnalyzer.StartAsync(graph);
        var query = new AnalyzerQuery
        {
            At = past ? new PointInTime("-10m") : null,
            UseFlows = true,
            HostsPerRequest = 1,
            SaveTo = _folder.PathOf(name),
        };

        var live = await SaveAsync(analyzer, query);

        var saved = Read(query.SaveTo);
        Assert.Equal(past, saved.Past);
        Assert.Equal(MatrixLines.From(live), MatrixLines.From(saved));
        Assert.Equal([name], _folder.Files);
    }

    [Fact]
    public async Task The_file_has_one_answer_per_line_in_the_order_of_the_host_names()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Generated(20));
        var query = new AnalyzerQuery { HostsPerRequest = 1, SaveTo = _folder.PathOf("saved.json") };

        await SaveAsync(analyzer, query);
        var first = await File.ReadAllLinesAsync(query.SaveTo);
        await SaveAsync(analyzer, query);

        Assert.Equal(1 + 22 + 1, first.Length);
        Assert.Equal("""[{"FlowMatrix":{"Mark":"first"}}]""", first[0]);
        Assert.Equal("""[{"FlowMatrix":{"Mark":"last","Answers":22}}]""", first[^1]);
        Assert.All(first.Skip(1).Take(20), (line, i) => Assert.Contains($"\"host-{i:d4}\"", line));
        Assert.Equal(first, await File.ReadAllLinesAsync(query.SaveTo));
    }

    [Fact]
    public async Task A_line_break_within_an_answer_is_removed()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new()
            {
                Intercept = async query =>
                    query.Gremlin.Contains("IPV", StringComparison.Ordinal)
                    && await query.AnswerAsync(200, "[\r\n]", "application/json"),
            }
        );
        var query = new AnalyzerQuery { SaveTo = _folder.PathOf("saved.json") };

        await SaveAsync(analyzer, query);

        Assert.Equal(1 + 3 + 1, (await File.ReadAllLinesAsync(query.SaveTo)).Length);
    }

    [Fact]
    public async Task A_failed_attempt_leaves_nothing_in_the_file()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new()
            {
                Intercept = async query =>
                    query.Number == 2
                    && await query.AbortAsync("""[{"Host":"ghost","Metadata":{"Name":"ghost","Sockets":[]}},"""),
            }
        );
        var query = new AnalyzerQuery { SaveTo = _folder.PathOf("saved.json") };

        var live = await SaveAsync(analyzer, query);

        Assert.DoesNotContain("ghost", await File.ReadAllTextAsync(query.SaveTo));
        Assert.Equal(MatrixLines.From(live), MatrixLines.From(Read(query.SaveTo)));
    }

    [Fact]
    public async Task When_the_analyzer_fails_the_previous_file_is_kept()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Generated(9),
            new() { Intercept = async query => query.Number == 4 && await query.AnswerAsync(500) }
        );
        var query = new AnalyzerQuery { HostsPerRequest = 1, SaveTo = _folder.Write("saved.json", "old") };

        await Assert.ThrowsAsync<Failure>(() => SaveAsync(analyzer, query));

        Assert.Equal("old", await File.ReadAllTextAsync(query.SaveTo));
        Assert.Equal(["saved.json"], _folder.Files);
    }

    [Fact]
    public async Task A_full_disk_is_reported_with_the_name_of_the_file()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());

        var failure = await Assert.ThrowsAsync<Failure>(() => SaveAsync(analyzer, new() { SaveTo = "/dev/full" }));

        Assert.Equal(FailureKind.Input, failure.Kind);
        Assert.StartsWith("cannot write /dev/full: ", failure.Message);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_created_is_reported_before_the_analyzer_is_queried()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        var query = new AnalyzerQuery { SaveTo = Path.Combine(_folder.Write("file", ""), "saved.json") };

        var failure = await Assert.ThrowsAsync<Failure>(() => SaveAsync(analyzer, query));

        Assert.StartsWith($"cannot write {query.SaveTo}: its folder cannot be created: ", failure.Message);
        Assert.Empty(analyzer.Queries);
    }

    private static Task<SocketTable> SaveAsync(FakeAnalyzer analyzer, AnalyzerQuery query) =>
        new AnalyzerSource(analyzer.Options, query).ReadAsync(new ReadProgress(), default);

    private static SocketTable Read(string path)
    {
        using Stream file = File.OpenRead(path);
        using var content = path.EndsWith(".gz") ? new GZipStream(file, CompressionMode.Decompress) : file;
        var table = new SocketTable();
        new AnswerReader(table, FailureKind.Input, path).Read(content, default);
        return table;
    }
}
