using System.Text;
using System.Text.Json;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Commands;

/// <summary>How and where the matrix is written.</summary>
public sealed class OutputTests : IDisposable
{
    private const string Header =
        "protocol,service_host,service_address,service_port,service_path,service_name,"
        + "client_host,client_address,client_path,client_name";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("matrix.csv", "csv")]
    [InlineData("MATRIX.CSV", "csv")]
    [InlineData("matrix.json", "json")]
    [InlineData("matrix.ndjson", "ndjson")]
    [InlineData("matrix.jsonl", "ndjson")]
    [InlineData("matrix.txt", "table")]
    [InlineData("matrix.md", "markdown")]
    [InlineData("matrix.markdown", "markdown")]
    [InlineData("matrix.dot", "dot")]
    [InlineData("matrix.gv", "dot")]
    [InlineData("matrix", "csv")]
    public async Task The_extension_of_a_file_selects_the_format(string name, string format)
    {
        var file = await Run.OnSampleAsync("-o", _folder.PathOf(name));

        Assert.Empty(file.Succeeded().Output);
        Assert.Equal((await Run.OnSampleAsync("-f", format)).Text, await File.ReadAllTextAsync(_folder.PathOf(name)));
        Assert.Equal([name], _folder.Files);
    }

    [Fact]
    public async Task An_extension_that_only_Graphviz_knows_is_drawn_by_it()
    {
        var run = await Run.OnSampleAsync("-o", _folder.PathOf("matrix.GIF"));

        run.Succeeded();
        Assert.Equal(
            "GIF8",
            Encoding.ASCII.GetString((await File.ReadAllBytesAsync(_folder.PathOf("matrix.GIF")))[..4])
        );
    }

    [Fact]
    public async Task The_format_option_overrides_the_extension()
    {
        (await Run.OnSampleAsync("-o", _folder.PathOf("matrix.txt"), "-f", "CSV")).Succeeded();

        Assert.StartsWith(Header, await File.ReadAllTextAsync(_folder.PathOf("matrix.txt")));
    }

    [Fact]
    public async Task A_dash_is_standard_output()
    {
        var run = await Run.OnSampleAsync("-o", "-");

        Assert.StartsWith(Header, run.Succeeded().Text);
    }

    [Fact]
    public async Task Csv_is_the_default_and_has_the_ten_columns()
    {
        var run = await Run.OnSampleAsync();

        Assert.Equal(Header, run.Succeeded().Lines[0]);
    }

    [Theory]
    [InlineData("connections,match,direction,via", "connections,match,direction,via")]
    [InlineData("via, match", "via,match")]
    [InlineData("match,match", "match")]
    public async Task Additional_columns_keep_the_order_of_the_command_line(string columns, string header)
    {
        var run = await Run.OnSampleAsync("--columns", columns);

        Assert.Equal($"{Header},{header}", run.Succeeded().Lines[0]);
        Assert.Equal(30, run.Lines.Length);
    }

    [Fact]
    public async Task No_header_leaves_the_first_line_out()
    {
        var run = await Run.OnSampleAsync("--no-header");

        Assert.Equal((await Run.OnSampleAsync()).Lines[1..], run.Succeeded().Lines);
    }

    [Fact]
    public async Task Unmatched_connections_are_listed_on_standard_error_and_the_matrix_stays_the_same()
    {
        var run = await Run.OnSampleAsync("--list-unmatched", "--quiet");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal((await Run.OnSampleAsync()).Text, run.Text);
        var json = JsonDocument.Parse((await Run.OnSampleAsync("-f", "json")).Output).RootElement;
        Assert.Equal(1 + json.GetProperty("unmatched").GetArrayLength(), run.Error.Count(c => c == '\n'));
        Assert.Equal(
            json.GetProperty("counts").GetProperty("unmatched").GetInt32(),
            json.GetProperty("unmatched").GetArrayLength()
        );
        Assert.Contains("with one end unmatched:", run.Error);
    }

    [Fact]
    public async Task The_earlier_name_of_list_unmatched_still_works() =>
        Assert.Equal(
            (await Run.OnSampleAsync("--list-unmatched")).Error,
            (await Run.OnSampleAsync("--list-no-peers")).Error
        );

    [Theory]
    [InlineData("1", true)]
    [InlineData("", false)]
    public async Task FLOWMATRIX_DEBUG_prints_the_stack_trace_of_an_unexpected_error(string debug, bool hasTrace)
    {
        var run = await Run.OnSampleAsync(
            new RunEnvironment
            {
                Output = new FaultyStream(),
                Variables = new Dictionary<string, string> { ["FLOWMATRIX_DEBUG"] = debug },
            }
        );

        Assert.Equal(70, run.ExitCode);
        Assert.StartsWith("flowmatrix: unexpected: InvalidOperationException: a fault", run.Error);
        Assert.Equal(hasTrace, run.Error.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Colors_are_for_terminals_without_NO_COLOR()
    {
        var without = new Dictionary<string, string> { ["NO_COLOR"] = "1" };

        var terminal = await Run.OnSampleAsync(new RunEnvironment { OutputIsTerminal = true }, "-f", "table");
        var plain = await Run.OnSampleAsync(
            new RunEnvironment { OutputIsTerminal = true, Variables = without },
            "-f",
            "table"
        );
        var piped = await Run.OnSampleAsync("-f", "table");
        await Run.OnSampleAsync(
            new RunEnvironment { OutputIsTerminal = true },
            "-f",
            "table",
            "-o",
            _folder.PathOf("a.txt")
        );

        Assert.Contains('\u001b', terminal.Text);
        Assert.DoesNotContain('\u001b', plain.Text);
        Assert.DoesNotContain('\u001b', piped.Text);
        Assert.Equal(piped.Text, await File.ReadAllTextAsync(_folder.PathOf("a.txt")));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(160)]
    public async Task A_table_fits_the_terminal(int width)
    {
        var run = await Run.OnSampleAsync(
            new RunEnvironment
            {
                OutputIsTerminal = true,
                TerminalWidth = width,
                Variables = new Dictionary<string, string> { ["NO_COLOR"] = "1" },
            },
            "-f",
            "table"
        );

        Assert.All(run.Succeeded().Lines, line => Assert.InRange(line.Length, 1, width));
    }

    [Fact]
    public async Task Verbose_prints_counts_and_quiet_prints_nothing()
    {
        var verbose = await Run.OnSampleAsync("-v");
        var quiet = await Run.OnSampleAsync(new RunEnvironment { ErrorIsTerminal = true }, "-q");

        Assert.Contains("29 rows", verbose.Error);
        Assert.Equal(verbose.Text, quiet.Succeeded().Text);
    }

    [Fact]
    public async Task Progress_is_shown_on_a_terminal_and_erased()
    {
        var run = await Run.OnSampleAsync(new RunEnvironment { ErrorIsTerminal = true });

        Assert.Contains(" hosts, ", run.Error);
        Assert.EndsWith("\r\u001b[K", run.Error);
        Assert.DoesNotContain('\n', run.Error);
    }

    [Theory]
    [InlineData("-o {f}")]
    [InlineData("-f nftables -o {f}")]
    [InlineData("services -o {f}")]
    [InlineData("check --learn -o {f}")]
    public async Task Missing_folders_are_created(string arguments)
    {
        var file = _folder.PathOf("a/b/matrix.csv");

        var run = await Run.WithAsync([
            .. arguments.Replace("{f}", file, StringComparison.Ordinal).Split(' '),
            "-i",
            Sample.Estate,
        ]);

        Assert.Equal(0, run.ExitCode);
        Assert.True(new FileInfo(file).Length > 0);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_created_is_named()
    {
        _folder.Write("file", "");

        var run = await Run.OnSampleAsync("-o", _folder.PathOf("file/matrix.csv"));

        run.Failed(4, "file/matrix.csv", "its folder cannot be created");
    }

    [Fact]
    public async Task A_folder_cannot_be_an_output()
    {
        var run = await Run.OnSampleAsync("-o", _folder.FullName, "-f", "csv");

        run.Failed(4, _folder.FullName, "is a folder");
    }

    [Fact]
    public async Task A_link_is_kept_and_its_target_replaced()
    {
        var target = _folder.Write("target.csv", "old");
        File.CreateSymbolicLink(_folder.PathOf("link.csv"), target);

        (await Run.OnSampleAsync("-o", _folder.PathOf("link.csv"))).Succeeded();

        Assert.Equal(target, new FileInfo(_folder.PathOf("link.csv")).LinkTarget);
        Assert.StartsWith(Header, await File.ReadAllTextAsync(target));
        Assert.Equal(["link.csv", "target.csv"], _folder.Files);
    }

    [Fact]
    public async Task A_link_to_a_device_is_written_through_and_the_device_stays()
    {
        File.CreateSymbolicLink(_folder.PathOf("link.csv"), "/dev/null");

        (await Run.OnSampleAsync("-o", _folder.PathOf("link.csv"))).Succeeded();

        using var device = new FileStream("/dev/null", FileMode.Open, FileAccess.Read);
        Assert.Equal(0, device.Read(new byte[1]));
    }

    [Fact]
    public async Task A_file_in_shared_memory_is_replaced_and_not_added_to()
    {
        var file = $"/dev/shm/flowmatrix-test-{Guid.NewGuid():N}.csv";
        try
        {
            (await Run.OnSampleAsync("-o", file)).Succeeded();
            (await Run.OnSampleAsync("-o", file)).Succeeded();

            Assert.Equal(30, (await File.ReadAllLinesAsync(file)).Length);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    [InlineData("png")]
    public async Task A_full_device_is_an_error(string format)
    {
        var run = await Run.OnSampleAsync("-o", "/dev/full", "-f", format);

        run.Failed(4, "/dev/full", "No space left");
    }

    [Fact]
    public async Task A_file_without_write_permission_stays_the_same()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            return; // Nothing is forbidden to root.
        }

        var file = _folder.Write("matrix.csv", "old");
        File.SetUnixFileMode(file, UnixFileMode.UserRead);

        var run = await Run.OnSampleAsync("-o", file);

        run.Failed(4, file, "permission denied");
        Assert.Equal("old", await File.ReadAllTextAsync(file));
        Assert.Equal(["matrix.csv"], _folder.Files);
    }

    [Theory]
    [InlineData("csv", Header + "\n")]
    [InlineData("ndjson", "")]
    [InlineData("json", "\"rows\": []")]
    [InlineData("table", "0 rows, 0 connections, 0 of 1 host")]
    [InlineData("markdown", "| --- |")]
    [InlineData("dot", "digraph")]
    [InlineData("svg", "</svg>")]
    public async Task A_platform_without_connections_has_an_empty_matrix_in_every_format(string format, string message)
    {
        var listener = FakeGraph.Socket("0.0.0.0", 80, "0.0.0.0", 0, "LISTEN", "nginx");
        var estate = new FakeGraph().AddHost("vm-1", [listener]).Nodes[0].ToJsonString();

        var run = await Run.WithAsync(
            new RunEnvironment { Input = Encoding.UTF8.GetBytes(estate) },
            "-i",
            "-",
            "-f",
            format
        );

        Assert.Contains(message, run.Succeeded().Text);
        Assert.DoesNotContain("nginx", run.Text);
    }

    [Fact]
    public async Task A_failure_leaves_the_old_file_and_no_temporary_file()
    {
        var file = _folder.Write("matrix.svg", "old");
        var nothing = new Dictionary<string, string> { ["PATH"] = _folder.FullName };

        var run = await Run.OnSampleAsync(new RunEnvironment { Variables = nothing }, "-o", file);

        run.Failed(5, "apt install graphviz", "--format dot");
        Assert.Equal("old", await File.ReadAllTextAsync(file));
        Assert.Equal(["matrix.svg"], _folder.Files);
    }

    [Fact]
    public async Task Without_Graphviz_an_unknown_format_is_reported_with_that_reason()
    {
        var nothing = new Dictionary<string, string> { ["PATH"] = _folder.FullName };

        var run = await Run.OnSampleAsync(new RunEnvironment { Variables = nothing }, "-f", "webp");

        run.Failed(2, "webp", "Graphviz, which is not installed");
    }

    private sealed class FaultyStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new InvalidOperationException("a fault");

        public override void Write(byte[] buffer, int offset, int count) =>
            throw new InvalidOperationException("a fault");

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        ) => throw new InvalidOperationException("a fault");
    }
}
