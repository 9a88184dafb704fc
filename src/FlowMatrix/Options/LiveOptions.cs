using System.CommandLine;

namespace FlowMatrix.Options;

/// <summary>Options of the commands that follow an analyzer.</summary>
internal abstract class LiveOptions(string title) : OptionGroup(title)
{
    /// <summary>An agent or an analyzer that is restarted is back sooner, and a host that was rebooted mostly is.</summary>
    protected static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(60);

    protected Option<string?> GraceOption() =>
        Text(
            "--grace",
            "time",
            "keep the rows of a lost host for this long, for example while its agent or the analyzer restarts; "
                + "0s: drop them at once [default: 60s]"
        );

    /// <summary>A span of time, where none at all is one, too.</summary>
    protected static TimeSpan SpanOrNone(ParseResult parsed, Option<string?> option, TimeSpan otherwise) =>
        parsed.GetValue(option) is "0" or "0s" ? TimeSpan.Zero : SourceOptions.Duration(parsed, option) ?? otherwise;
}
