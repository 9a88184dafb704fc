using System.CommandLine;
using FlowMatrix.Live;
using FlowMatrix.Output;
using FlowMatrix.Output.Events;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>Which live events are reported, where, and for how long.</summary>
internal sealed class WatchOptions : LiveOptions
{
    /// <summary>The time of several scans of the agents.</summary>
    private static readonly TimeSpan DefaultStable = TimeSpan.FromMinutes(1);

    private static readonly FormatChoice<EventFormat> Formats = new(
        EventFormat.All,
        "a format for live events",
        format => format.Name,
        format => format.Extensions
    );

    private readonly Option<string?> _format;
    private readonly Option<string?> _output;
    private readonly Option<bool> _initial;
    private readonly ValueOption<TimeSpan?> _settle;
    private readonly ValueOption<TimeSpan?> _grace;
    private readonly ValueOption<TimeSpan?> _for;
    private readonly ValueOption<TimeSpan?> _untilStable;
    private readonly CsvSwitches _csv;

    public WatchOptions()
        : base("Live events")
    {
        _format = Text(
            "--format",
            "name",
            "ndjson",
            $"{Formats.Names}; a table in a terminal is a live view "
                + "[default: by the extension of --output, else table]",
            "-f"
        );
        _output = Text(
                "--output",
                "file",
                "events.ndjson",
                "append lines to this file instead of writing to standard output",
                "-o"
            )
            .Writes();
        _initial = Switch("--initial", "start with the existing rows, reported as new");
        _settle = DurationOrZero(
            "--settle",
            "30s",
            "report a row only after it has stayed the same for this long, so that two ends seen seconds apart are one "
                + "event; 0s: report at once [default: 15s]"
        );
        _grace = GraceOption();
        _for = Duration("--for", "1h", "stop after this time");
        _untilStable = Duration(
            "--until-stable",
            "2m",
            "stop when no row has appeared or ended for this long [default without a time: 1m]"
        );
        _untilStable.Arity = ArgumentArity.ZeroOrOne;
        _csv = new CsvSwitches(this);
    }

    public WatchRequest Bind(ParseResult parsed, CommandEnvironment environment)
    {
        var path = _output.GetPath(parsed);
        var format = Formats.Choose(parsed, _format, _output);
        return new WatchRequest(
            format,
            path,
            IsScreen: path is null
                && environment.OutputIsTerminal
                && environment.Variable("TERM") != "dumb"
                && format is EventTableFormat,
            parsed.GetValue(_initial),
            _settle.Get(parsed) ?? TimeSpan.FromSeconds(15),
            _grace.Get(parsed) ?? DefaultGrace,
            new WatchEnd(_for.Get(parsed), Stable(parsed)),
            _csv.Apply(parsed, new FormatOptions())
        );
    }

    private TimeSpan? Stable(ParseResult parsed) =>
        _untilStable.Get(parsed) ?? (parsed.GetResult(_untilStable) is { Implicit: false } ? DefaultStable : null);
}
