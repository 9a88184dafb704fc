using System.Reflection;
using System.Runtime.Versioning;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.EndToEnd.Processes;

/// <summary>Exit codes, streams and pipes of the tool as a process.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_version_is_that_of_the_package()
    {
        var run = await Tool.RunAsync("--version");

        var version = typeof(FlowMatrix.Commands.CommandLine)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion;
        Assert.Equal($"{version}\n", run.Succeeded().Text);
    }

    [Fact]
    public async Task The_program_prints_the_same_help_as_in_process()
    {
        var run = await Tool.RunAsync("--help");

        Assert.Equal((await Run.WithAsync("--help")).Text, run.Succeeded().Text);
    }

    [Fact]
    public async Task Standard_output_contains_only_the_matrix()
    {
        var run = await Tool.RunAsync("-i", Sample.Estate, "--verbose");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal((await Run.OnSampleAsync()).Text, run.Text);
        Assert.NotEqual("", run.Error);
    }

    [Fact]
    public async Task Input_can_come_from_a_pipe()
    {
        var run = await Tool.RunAsync(Tool.Shell($"cat '{Sample.Estate}' | \"$flowmatrix\" -i -"));

        Assert.Equal((await Run.OnSampleAsync()).Text, run.Succeeded().Text);
    }

    [Theory]
    [InlineData(2, "--bogus")]
    [InlineData(3, "-a 127.0.0.1:1 --retries 0")]
    [InlineData(4, "-i no-such-file")]
    public async Task Every_kind_of_failure_has_its_exit_code(int code, string arguments)
    {
        var run = await Tool.RunAsync(arguments.Split(' '));

        run.Failed(code, "flowmatrix: ");
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ndjson")]
    [InlineData("json")]
    [InlineData("table")]
    [InlineData("markdown")]
    [InlineData("dot")]
    public async Task A_closed_pipe_ends_the_program_quietly(string format)
    {
        // More than a pipe holds, so that the tool still writes when the reader is gone.
        var input = _folder.PathOf("large.json");
        await File.WriteAllTextAsync(
            input,
            $"[{string.Join(',', FakeGraph.Generated(400, connections: 5).Nodes.Select(node => node.ToJsonString()))}]"
        );

        var run = await Tool.RunAsync(
            Tool.Shell(
                $"\"$flowmatrix\" -i '{input}' -f {format} | head -c 1 > '{_folder.PathOf("head")}'; exit "
                    + $"${{PIPESTATUS[0]}}"
            )
        );

        run.Succeeded();
        Assert.Equal(1, new FileInfo(_folder.PathOf("head")).Length);
    }

    [Theory]
    [InlineData("-f csv")]
    [InlineData("-f json")]
    [InlineData("-f svg")]
    [InlineData("--help")]
    [InlineData("--version")]
    public async Task A_full_device_as_standard_output_is_an_error(string arguments)
    {
        var run = await Tool.RunAsync(Tool.Shell($"\"$flowmatrix\" -i '{Sample.Estate}' {arguments} > /dev/full"));

        run.Failed(4, "cannot write to standard output: No space left");
    }

    [Fact]
    public async Task A_closed_standard_output_is_an_error()
    {
        var run = await Tool.RunAsync(Tool.Shell($"\"$flowmatrix\" -i '{Sample.Estate}' >&-"));

        run.Failed(4, "cannot write to standard output");
    }

    [Fact]
    public async Task Output_to_a_file_opened_by_the_shell_is_appended()
    {
        var file = _folder.Write("log", "first\n");

        var run = await Tool.RunAsync(Tool.Shell($"\"$flowmatrix\" -i '{Sample.Estate}' -o /dev/stdout >> '{file}'"));

        run.Succeeded();
        Assert.Equal($"first\n{(await Run.OnSampleAsync()).Text}", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_named_pipe_is_written_to()
    {
        var pipe = _folder.PathOf("pipe.csv");

        var run = await Tool.RunAsync(
            Tool.Shell(
                $"mkfifo '{pipe}' && {{ cat '{pipe}' & \"$flowmatrix\" -i '{Sample.Estate}' -o '{pipe}'; "
                    + $"status=$?; wait; exit $status; }}"
            )
        );

        Assert.Equal((await Run.OnSampleAsync()).Text, run.Succeeded().Text);
    }

    [Fact]
    public async Task A_new_file_has_the_permissions_of_the_umask()
    {
        var run = await Tool.RunAsync(
            Tool.Shell($"umask 027; \"$flowmatrix\" -i '{Sample.Estate}' -o '{_folder.PathOf("matrix.csv")}'")
        );

        run.Succeeded();
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
            File.GetUnixFileMode(_folder.PathOf("matrix.csv"))
        );
    }
}
