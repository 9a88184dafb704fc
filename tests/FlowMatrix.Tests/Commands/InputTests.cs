using System.IO.Compression;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Commands;

/// <summary>Saved answers, from files and standard input.</summary>
public sealed class InputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_sample_has_the_29_rows_of_the_recorded_estate()
    {
        var run = await Run.OnSampleAsync();

        Assert.Equal(1 + 29, run.Succeeded().Lines.Length);
        Assert.Equal(
            File.ReadLines(Recorded.PathOf("python-tool.csv")).Skip(1).Order(StringComparer.Ordinal),
            run.Lines.Skip(1).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Several_files_are_read_as_one_platform()
    {
        var apart = await Run.WithAsync(
            "-i",
            Recorded.PathOf("addresses.json"),
            "-i",
            Recorded.PathOf("flow-sockets.json"),
            "-i",
            Recorded.PathOf("hosts.json")
        );

        var sample = await Run.OnSampleAsync("--input", Sample.Flows);

        Assert.Equal(1 + 30, sample.Succeeded().Lines.Length);
        Assert.Equal(sample.Text, apart.Succeeded().Text);
    }

    [Theory]
    [InlineData("m.txt", "is a table")]
    [InlineData("m.md", "is Markdown")]
    [InlineData("m.html", "is a web page")]
    [InlineData("m.xlsx", "is a workbook")]
    [InlineData("m.svg", "is XML, such as svg")]
    [InlineData("m.png", "is a picture")]
    [InlineData("m.dot", "is a graph")]
    public async Task Formats_for_people_cannot_be_read_back(string name, string message)
    {
        var file = _folder.PathOf(name);
        (await Run.OnSampleAsync("--output", file)).Succeeded();

        (await Run.WithAsync("-i", file)).Failed(
            4,
            $"{file}: {message}",
            "which cannot be read: use csv, json or ndjson"
        );
        (await Run.WithAsync("diff", file, Sample.Estate)).Failed(4, "which cannot be read");
    }

    [Fact]
    public async Task Sockets_of_captured_flows_need_the_sockets_of_hosts() =>
        (await Run.WithAsync("-i", Sample.Flows)).Failed(
            4,
            "holds only sockets of captured flows",
            "--input is repeatable"
        );

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Standard_input_is_read_like_a_file_compressed_or_not(bool compressed)
    {
        var bytes = await File.ReadAllBytesAsync(Sample.Estate);

        var run = await Run.WithAsync(new RunEnvironment { Input = compressed ? Compressed(bytes) : bytes }, "-i", "-");

        Assert.Equal((await Run.OnSampleAsync()).Text, run.Succeeded().Text);
    }

    [Fact]
    public async Task A_compressed_file_is_recognized_by_its_content()
    {
        var file = _folder.PathOf("saved.json");
        await File.WriteAllBytesAsync(file, Compressed(await File.ReadAllBytesAsync(Sample.Estate)));

        var run = await Run.WithAsync("-i", file);

        Assert.Equal((await Run.OnSampleAsync()).Text, run.Succeeded().Text);
    }

    [Fact]
    public async Task A_file_that_passed_through_an_editor_may_begin_with_a_byte_order_mark()
    {
        var file = _folder.PathOf("edited.json");
        await File.WriteAllBytesAsync(file, [0xEF, 0xBB, 0xBF, .. await File.ReadAllBytesAsync(Sample.Estate)]);

        var run = await Run.WithAsync("-i", file);

        Assert.Equal((await Run.OnSampleAsync()).Text, run.Succeeded().Text);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1000, false)]
    [InlineData(-2, false)]
    [InlineData(1000, true)]
    [InlineData(-40, true)]
    public async Task A_truncated_input_is_an_error_and_not_a_smaller_matrix(int length, bool compressed)
    {
        var bytes = await File.ReadAllBytesAsync(Sample.Estate);
        bytes = compressed ? Compressed(bytes) : bytes;
        var file = _folder.PathOf("cut.json");
        await File.WriteAllBytesAsync(file, bytes[..(length < 0 ? bytes.Length + length : length)]);

        var run = await Run.WithAsync("-i", Sample.Estate, "-i", file, "-o", _folder.PathOf("matrix.csv"));

        run.Failed(4, file);
        Assert.Equal(["cut.json"], _folder.Files);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("no JSON", "line 1")]
    [InlineData("[]", "holds no host nodes")]
    [InlineData(
        """[{"Host":"vm-1","Metadata":{"Type":"host","Sockets":null}}]""",
        "socketinfo",
        "agent.topology.probes"
    )]
    public async Task An_input_without_sockets_is_an_error_with_a_remedy(string content, params string[] message)
    {
        var file = _folder.Write("answer.json", content);

        var run = await Run.WithAsync("-i", file);

        run.Failed(4, [file, .. message]);
    }

    [Fact]
    public async Task A_malformed_socket_is_named()
    {
        var estate = (await File.ReadAllTextAsync(Sample.Estate)).Replace(
            "\"LocalPort\":45002",
            "\"LocalPort\":\"many\"",
            StringComparison.Ordinal
        );

        var run = await Run.WithAsync("-i", _folder.Write("answer.json", estate));

        run.Failed(4, "host vm-2", "socket 1", "LocalPort", "nova-compute");
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var run = await Run.WithAsync("-i", _folder.PathOf("none.json"));

        run.Failed(4, "none.json", "no such file");
    }

    [Fact]
    public async Task A_folder_is_not_an_input()
    {
        var run = await Run.WithAsync("-i", _folder.FullName);

        run.Failed(4, _folder.FullName);
    }

    private static byte[] Compressed(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return compressed.ToArray();
    }
}
