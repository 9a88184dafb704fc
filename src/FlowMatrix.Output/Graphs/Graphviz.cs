using System.ComponentModel;
using CliWrap;
using CliWrap.Exceptions;
using FlowMatrix.Core;

namespace FlowMatrix.Output.Graphs;

/// <summary>Runs Graphviz's program. Source: graphviz.org, "Command line".</summary>
internal static class Graphviz
{
    public static readonly IReadOnlyList<string> Engines =
    [
        "dot",
        "neato",
        "fdp",
        "sfdp",
        "circo",
        "twopi",
        "osage",
        "patchwork",
    ];

    private const string HowToInstall =
        "Graphviz is not installed: install it (Debian and Ubuntu: apt install graphviz; Fedora: dnf install graphviz; "
        + "macOS: brew install graphviz), or use --format dot, which works without it";

    /// <param name="program">Path of Graphviz's program; null if it is not installed.</param>
    /// <param name="write">Writes the graph in Graphviz's language.</param>
    /// <exception cref="Failure">Graphviz is not installed, or it failed.</exception>
    public static async Task DrawAsync(
        string? program,
        string format,
        string engine,
        Func<Stream, CancellationToken, Task> write,
        Stream output,
        CancellationToken cancel
    )
    {
        if (program is null)
        {
            throw new Failure(FailureKind.Graphviz, HowToInstall);
        }

        var errorOutput = new System.Text.StringBuilder();
        try
        {
            await CliWrap
                .Cli.Wrap(program)
                .WithArguments([$"-K{engine}", $"-T{format}"])
                .WithEnvironmentVariables(variables => variables.Set("SOURCE_DATE_EPOCH", "0"))
                .WithStandardInputPipe(PipeSource.Create(write))
                .WithStandardOutputPipe(PipeTarget.ToStream(output))
                .WithStandardErrorPipe(PipeTarget.ToStringBuilder(errorOutput))
                .ExecuteAsync(cancel);
        }
        catch (Win32Exception e)
        {
            throw new Failure(FailureKind.Graphviz, $"Graphviz cannot be started: {program}: {e.Message}", e);
        }
        catch (CommandExecutionException e)
        {
            throw new Failure(
                FailureKind.Graphviz,
                $"Graphviz (dot -K{engine} -T{format}) failed with exit code {e.ExitCode}: {FirstLine(errorOutput.ToString())}",
                e
            );
        }
    }

    /// <summary>The formats that the installed Graphviz supports; empty if it is not installed.</summary>
    /// <param name="program">Path of Graphviz's program; null if it is not installed.</param>
    public static async Task<IReadOnlyList<string>> FormatsAsync(string? program, CancellationToken cancel)
    {
        if (program is null)
        {
            return [];
        }

        var errorOutput = new System.Text.StringBuilder();
        try
        {
            // Graphviz lists its formats in the error message for an unknown one.
            await CliWrap
                .Cli.Wrap(program)
                .WithArguments(["-T?"])
                .WithValidation(CommandResultValidation.None)
                .WithStandardErrorPipe(PipeTarget.ToStringBuilder(errorOutput))
                .ExecuteAsync(cancel);
        }
        catch (Win32Exception)
        {
            return [];
        }

        const string Introduction = "Use one of:";
        var text = errorOutput.ToString();
        var list = text.IndexOf(Introduction, StringComparison.Ordinal);
        return list < 0
            ? []
            : text[(list + Introduction.Length)..]
                .Split(
                    (char[])[' ', '\n', '\r'],
                    StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
                );
    }

    private static string FirstLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [var first, ..] ? first : "no error message";
}
