using System.Runtime.Versioning;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.EndToEnd.Processes;

/// <summary>
/// Standard streams that are closed, full or broken, and too few resources.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class StandardStreamTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Silenced => ["2>/dev/full", "2>&-"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Silenced))]
    public async Task Messages_that_cannot_be_written_do_not_end_the_program(string silenced)
    {
        var run = await Tool.RunAsync(Tool.Shell($"\"$flowmatrix\" -i '{Sample.Estate}' --verbose {silenced}"));

        Assert.Equal((await Run.OnSampleAsync()).Text, run.Succeeded().Text);
    }

    [Theory]
    [MemberData(nameof(Silenced))]
    public async Task A_failure_that_cannot_be_reported_keeps_its_exit_code(string silenced)
    {
        var run = await Tool.RunAsync(Tool.Shell($"\"$flowmatrix\" -i no-such-file {silenced}"));

        Assert.Equal((4, "", ""), (run.ExitCode, run.Text, run.Error));
    }

    [Theory]
    [MemberData(nameof(Silenced))]
    public async Task A_recording_continues_without_messages(string silenced)
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        var day = _folder.PathOf("day.ndjson.gz");

        var run = await Tool.RunAsync(
            Tool.Shell(
                $"\"$flowmatrix\" record -v -a {analyzer.Address.Authority} --every 20ms --for 200ms -o "
                    + $"'{day}' {silenced}"
            )
        );

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.True(RecordedFile.Read(day).Scans > 1);
    }

    [Theory]
    [InlineData("2>&-")]
    [InlineData("<&- 2>&-")]
    [InlineData("<&- >&- 2>&-")]
    public async Task With_closed_streams_a_file_contains_only_the_matrix(string closed)
    {
        var file = _folder.PathOf("matrix.csv");

        var run = await Tool.RunAsync(
            Tool.Shell($"\"$flowmatrix\" -i '{Sample.Estate}' --verbose -o '{file}' {closed}")
        );

        Assert.Equal(0, run.ExitCode);
        Assert.Equal((await Run.OnSampleAsync()).Text, await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task The_file_behind_standard_input_is_not_overwritten()
    {
        var file = _folder.PathOf("answers.json");
        File.Copy(Sample.Estate, file);

        (await Tool.RunAsync(Tool.Shell($"\"$flowmatrix\" -i - -o '{file}' < '{file}'"))).Failed(2, "would overwrite");

        Assert.Equal(await File.ReadAllBytesAsync(Sample.Estate), await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task Closed_standard_input_is_an_immediate_error() =>
        (await Tool.RunAsync(Tool.Shell("\"$flowmatrix\" -i - <&-"))).Failed(4, "cannot read standard input");

    [Fact]
    public async Task SIGHUP_stays_ignored_under_nohup()
    {
        var run = await Tool.RunAsync(
            Tool.Shell(
                $"trap '' HUP; {{ echo '['; sleep 1; kill -HUP $(cat '{_folder.PathOf("id")}'); sleep 1; echo ']'; }} "
                    + $"| {{ sh -c 'echo $$ > {_folder.PathOf("id")}; exec \"$flowmatrix\" -i -'; }}"
            )
        );

        run.Failed(4, "");
    }

    [Theory]
    [InlineData(50)]
    [InlineData(60)]
    [InlineData(66)]
    [InlineData(68)]
    [InlineData(70)]
    [InlineData(71)]
    public async Task Too_few_file_descriptors_are_an_error_without_a_stack_trace(int limit)
    {
        var run = await Tool.RunAsync(
            Tool.Shell($"set -o pipefail; ulimit -n {limit}; \"$flowmatrix\" -i '{Sample.Estate}' | cat")
        );

        Assert.DoesNotContain("   at ", run.Error);
        if (run.ExitCode == 0)
        {
            Assert.Equal(((await Run.OnSampleAsync()).Text, ""), (run.Text, run.Error));
        }
        else
        {
            Assert.Equal(1, run.Error.Count(c => c == '\n'));
        }
    }

    [Fact]
    public async Task Too_little_memory_is_an_error_without_a_stack_trace()
    {
        using var error = new StringWriter();
        using var output = new MemoryStream();
        var environment = new FlowMatrix.Terminal.CommandEnvironment
        {
            // More than an array can hold: the runtime refuses it.
            Input = () => new MemoryStream(GC.AllocateUninitializedArray<byte>(int.MaxValue)),
            Output = output,
            Error = error,
            Variable = _ => null,
            Time = TimeProvider.System,
        };

        var code = await FlowMatrix.Commands.CommandLine.RunAsync(["-i", "-"], environment, CancellationToken.None);

        Assert.Equal((70, 0L), (code, output.Length));
        Assert.StartsWith("flowmatrix: not enough memory: ", error.ToString());
        Assert.Equal(1, error.ToString().Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("check -i SAMPLE -p /dev/zero")]
    [InlineData("-i SAMPLE --config /dev/zero")]
    [InlineData("-a localhost:1 --username me --password-file /dev/zero")]
    [InlineData("-a https://localhost:1 --cacert /dev/zero")]
    [InlineData("-a https://localhost:1 --cert /dev/zero")]
    public async Task An_endless_device_is_refused_as_a_small_file(string arguments)
    {
        var run = await Tool.RunAsync(arguments.Replace("SAMPLE", Sample.Estate, StringComparison.Ordinal).Split(' '));

        run.Failed(2, "/dev/zero", "larger than");
    }

    [Fact]
    public async Task A_process_substitution_is_read_like_a_file()
    {
        await using var analyzer = await FakeAnalyzer.StartAsync(
            FakeGraph.Recorded(),
            new() { Username = "admin", Password = "secret" }
        );

        var login = await Tool.RunAsync(
            Tool.Shell(
                $"\"$flowmatrix\" -a {analyzer.Address.Authority} --username admin --password-file <(echo secret)"
            )
        );
        var policy = await Tool.RunAsync(
            Tool.Shell($"\"$flowmatrix\" check -i '{Sample.Estate}' -p <(cat '{Sample.Policy}')")
        );

        login.Succeeded();
        policy.Succeeded();
    }

    [Theory]
    [InlineData("-i FILE -o LINK", "--output", "--input reads")]
    [InlineData("-i SAMPLE --baseline FILE -o LINK", "--output", "--baseline reads")]
    [InlineData("check -i FILE -p SAMPLE --report text=LINK", "--report", "--input reads")]
    public async Task An_input_file_is_not_overwritten_under_another_name(string arguments, params string[] message)
    {
        var (file, link) = (
            _folder.Write("precious", await File.ReadAllTextAsync(Sample.Estate)),
            _folder.PathOf("link")
        );
        (await Tool.RunAsync(Tool.Shell($"ln '{file}' '{link}'"))).Succeeded();

        var run = await Tool.RunAsync([
            .. arguments
                .Split(' ')
                .Select(word =>
                    word.Replace("FILE", file, StringComparison.Ordinal)
                        .Replace("LINK", link, StringComparison.Ordinal)
                        .Replace("SAMPLE", Sample.Estate, StringComparison.Ordinal)
                ),
        ]);

        run.Failed(2, [.. message, "use another file"]);
        Assert.Equal(await File.ReadAllTextAsync(Sample.Estate), await File.ReadAllTextAsync(link));
    }
}
