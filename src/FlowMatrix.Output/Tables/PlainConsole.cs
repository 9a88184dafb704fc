using Spectre.Console;

namespace FlowMatrix.Output.Tables;

/// <summary>Spectre.Console over a text of ours: it asks no terminal and no environment, it is told.</summary>
internal static class PlainConsole
{
    /// <summary>Wide enough for any row: what is no terminal has no width.</summary>
    private const int Unbounded = 4096;

    /// <summary>In less, columns of a letter or two say nothing: a narrower terminal shows a row on several lines.</summary>
    private const int Narrowest = 72;

    public static IAnsiConsole Over(TextWriter text, FormatOptions options)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = options.Color ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = options.Color ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(text),
                Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            }
        );
        console.Profile.Width = Math.Max(Narrowest, options.TerminalWidth ?? Unbounded);
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
