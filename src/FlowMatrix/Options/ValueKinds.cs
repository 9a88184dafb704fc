using System.Globalization;
using FlowMatrix.Core.Time;

namespace FlowMatrix.Options;

/// <summary>The kinds of values that several options have.</summary>
internal static class ValueKinds
{
    /// <summary>A time above zero: 60s, 1h30m.</summary>
    public static bool TryParseDuration(string text, out TimeSpan? value, out string? problem)
    {
        var isDuration = GoDuration.TryParse(text, out var duration, out problem);
        (value, problem) = (isDuration ? duration : null, isDuration ? null : $": {problem}");
        return isDuration;
    }

    /// <summary>A time, or zero.</summary>
    public static bool TryParseDurationOrZero(string text, out TimeSpan? value, out string? problem)
    {
        if (text is "0" or "0s")
        {
            (value, problem) = (TimeSpan.Zero, null);
            return true;
        }

        return TryParseDuration(text, out value, out problem);
    }

    /// <summary>A whole number in a range.</summary>
    public static TryParseValue<int?> Number(int min, int max) =>
        (string text, out int? value, out string? problem) =>
        {
            var isNumber =
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= min
                && number <= max;
            (value, problem) = (
                isNumber ? number : null,
                isNumber ? null : $" \"{text}\": must be a number from {min} to {max}"
            );
            return isNumber;
        };
}
