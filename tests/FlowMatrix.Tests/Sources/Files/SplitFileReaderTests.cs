using FlowMatrix.Core;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Files;
using FlowMatrix.Sources.Skydive.Reading;

namespace FlowMatrix.Tests.Sources.Files;

public sealed class SplitFileReaderTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task A_large_file_read_in_two_parts_gives_the_same_sockets()
    {
        Write(Hosts(400, "sshd"));

        Assert.NotNull(Boundary());
        Assert.Equal(ReadWhole(), Described(await ReadAsync()));
    }

    [Fact]
    public async Task A_process_name_that_looks_like_a_boundary_is_not_one()
    {
        // Every name contains the bytes of a boundary; in JSON its quotes are escaped by a backslash.
        Write(Hosts(400, "}},{\"ID\":\"").Replace("\\u0022", "\\\"", StringComparison.Ordinal));

        Assert.Equal(ReadWhole(), Described(await ReadAsync()));
    }

    [Fact]
    public async Task A_boundary_inside_a_node_is_detected_and_the_file_read_as_a_whole()
    {
        // Objects inside the metadata begin like nodes.
        var inner = string.Join(
            ',',
            Enumerable.Repeat("{\"ID\":\"x\",\"Filler\":\"" + new string('-', 100) + "\"}", 100_000)
        );
        Write(
            $"[{{\"ID\":\"1\",\"Metadata\":{{\"Things\":[{inner}],\"Sockets\":[{Socket("sshd", 22)}]}},"
                + $"\"Host\":\"vm-1\"}}]"
        );

        Assert.NotNull(Boundary());
        Assert.Equal(ReadWhole(), Described(await ReadAsync()));
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(0.75)]
    public async Task A_truncated_large_file_is_an_error(double at)
    {
        var whole = Hosts(600, "sshd");
        Write(whole[..(int)(whole.Length * at)]);

        var failure = await Assert.ThrowsAsync<Failure>(ReadAsync);

        Assert.Contains("ends in the middle", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_in_the_second_part_has_its_position_in_the_whole_file()
    {
        var whole = Hosts(400, "sshd");
        Write(whole.Replace("\"Host\":\"host-399\"", "\"Host\":\"host-399\"!", StringComparison.Ordinal));

        var failure = await Assert.ThrowsAsync<Failure>(ReadAsync);

        Assert.Contains($"byte {whole.Length - 1}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_marks_of_saved_answers_are_checked_over_both_parts()
    {
        const string First = "[{\"FlowMatrix\":{\"Mark\":\"first\"}}]\n";
        const string Last = "[{\"FlowMatrix\":{\"Mark\":\"last\",\"Answers\":3}}]\n";
        string[] answers = [Hosts(200, "sshd") + "\n", Hosts(300, "cron") + "\n", "[]\n"];
        Write(First + string.Concat(answers) + Last);

        Assert.NotNull(Boundary());
        Assert.Equal(ReadWhole(), Described(await ReadAsync()));

        Write(First + string.Concat(answers));
        Assert.Contains(
            "is truncated",
            (await Assert.ThrowsAsync<Failure>(ReadAsync)).Message,
            StringComparison.Ordinal
        );
        Write(First + answers[1] + answers[2] + Last);
        Assert.Contains(
            "holds 2 of its 3 answers",
            (await Assert.ThrowsAsync<Failure>(ReadAsync)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Marks_in_the_array_of_the_hosts_are_checked_over_both_parts()
    {
        const string First = "{\"FlowMatrix\":{\"Mark\":\"first\"}}";
        const string Last = "{\"FlowMatrix\":{\"Mark\":\"last\",\"Answers\":3}}";
        var hosts = Hosts(400, "sshd")[1..^1];
        Write($"[{hosts},{First},{Last}]");

        Assert.NotNull(Boundary());
        Assert.Equal(ReadWhole(), Described(await ReadAsync()));

        Write($"[{hosts},{First}]");
        Assert.Contains(
            "is truncated",
            (await Assert.ThrowsAsync<Failure>(ReadAsync)).Message,
            StringComparison.Ordinal
        );
    }

    private static string Hosts(int count, string name) =>
        $"[{string.Join(',', Enumerable.Range(0, count).Select(host => Host(host, name)))}]";

    private static string Host(int number, string name)
    {
        var sockets = string.Join(',', Enumerable.Range(1, 200).Select(port => Socket(name, port)));
        return $"{{\"ID\":\"{number}\",\"Metadata\":{{\"Sockets\":[{sockets}]}},\"Host\":\"host-{number}\"}}";
    }

    private static string Socket(string name, int port) =>
        $$"""{"LocalAddress":"10.0.0.1","LocalPort":"""
        + $$"""{{port}},"Name":"{{System.Text.Json.JsonEncodedText.Encode(name)}}","Pid":"""
        + $$"""1,"Process":"/usr/sbin/sshd","Protocol":"TCP","RemoteAddress":"0.0.0.0","RemotePort":"""
        + $$"""0,"State":"LISTEN"}""";

    private void Write(string json) => File.WriteAllText(_file, json);

    private long? Boundary()
    {
        using var file = File.OpenHandle(_file);
        return SplitFileReader.FindBoundary(file);
    }

    private async Task<SocketTable> ReadAsync()
    {
        var source = new FileSource([new NamedInput(_file)], () => Stream.Null);
        return (await source.ReadAsync(new ReadProgress(), CancellationToken.None)).Sockets;
    }

    private List<string> ReadWhole()
    {
        var table = new SocketTable();
        using var stream = File.OpenRead(_file);
        new AnswerReader(table, FailureKind.Input, _file).Read(stream, CancellationToken.None);
        return Described(table);
    }

    private static List<string> Described(SocketTable table)
    {
        var estate = Estate.From(table);
        var matrix = Matcher.Match(estate);
        var names = table.IdTables;
        return
        [
            .. matrix.ScanCounts.Hosts.Select(host => $"{host.Name} {host.Sockets}"),
            .. estate.Ranges.SelectMany(range =>
                Enumerable
                    .Range(range.Start, range.Count)
                    .Select(i =>
                        $"{names.Hosts[range.Host]} {names.Addresses.Text(estate[i].Local)} {estate[i].LocalPort} "
                        + $"{names.Processes.Name(estate[i].Process)}"
                    )
            ),
        ];
    }
}
