using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FlowMatrix.Testing;

namespace FlowMatrix.EndToEnd.Processes;

/// <summary>Runs the built tool in a pseudo-terminal, which the emulator pyte reads.</summary>
internal sealed class PseudoTerminal : IDisposable
{
    private readonly Process _process;

    private PseudoTerminal(Process process)
    {
        _process = process;
    }

    /// <param name="script">A bash script; $flowmatrix is the tool.</param>
    public static PseudoTerminal Start(int rows, int columns, string script)
    {
        string[] line =
        [
            .. Tool.WithSignals,
            "/usr/bin/python3",
            Path.Combine(AppContext.BaseDirectory, "Processes", "terminal.py"),
            Number(rows),
            Number(columns),
            "bash",
            "-c",
            script,
        ];
        var start = new ProcessStartInfo(line[0]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in line[1..])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["flowmatrix"] = Tool.Path;
        start.Environment["TERM"] = "xterm-256color";
        start.Environment.Remove("NO_COLOR");
        return new PseudoTerminal(Process.Start(start)!);
    }

    public Task<Shown> WaitForAsync(string text) => AskAsync($"wait {text}");

    public Task<Shown> TypeAsync(string keys) => AskAsync($"type {keys}");

    public Task<Shown> ResizeAsync(int rows, int columns) => AskAsync($"resize {Number(rows)} {Number(columns)}");

    public Task<Shown> EndAsync() => AskAsync("end");

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task<Shown> AskAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        var answer =
            await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60))
            ?? throw new InvalidOperationException($"the terminal is gone before \"{command}\"");
        return JsonSerializer.Deserialize<Shown>(answer, JsonSerializerOptions.Web)!;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The contents of a terminal, and what was written to it.</summary>
/// <param name="Above">Lines that were scrolled out at the top.</param>
/// <param name="Cursor">Row and column from 0.</param>
/// <param name="Exit">Exit code of the command, once it has ended.</param>
internal sealed record Shown(string[] Lines, string[] Above, int[] Cursor, bool CursorShown, string Raw, int? Exit)
{
    public string Text => string.Join('\n', Lines).TrimEnd();
}
