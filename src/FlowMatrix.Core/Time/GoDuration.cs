using System.Buffers;
using System.Globalization;
using System.Text;

namespace FlowMatrix.Core.Time;

/// <summary>
/// Durations as Skydive writes them: numbers with units in any order, such as 60s, 1h30m, 1.5h, 300ms. A number without
/// a unit counts seconds. Source: Go's time.ParseDuration.
/// </summary>
internal static class GoDuration
{
    private const string Example = "write for example 60s, 10m or 1h30m";

    /// <summary>The longest duration that Go can hold: 64-bit nanoseconds, about 292 years.</summary>
    private static readonly TimeSpan Max = TimeSpan.FromTicks(long.MaxValue / 100);

    private static readonly SearchValues<char> InNumbers = SearchValues.Create("0123456789.");

    // Longer units come first, because "ms" starts with "m". Both micro signs are in use.
    private static readonly (string Unit, decimal Ticks)[] Units =
    [
        ("ns", 0.01m),
        ("us", TimeSpan.TicksPerMicrosecond),
        ("\u00b5s", TimeSpan.TicksPerMicrosecond),
        ("\u03bcs", TimeSpan.TicksPerMicrosecond),
        ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>Parses a duration longer than zero.</summary>
    /// <param name="problem">What is wrong and what to write instead; null on success.</param>
    public static bool TryParse(string text, out TimeSpan value, out string? problem)
    {
        value = default;
        problem = null;
        var rest = text.AsSpan().Trim();
        if (rest.IsEmpty || rest[0] is '-' or '+')
        {
            problem = $"\"{text}\" is not a duration: {Example}";
            return false;
        }

        decimal ticks = 0;
        while (!rest.IsEmpty)
        {
            if (!TakeNumber(ref rest, out var number) || !TakeUnit(ref rest, rest.IsEmpty && ticks == 0, out var unit))
            {
                problem = $"\"{text}\" is not a duration: {Example}";
                return false;
            }

            // Cannot overflow: a number has at most 18 digits, and the sum is checked at each step.
            ticks += number * unit;
            if (ticks > Max.Ticks)
            {
                problem = $"\"{text}\" is too long: the longest duration is about 292 years";
                return false;
            }
        }

        value = TimeSpan.FromTicks((long)ticks);
        if (value == TimeSpan.Zero)
        {
            problem = $"\"{text}\" must be longer than zero: {Example}";
        }

        return problem is null;
    }

    /// <summary>Formats a duration as users write it: 90 seconds are "1m30s".</summary>
    public static string Text(TimeSpan span)
    {
        var text = new StringBuilder();
        var rest = span.Ticks;
        foreach (
            var (unit, ticksPerUnit) in Units
                .Reverse()
                .Where(unit => unit.Ticks >= TimeSpan.TicksPerMicrosecond && unit.Unit[0] < 0x80)
        )
        {
            var count = rest / (long)ticksPerUnit;
            rest -= count * (long)ticksPerUnit;
            text.Append(count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{count}{unit}"));
        }

        return text.ToString();
    }

    private static bool TakeNumber(ref ReadOnlySpan<char> rest, out decimal number)
    {
        var length = rest.IndexOfAnyExcept(InNumbers);
        length = length < 0 ? rest.Length : length;
        var digits = rest[..length];
        rest = rest[length..];
        number = 0;
        return length <= 18
            && decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    private static bool TakeUnit(ref ReadOnlySpan<char> rest, bool isOptional, out decimal ticks)
    {
        foreach (var (unit, ticksPerUnit) in Units)
        {
            if (rest.StartsWith(unit, StringComparison.Ordinal))
            {
                rest = rest[unit.Length..];
                ticks = ticksPerUnit;
                return true;
            }
        }

        ticks = TimeSpan.TicksPerSecond;
        return isOptional;
    }
}
