using System.Text;
using CliWrap;

namespace FlowMatrix.Testing;

/// <summary>The built tool, as a process of its own.</summary>
internal static class Tool
{
    public static readonly string Path = System.IO.Path.Combine(
        AppContext.BaseDirectory,
        OperatingSystem.IsWindows() ? "flowmatrix.exe" : "flowmatrix"
    );

    /// <summary>
    /// What starts a program with signals as they are by default: a shell that runs the tests in the background has
    /// them ignore SIGINT, and nohup SIGHUP, which every program below them inherits.
    /// </summary>
    public static readonly string[] WithSignals = OperatingSystem.IsLinux()
        ? ["env", "--default-signal=INT,HUP,TERM"]
        : [];

    public static Command Command(params string[] arguments) => Start([Path, .. arguments]);

    /// <summary>A line for bash in which $flowmatrix is the tool.</summary>
    public static Command Shell(string line) =>
        Start(["bash", "-c", line]).WithEnvironmentVariables(variables => variables.Set("flowmatrix", Path));

    /// <summary>Runs to its end; one that hangs fails the test.</summary>
    public static async Task<Finished> RunAsync(Command command)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var output = new MemoryStream();
        var error = new StringBuilder();
        var result = await command
            .WithStandardOutputPipe(PipeTarget.ToStream(output))
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(error))
            .ExecuteAsync(limit.Token);
        return new Finished(result.ExitCode, output.ToArray(), error.ToString(), result.RunTime);
    }

    public static Task<Finished> RunAsync(params string[] arguments) => RunAsync(Command(arguments));

    private static Command Start(string[] line)
    {
        string[] all = [.. WithSignals, .. line];
        return CliWrap.Cli.Wrap(all[0]).WithArguments(all[1..]).WithValidation(CommandResultValidation.None);
    }

    public static async Task SignalAsync(int process, string signal) =>
        await CliWrap.Cli.Wrap("kill").WithArguments([$"-{signal}", $"{process}"]).ExecuteAsync();
}

internal sealed record Finished(int ExitCode, byte[] Output, string Error, TimeSpan RunTime)
{
    public string Text => Encoding.UTF8.GetString(Output);

    public Finished Succeeded()
    {
        Assert.Equal("", Error);
        Assert.Equal(0, ExitCode);
        return this;
    }

    /// <summary>It failed with this exit code, one line about it, and no output.</summary>
    public Finished Failed(int code, params string[] said)
    {
        Assert.Equal(code, ExitCode);
        Assert.Equal(1, Error.Count(c => c == '\n'));
        Assert.All(said, words => Assert.Contains(words, Error));
        Assert.Empty(Output);
        return this;
    }
}
