using Spectre.Console;

namespace FlowMatrix.Output.Tables;

/// <summary>
/// A Spectre.Console that writes to a text writer. Width and colours come from <see cref="FormatOptions"/>; it never
/// asks the terminal or the environment, so that the same input gives the same bytes.
/// </summary>
internal static class PlainConsole
{
    /// <summary>Width without a terminal: wide enough for any row.</summary>
    private const int UnlimitedWidth = 4096;

    /// <summary>
    /// In fewer characters, columns would be one or two letters wide and unreadable. A narrower terminal wraps the
    /// lines.
    /// </summary>
    private const int MinWidth = 72;

    public static IAnsiConsole Create(TextWriter text, FormatOptions options)
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
        console.Profile.Width = Math.Max(MinWidth, options.TerminalWidth ?? UnlimitedWidth);
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
