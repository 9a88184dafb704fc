using System.Text;
using CliWrap;

namespace FlowMatrix.Testing;

/// <summary>The built tool, as a process of its own.</summary>
internal static class Tool
{
    public static readonly string Path = System.IO.Path.Combine(
        AppContext.BaseDirectory,
        "tool",
        OperatingSystem.IsWindows() ? "flowmatrix.exe" : "flowmatrix"
    );

    /// <summary>
    /// Starts a program with default signal handling. A shell that runs the tests in the background makes them ignore
    /// SIGINT, and nohup makes them ignore SIGHUP, and every child process inherits that.
    /// </summary>
    public static readonly string[] WithSignals = OperatingSystem.IsLinux()
        ? ["env", "--default-signal=INT,HUP,TERM"]
        : [];

    public static Command Command(params string[] arguments) => Start([Path, .. arguments]);

    /// <summary>A command line for bash, in which $flowmatrix is the path of the tool.</summary>
    public static Command Shell(string line) =>
        Start(["bash", "-c", line]).WithEnvironmentVariables(variables => variables.Set("flowmatrix", Path));

    /// <summary>Runs a command to its end. A command that hangs for 60 s fails the test.</summary>
    public static async Task<ProcessResult> RunAsync(Command command)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var output = new MemoryStream();
        var error = new StringBuilder();
        var result = await command
            .WithStandardOutputPipe(PipeTarget.ToStream(output))
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(error))
            .ExecuteAsync(limit.Token);
        return new ProcessResult(result.ExitCode, output.ToArray(), error.ToString(), result.RunTime);
    }

    public static Task<ProcessResult> RunAsync(params string[] arguments) => RunAsync(Command(arguments));

    private static Command Start(string[] line)
    {
        string[] all = [.. WithSignals, .. line];
        return CliWrap.Cli.Wrap(all[0]).WithArguments(all[1..]).WithValidation(CommandResultValidation.None);
    }

    public static async Task SignalAsync(int process, string signal) =>
        await CliWrap.Cli.Wrap("kill").WithArguments([$"-{signal}", $"{process}"]).ExecuteAsync();
}

/// <summary>The result of a process that has ended.</summary>
internal sealed record ProcessResult(int ExitCode, byte[] Output, string Error, TimeSpan RunTime)
{
    public string Text => Encoding.UTF8.GetString(Output);

    public ProcessResult Succeeded()
    {
        Assert.Equal("", Error);
        Assert.Equal(0, ExitCode);
        return this;
    }

    /// <summary>
    /// Asserts that the process failed with this exit code, one line on standard error, and no output.
    /// </summary>
    /// <param name="parts">Texts that the line contains.</param>
    public ProcessResult Failed(int code, params string[] parts)
    {
        Assert.Equal(code, ExitCode);
        Assert.Equal(1, Error.Count(c => c == '\n'));
        Assert.All(parts, part => Assert.Contains(part, Error));
        Assert.Empty(Output);
        return this;
    }
}
