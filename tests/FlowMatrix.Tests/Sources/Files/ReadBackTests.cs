using System.IO.Compression;
using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Core.Model;
using FlowMatrix.Sources.Rows;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Sources.Files;

/// <summary>The tool reads what it writes as csv, json and ndjson.</summary>
public sealed class ReadBackTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    [InlineData("ndjson")]
    public async Task Every_form_preserves_hostile_names(string format)
    {
        var written = await HostileOutput.RunAsync("-f", format, "--columns", "connections,match,direction,via");

        var read = await Run.WithAsync(new RunEnvironment { Input = written.Output }, "-i", "-", "-f", "ndjson");

        var straight = await HostileOutput.RunAsync("-f", "ndjson");
        Assert.Equal(straight.Text, read.Succeeded().Text);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    [InlineData("ndjson")]
    public async Task A_matrix_that_was_read_is_written_as_the_same_bytes(string format)
    {
        var once = await Run.OnSampleAsync("-i", Sample.Flows, "-f", format);

        var twice = await Run.WithAsync(new RunEnvironment { Input = Zipped(once.Output) }, "-i", "-", "-f", format);

        Assert.Equal(RowsOf(once, format), RowsOf(twice.Succeeded(), format));
    }

    [Fact]
    public async Task The_csv_of_the_original_tool_is_read_although_its_columns_have_other_names()
    {
        var original = await Run.WithAsync("-i", Recorded.PathOf("python-tool.csv"));

        Assert.Equal((await Run.OnSampleAsync()).Text, original.Succeeded().Text);
    }

    [Fact]
    public void The_csv_of_the_original_tool_has_no_escapes()
    {
        var matrix = Csv(
            "protocol,server,server_ip,port,server_proc,server_procname,client,client_ip,client_proc,"
                + "client_procname\r\n"
                + "TCP,a,10.0.0.1,80,\\x1b,\"c\nd\",b,10.0.0.2,p,n\r\n"
        );

        Assert.Equal(@"\x1b", matrix.IdTables.Processes.Path(matrix.Rows[0].ServiceProcess));
        Assert.Equal("c\nd", matrix.IdTables.Processes.Name(matrix.Rows[0].ServiceProcess));
    }

    [Fact]
    public async Task Csv_without_a_header_is_read_as_the_ten_columns()
    {
        var bare = await Run.OnSampleAsync("--no-header");

        var read = await Run.WithAsync(new RunEnvironment { Input = bare.Output }, "-i", "-");

        Assert.Equal((await Run.OnSampleAsync()).Text, read.Succeeded().Text);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public async Task A_matrix_without_rows_is_read(string format)
    {
        var path = _folder.PathOf($"empty.{format}");
        await Run.OnSampleAsync("--host", "nowhere", "-f", format, "-o", path, "-q");

        var read = await Run.WithAsync("-i", path, "--no-header");

        Assert.Equal("", read.Succeeded().Text);
    }

    [Theory]
    [InlineData(
        "protocol,service_host\nTCP,a\n",
        "test:1:1: not a matrix: the header lacks the column \"service_address\""
    )]
    [InlineData("TCP,a,10.0.0.1,80,p,n,b,10.0.0.2,p,n\nTCP,a,10.0.0\n", "test:2:7: 3 fields where there should be 10")]
    [InlineData(
        "TCP,a,10.0.0.1,80,p,n,b,10.0.0.x,p,n\n",
        "test:1:25: client_address \"10.0.0.x\" is not an IP address"
    )]
    [InlineData(
        "TCP,a,10.0.0.1,99999,p,n,b,10.0.0.2,p,n\n",
        "test:1:16: service_port \"99999\" is not a port from 0 to 65535"
    )]
    [InlineData("TCP,a,10.0.0.1,80,\\q,n,b,10.0.0.2,p,n\n", "test:1:19: \"\\q\" has a backslash that begins no escape")]
    [InlineData("TCP,a,10.0.0.1,80,\\x1,n,b,10.0.0.2,p,n\n", "test:1:19: ")]
    [InlineData("TCP,a,10.0.0.1,80,p,\"n,b,10.0.0.2,p,n\n", "test:1:21: the quote that opens here is never closed")]
    [InlineData("TCP,a,10.0.0.1,80,p,\"n\"x,b,10.0.0.2,p,n\n", "test:1:24: text after a closing quote")]
    [InlineData("TCP,a,10.0.0.1,80,p,n\"x,b,10.0.0.2,p,n\n", "test:1:22: a quote inside an unquoted field")]
    [InlineData("", "test: is empty")]
    public void An_invalid_csv_is_reported_with_its_position(string csv, string problem)
    {
        var failure = Assert.Throws<Failure>(() => Csv(csv));

        Assert.StartsWith(problem, failure.Message);
        Assert.Equal(FailureKind.Input, failure.Kind);
    }

    [Theory]
    [InlineData(
        "{\"rows\": [\n  {\"protocol\": 7}]}",
        "standard input:2:16: protocol \"7\" is not one of TCP, UDP, SCTP"
    )]
    [InlineData("{\"rows\": [\n  {\"protocol\": \"TCP\"}]}", "standard input:2:3: service_host is missing")]
    [InlineData("{\"rows\": 3}", "standard input:1:10: \"rows\" must be a list")]
    [InlineData("{\"protocol\": null}", "standard input:1:14: protocol must be a text or a number")]
    [InlineData("{\"protocol\": \"TCP\"\n oops}", "standard input:2:2: is not valid JSON: ")]
    [InlineData("{\"rows\": [", "standard input: ends in the middle")]
    [InlineData("{\"grouped_by\": \"host\", \"rows\": []}", "standard input:1:2: a grouped matrix cannot be read back")]
    public async Task An_invalid_json_is_reported_with_its_position(string json, string problem)
    {
        var run = await Run.WithAsync(new RunEnvironment { Input = Encoding.UTF8.GetBytes(json) }, "-i", "-");

        run.Failed(4, problem);
    }

    [Fact]
    public async Task A_matrix_is_refused_if_sockets_are_needed()
    {
        var run = await Run.WithAsync("services", "-i", Recorded.PathOf("python-tool.csv"));

        run.Failed(4, "holds the rows of a matrix, not sockets");
    }

    private static Matrix Csv(string text) =>
        new CsvMatrixReader("test", _ => { }).Read(
            new MemoryStream(Encoding.UTF8.GetBytes(text)),
            CancellationToken.None
        );

    private static byte[] Zipped(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(bytes);
        }

        return zipped.ToArray();
    }

    /// <summary>
    /// The part of the output with the rows. A JSON document also has counts, which are not read back.
    /// </summary>
    private static string RowsOf(Run run, string format) =>
        format == "json" ? run.Text[..run.Text.IndexOf("\"hosts\"", StringComparison.Ordinal)] : run.Text;
}
