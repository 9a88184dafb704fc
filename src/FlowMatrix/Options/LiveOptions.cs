namespace FlowMatrix.Options;

/// <summary>Options of the commands that follow an analyzer.</summary>
internal abstract class LiveOptions(string title) : OptionGroup(title)
{
    /// <summary>Enough for the restart of an agent or an analyzer, and usually of a host.</summary>
    protected static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(60);

    protected ValueOption<TimeSpan?> GraceOption() =>
        DurationOrZero(
            "--grace",
            "2m",
            "keep the rows of a lost host for this long, for example while its agent or the analyzer restarts; "
                + "0s: drop them at once [default: 60s]"
        );
}
