using System.Text;
using FlowMatrix.Commands;
using FlowMatrix.Terminal;

namespace FlowMatrix.Testing;

/// <summary>The environment of a run of the tool in a test: standard input, variables, terminal, clock.</summary>
internal sealed record RunEnvironment
{
    /// <summary>The content of standard input.</summary>
    public byte[] Input { get; init; } = [];

    /// <summary>Environment variables, besides PATH.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>The current folder.</summary>
    public string Directory { get; init; } = "";

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public int TerminalWidth { get; init; } = 80;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Receives standard output instead of the result.</summary>
    public Stream? Output { get; init; }
}

/// <summary>The result of a run of the tool inside the test process.</summary>
internal sealed record Run(int ExitCode, byte[] Output, string Error)
{
    public string Text => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Output);

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static Task<Run> WithAsync(params string[] arguments) => WithAsync(new RunEnvironment(), arguments);

    public static async Task<Run> WithAsync(RunEnvironment environment, params string[] arguments)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter { NewLine = "\n" };
        var code = await CommandLine.RunAsync(
            arguments,
            new CommandEnvironment
            {
                Input = () => new MemoryStream(environment.Input),
                Output = environment.Output ?? output,
                Error = error,
                Variable = name =>
                    environment.Variables.GetValueOrDefault(name)
                    ?? (name == "PATH" ? Environment.GetEnvironmentVariable(name) : null),
                Directory = environment.Directory,
                Time = environment.Time,
                OutputIsTerminal = environment.OutputIsTerminal,
                ErrorIsTerminal = environment.ErrorIsTerminal,
                TerminalWidth = environment.TerminalWidth,
            },
            CancellationToken.None
        );
        return new Run(code, output.ToArray(), error.ToString());
    }

    /// <summary>Runs the tool on the sample estate.</summary>
    public static Task<Run> OnSampleAsync(params string[] arguments) => OnSampleAsync(new RunEnvironment(), arguments);

    public static Task<Run> OnSampleAsync(RunEnvironment environment, params string[] arguments) =>
        WithAsync(environment, ["--input", Sample.Estate, .. arguments]);

    /// <summary>Asserts exit code 0 and an empty standard error.</summary>
    public Run Succeeded()
    {
        Assert.Equal("", Error);
        Assert.Equal(0, ExitCode);
        return this;
    }

    /// <summary>Asserts that the run failed with this exit code, one line on standard error, and no output.</summary>
    /// <param name="parts">Texts that the line contains.</param>
    public Run Failed(int code, params string[] parts)
    {
        Assert.Equal(code, ExitCode);
        Assert.StartsWith("flowmatrix: ", Error);
        Assert.EndsWith("\n", Error);
        Assert.Equal(1, Error.Count(c => c == '\n'));
        Assert.All(parts, part => Assert.Contains(part, Error));
        Assert.Empty(Output);
        return this;
    }
}

/// <summary>The files in the folder samples.</summary>
internal static class Sample
{
    public static string Estate => PathOf("devstack.json");

    public static string Flows => PathOf("devstack-flows.json");

    public static string Policy => PathOf("flows.yaml");

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "samples", file);
}
