using FlowMatrix.Output;
using FlowMatrix.Sources.Skydive.Saving;

namespace FlowMatrix.Terminal;

/// <summary>What a run of the tool touches outside itself; tests give it their own.</summary>
internal sealed record CommandEnvironment
{
    public required Func<Stream> Input { get; init; }

    public required Stream Output { get; init; }

    public required TextWriter Error { get; init; }

    public required Func<string, string?> Variable { get; init; }

    /// <summary>Where the caller is.</summary>
    public string Directory { get; init; } = "";

    /// <summary>What an interrupted command may still do.</summary>
    public ShutdownTimeout ShutdownTimeout { get; } = new();

    /// <summary>What no message may show.</summary>
    public SecretMask Secrets { get; } = new();

    /// <summary>The only clock of a command.</summary>
    public required TimeProvider Time { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public int TerminalWidth { get; init; } = 80;

    /// <summary>Now: a user may change it while the tool runs.</summary>
    public Func<(int Width, int Height)> TerminalSize { get; init; } = () => (80, 24);

    /// <summary>How text is written to where it goes: as wide as the terminal, and in colours unless NO_COLOR says no.</summary>
    public FormatOptions FormatOptions(bool toTerminal) =>
        new() { TerminalWidth = toTerminal ? TerminalWidth : null, Color = toTerminal && Variable("NO_COLOR") is null };

    public static CommandEnvironment FromProcess()
    {
        LeaveKeypadAlone();
        return new()
        {
            Input = StandardStreams.OpenInput,
            Output = StandardStreams.OpenOutput(),
            Error = StandardStreams.OpenError(),
            Variable = name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
#pragma warning disable RS0030 // here the clock of the machine comes in
            Time = TimeProvider.System,
#pragma warning restore RS0030
            OutputIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            TerminalWidth = Width(),
            TerminalSize = () => (Width(), Console.WindowHeight is > 0 and var height ? height : 24),
        };
    }

    /// <summary>
    /// Where a program lies, or null. Only the folders of PATH are looked in: a process that is started by a bare name
    /// is looked for in the current folder first, and what lies there may be anybody's.
    /// </summary>
    public string? Program(string name) =>
        (Variable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name))
            .FirstOrDefault(File.Exists);

    /// <summary>
    /// At its first use of a terminal, .NET switches that one's keypad to the mode of applications that read keys, as
    /// terminfo has it under smkx, and leaves it so. Without TERM it finds no terminfo, and nothing else needs one here.
    /// </summary>
    private static void LeaveKeypadAlone()
    {
        if (Environment.GetEnvironmentVariable("TERM") is { } terminal)
        {
            Environment.SetEnvironmentVariable("TERM", null);
            _ = Width();
            Environment.SetEnvironmentVariable("TERM", terminal);
        }
    }

    private static int Width()
    {
        if (Console.IsOutputRedirected && Console.IsErrorRedirected)
        {
            return 80;
        }

        // A terminal that doesn't know its size says 0.
        return Console.WindowWidth is > 0 and var width ? width : 80;
    }
}
