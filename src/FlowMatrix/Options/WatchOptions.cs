using System.CommandLine;
using FlowMatrix.Core.Text;
using FlowMatrix.Live;
using FlowMatrix.Output;
using FlowMatrix.Output.Events;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>What is told of the changes, where, and until when.</summary>
internal sealed class WatchOptions : LiveOptions
{
    /// <summary>Several scans of the agents, and what they saw has settled.</summary>
    private static readonly TimeSpan DefaultStable = TimeSpan.FromMinutes(1);

    private readonly Option<string?> _format;
    private readonly Option<string?> _output;
    private readonly Option<bool> _initial;
    private readonly Option<string?> _settle;
    private readonly Option<string?> _grace;
    private readonly Option<string?> _for;
    private readonly Option<string?> _untilStable;
    private readonly Option<bool> _noHeader;
    private readonly Option<bool> _spreadsheetSafe;

    public WatchOptions()
        : base("Changes")
    {
        _format = Text("--format", "name", $"{Names()}; a table in a terminal is a live view [default: by the ending of --output, else table]", "-f");
        _output = Text("--output", "file", "append to it, line by line, instead of writing to standard output", "-o");
        _initial = Switch("--initial", "begin with the rows that are there already, as ones that came");
        _settle = Text("--settle", "time", "tell only what stayed so for so long: one event where two ends are seen seconds apart; 0s tells all at once [default: 15s]");
        _grace = GraceOption();
        _for = Text("--for", "time", "end after so long");
        _untilStable = Text("--until-stable", "time", "end once no row that passes the filters has come or gone for so long [default: 1m, where it is said without a time]");
        _untilStable.Arity = ArgumentArity.ZeroOrOne;
        _noHeader = Switch("--no-header", "csv without its first line");
        _spreadsheetSafe = Switch("--spreadsheet-safe", "csv in which no cell is a formula: ' before = + - @");
    }

    public WatchRequest Bind(ParseResult parsed, CommandEnvironment environment)
    {
        var path = parsed.GetValue(_output) is { } file and not "-" ? file : null;
        var format = FormatOf(parsed.GetValue(_format), path);
        return new WatchRequest(
            format,
            path,
            IsScreen: path is null && environment.OutputIsTerminal && environment.Variable("TERM") != "dumb" && format is EventTableFormat,
            parsed.GetValue(_initial),
            SpanOrNone(parsed, _settle, TimeSpan.FromSeconds(15)),
            SpanOrNone(parsed, _grace, DefaultGrace),
            new WatchEnd(SourceOptions.Duration(parsed, _for), Stable(parsed)),
            new FormatOptions
            {
                Header = !parsed.GetValue(_noHeader),
                SpreadsheetSafe = parsed.GetValue(_spreadsheetSafe),
            });
    }

    private EventFormat FormatOf(string? name, string? path)
    {
        if (name is not null)
        {
            return EventFormat.All.FirstOrDefault(format => format.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw Wrong(_format, name, $"is no format of changes{Suggestion.DidYouMean(name, EventFormat.All.Select(format => format.Name))}; there are {Names()}");
        }

        return path is null || Path.GetExtension(path).Length == 0 ? EventFormat.All[0]
            : EventFormat.All.FirstOrDefault(format => format.Extensions.Any(
                ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
            ?? throw Wrong(_output, path, $"its ending is no format of changes: say which with --format; there are {Names()}");
    }

    private TimeSpan? Stable(ParseResult parsed) =>
        SourceOptions.Duration(parsed, _untilStable) ?? (parsed.GetResult(_untilStable) is { Implicit: false } ? DefaultStable : null);

    private static string Names() => string.Join(", ", EventFormat.All.Select(format => format.Name));
}
