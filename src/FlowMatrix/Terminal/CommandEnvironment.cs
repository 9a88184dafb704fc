using FlowMatrix.Output;
using FlowMatrix.Sources.Skydive.Saving;

namespace FlowMatrix.Terminal;

/// <summary>Everything outside the tool that a run uses. Tests replace it.</summary>
internal sealed record CommandEnvironment
{
    public required Func<Stream> Input { get; init; }

    public required Stream Output { get; init; }

    public required TextWriter Error { get; init; }

    public required Func<string, string?> Variable { get; init; }

    /// <summary>The current folder of the caller.</summary>
    public string Directory { get; init; } = "";

    /// <summary>How long an interrupted command may take to end.</summary>
    public ShutdownTimeout ShutdownTimeout { get; } = new();

    /// <summary>Secrets that no message may show.</summary>
    public SecretMask Secrets { get; } = new();

    /// <summary>The only clock of a command.</summary>
    public required TimeProvider Time { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public int TerminalWidth { get; init; } = 80;

    /// <summary>The current size: a user may change it during a run.</summary>
    public Func<(int Width, int Height)> TerminalSize { get; init; } = () => (80, 24);

    /// <summary>As wide as the terminal, and in colors unless NO_COLOR is set.</summary>
    public FormatOptions FormatOptions(bool toTerminal) =>
        new() { TerminalWidth = toTerminal ? TerminalWidth : null, Color = toTerminal && Variable("NO_COLOR") is null };

    public static CommandEnvironment FromProcess()
    {
        PreserveKeypadMode();
        return new()
        {
            Input = StandardStreams.OpenInput,
            Output = StandardStreams.OpenOutput(),
            Error = StandardStreams.OpenError(),
            Variable = name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
#pragma warning disable RS0030 // the only use of the system clock: all other code gets it from here
            Time = TimeProvider.System,
#pragma warning restore RS0030
            OutputIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            TerminalWidth = Width(),
            TerminalSize = () => (Width(), Console.WindowHeight is > 0 and var height ? height : 24),
        };
    }

    /// <summary>
    /// The path of a program; null if it is not found. Only the folders of PATH are searched: a process that is started
    /// by its bare name is searched in the current folder first, where anybody may have put one.
    /// </summary>
    public string? Program(string name) =>
        (Variable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name))
            .FirstOrDefault(File.Exists);

    /// <summary>
    /// When .NET first uses a terminal, it switches the keypad to application mode (terminfo's smkx) and leaves it so.
    /// Without TERM it finds no terminfo, and nothing else here needs one.
    /// </summary>
    private static void PreserveKeypadMode()
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

        // A terminal of unknown size reports 0.
        return Console.WindowWidth is > 0 and var width ? width : 80;
    }
}
