using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FlowMatrix.Core.Time;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>
/// A point in time from the command line, in a form that the analyzer accepts: RFC 1123, or a Go duration before now.
/// Source: docs/skydive-protocol.md, "History".
/// </summary>
internal sealed record PointInTime(string Gremlin)
{
    /// <summary>Null for a duration before now.</summary>
    private DateTimeOffset? _moment;

    private const string Forms =
        "write -10m, 2026-01-31T12:00:00Z, \"Sat, 31 Jan 2026 12:00:00 GMT\", or seconds since 1970";

    /// <summary>Larger numbers are milliseconds, as in Skydive's Context step.</summary>
    private const long LastSecond = int.MaxValue;

    /// <summary>
    /// Smaller numbers (before September 2001) are refused: they are durations or dates written wrongly.
    /// </summary>
    private const long FirstSecond = 1_000_000_000;

    private static readonly string[] Iso8601 =
    [
        .. from date in (string[])["yyyy-MM-dd'T'", "yyyy-MM-dd' '"]
        from time in (string[])["HH:mm", "HH:mm:ss", "HH:mm:ss.FFFFFFF"]
        from zone in (string[])["", "K", "zzz"]
        select date + time + zone,
        "yyyy-MM-dd",
        "yyyyMMdd'T'HHmmss",
        "yyyyMMdd'T'HHmmssK",
    ];

    private static readonly string[] Rfc1123 =
    [
        .. from day in (string[])["ddd, dd", "ddd, d"]
        from zone in (string[])["'GMT'", "'UTC'", "zzz"]
        select $"{day} MMM yyyy HH:mm:ss {zone}",
    ];

    /// <summary>
    /// Parses a Go duration before now (-10m), RFC 1123, ISO 8601 (UTC if it has no zone), or seconds or
    /// milliseconds since 1970.
    /// </summary>
    /// <param name="problem">What is wrong and what to write instead; null if the text is valid.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out PointInTime? value, out string? problem)
    {
        text = text.Trim();
        value = null;
        if (text.StartsWith('-'))
        {
            if (GoDuration.TryParse(text[1..], out _, out problem))
            {
                // Passed on, since it is relative to the analyzer's clock. The analyzer requires a unit.
                value = new PointInTime(char.IsAsciiLetter(text[^1]) ? text : $"{text}s");
            }
        }
        else if (GoDuration.TryParse(text, out _, out _) && char.IsAsciiLetter(text[^1]))
        {
            problem = $"\"{text}\" is a duration: for a time before now, write -{text}";
        }
        else if (TryParseMoment(text, out var moment, out problem))
        {
            value = new PointInTime(Rfc1123Text(moment)) { _moment = moment };
        }

        return value is not null;
    }

    /// <returns>The problem if the time is in the future; else null.</returns>
    public string? FindProblem(DateTimeOffset now) =>
        _moment > now ? $"{Gremlin} is in the future (a time without a zone is UTC)" : null;

    private static bool TryParseMoment(string text, out DateTimeOffset moment, out string? problem)
    {
        problem = null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            moment =
                number > LastSecond
                    ? DateTimeOffset.FromUnixTimeMilliseconds(
                        Math.Min(number, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
                    )
                    : DateTimeOffset.FromUnixTimeSeconds(number);
            if (number < FirstSecond)
            {
                problem = $"{text} seconds since 1970 is {Rfc1123Text(moment)}; for {text} seconds ago write -{text}s";
            }
        }
        else if (!TryParseExact(text, Iso8601, out moment) && !TryParseExact(text, Rfc1123, out moment))
        {
            problem = $"\"{text}\" is not a valid time: {Forms}";
        }

        return problem is null;
    }

    private static bool TryParseExact(string text, string[] formats, out DateTimeOffset moment) =>
        DateTimeOffset.TryParseExact(
            text,
            formats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out moment
        );

    private static string Rfc1123Text(DateTimeOffset moment) => moment.ToString("r", CultureInfo.InvariantCulture);
}
