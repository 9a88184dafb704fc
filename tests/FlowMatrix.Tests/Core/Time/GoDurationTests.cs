using FlowMatrix.Core.Time;

namespace FlowMatrix.Tests.Core.Time;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("60s", 60)]
    [InlineData("60", 60)]
    [InlineData("0.5", 0.5)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5h", 5400)]
    [InlineData("30m1h", 5400)]
    [InlineData("300ms", 0.3)]
    [InlineData("2us", 0.000002)]
    [InlineData("2µs", 0.000002)]
    [InlineData("2μs", 0.000002)]
    [InlineData("1000ns", 0.000001)]
    [InlineData("1m0.5s", 60.5)]
    public void A_duration_is_parsed_as_in_Go_and_a_plain_number_as_seconds(string text, double seconds)
    {
        Assert.True(GoDuration.TryParse(text, out var value, out var problem), problem);
        Assert.Equal(TimeSpan.FromSeconds(seconds), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-60s")]
    [InlineData("+60s")]
    [InlineData("1h30")]
    [InlineData("30 1h")]
    [InlineData("h")]
    [InlineData("1..5s")]
    [InlineData("1d")]
    [InlineData("1,5s")]
    [InlineData("0")]
    [InlineData("0s")]
    [InlineData("999999999999999999h")]
    [InlineData("9999999999999999999999s")]
    public void An_invalid_duration_is_refused_with_a_reason(string text)
    {
        Assert.False(GoDuration.TryParse(text, out _, out var problem));
        Assert.NotNull(problem);
    }
}
