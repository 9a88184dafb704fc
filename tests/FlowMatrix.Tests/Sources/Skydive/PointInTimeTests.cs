using FlowMatrix.Sources.Skydive.Client;

namespace FlowMatrix.Tests.Sources.Skydive;

public sealed class PointInTimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 2, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("-10m", "-10m")]
    [InlineData("-1h30m", "-1h30m")]
    [InlineData(" -90s ", "-90s")]
    [InlineData("-90", "-90s")]
    [InlineData("Sat, 31 Jan 2026 12:00:00 GMT", "Sat, 31 Jan 2026 12:00:00 GMT")]
    [InlineData("Sat, 31 Jan 2026 12:00:00 UTC", "Sat, 31 Jan 2026 12:00:00 GMT")]
    [InlineData("Sat, 31 Jan 2026 12:00:00 +02:00", "Sat, 31 Jan 2026 10:00:00 GMT")]
    [InlineData("Sun, 1 Feb 2026 12:00:00 GMT", "Sun, 01 Feb 2026 12:00:00 GMT")]
    [InlineData("2026-01-31T12:00:00Z", "Sat, 31 Jan 2026 12:00:00 GMT")]
    [InlineData("2026-01-31T12:00:00+01:00", "Sat, 31 Jan 2026 11:00:00 GMT")]
    [InlineData("2026-01-31T12:00:00", "Sat, 31 Jan 2026 12:00:00 GMT")]
    [InlineData("2026-01-31 12:00", "Sat, 31 Jan 2026 12:00:00 GMT")]
    [InlineData("2026-01-31T12:00:00.987Z", "Sat, 31 Jan 2026 12:00:00 GMT")]
    [InlineData("2026-01-31", "Sat, 31 Jan 2026 00:00:00 GMT")]
    [InlineData("20260131T120000Z", "Sat, 31 Jan 2026 12:00:00 GMT")]
    [InlineData("1769860800", "Sat, 31 Jan 2026 12:00:00 GMT")]
    [InlineData("1769860800000", "Sat, 31 Jan 2026 12:00:00 GMT")]
    public void A_time_is_converted_to_a_form_that_the_analyzer_accepts(string text, string gremlin)
    {
        Assert.True(PointInTime.TryParse(text, out var value, out var problem), problem);
        Assert.Null(value.FindProblem(Now));
        Assert.Equal(gremlin, value.Gremlin);
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("10m", "\"10m\" is a duration: for a time before now, write -10m")]
    [InlineData("-", "\"\" is not a duration: write for example 60s, 10m or 1h30m")]
    [InlineData("-10x", "\"10x\" is not a duration: write for example 60s, 10m or 1h30m")]
    [InlineData("2026-02-01T12:01", "Sun, 01 Feb 2026 12:01:00 GMT is in the future (a time without a zone is UTC)")]
    [InlineData("2999-01-01", "Tue, 01 Jan 2999 00:00:00 GMT is in the future (a time without a zone is UTC)")]
    [InlineData("60", "60 seconds since 1970 is Thu, 01 Jan 1970 00:01:00 GMT; for 60 seconds ago write -60s")]
    [InlineData(
        "Sat, 31 Jan 2026 12:00:00 CET",
        "\"Sat, 31 Jan 2026 12:00:00 CET\" is not a valid time: write -10m, 2026-01-31T12:00:00Z, "
            + "\"Sat, 31 Jan 2026 12:00:00 GMT\", or seconds since 1970"
    )]
    public void An_invalid_time_is_refused_with_a_correction(string text, string expected)
    {
        var isMoment = PointInTime.TryParse(text, out var value, out var problem);
        Assert.Equal(expected, isMoment ? value!.FindProblem(Now) : problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("Fri, 31 Jan 2026 12:00:00 GMT")]
    [InlineData("2026-02-30")]
    [InlineData("'); G.V()")]
    [InlineData("99999999999999999999")]
    public void Any_other_text_is_refused(string text)
    {
        Assert.False(PointInTime.TryParse(text, out _, out var problem));
        Assert.NotNull(problem);
    }
}
