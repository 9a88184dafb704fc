using System.Globalization;
using FlowMatrix.Core.Events;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;
using FlowMatrix.Output.Tables;
using Spectre.Console.Rendering;

namespace FlowMatrix.Output.Events;

/// <summary>A live event as texts that are safe for a terminal.</summary>
/// <param name="Appeared">Whether the row appeared; otherwise it ended.</param>
/// <param name="Cells">The columns of <see cref="EventGrid"/> after the event and its time.</param>
internal sealed record EventLine(bool Appeared, DateTimeOffset Time, string[] Cells);

/// <summary>
/// The live view of <c>flowmatrix watch</c>: one line per event, in columns that fit the width of the terminal. In a
/// narrow terminal the addresses of known hosts are left out first, then the longest texts are cut.
/// </summary>
internal static class EventGrid
{
    private const string Ellipsis = "…";
    private const int MinWidth = 4;

    /// <summary>
    /// Limit for one text. It is longer than a line of any terminal, and bounds texts of characters without a width.
    /// </summary>
    private const int MaxLength = 500;

    private static readonly string[] Headings =
    [
        "",
        "service host",
        "address",
        "port",
        "service",
        "client host",
        "address",
        "client",
    ];
    private static readonly int[] Addresses = [2, 6];
    private static readonly int[] Shrinkable = [1, 2, 4, 5, 6, 7];

    /// <summary>The events, newest first.</summary>
    public static IEnumerable<EventLine> Lines(EventBatch batch)
    {
        var texts = new RowTexts(batch.Matrix, Printable.Escape);
        return Enumerable
            .Range(0, batch.Events.Count)
            .OrderByDescending(i => batch.Events[i].Time)
            .Select(i =>
            {
                var row = batch.Matrix.Rows[i];
                var (service, client) = (texts.Address(row.ServiceAddress), texts.Address(row.ClientAddress));
                string[] cells =
                [
                    row.Protocol.Name(),
                    row.ServiceHost == 0 ? service : texts.Host(row.ServiceHost),
                    row.ServiceHost == 0 ? "" : service,
                    texts.Port(row.ServicePort),
                    EndNames.Process(texts, row.ServiceProcess),
                    row.ClientHost == 0 ? client : texts.Host(row.ClientHost),
                    row.ClientHost == 0 ? "" : client,
                    EndNames.Process(texts, row.ClientProcess),
                ];
                return new EventLine(
                    batch.Events[i].Appeared,
                    batch.Events[i].Time,
                    [.. cells.Select(cell => Cut(cell, MaxLength))]
                );
            });
    }

    /// <summary>A line of headings, then one line per event.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<EventLine> events, int width, DateTimeOffset now, bool color)
    {
        var times = events.Select(line => Time(line.Time, now)).ToList();
        var timeWidth = times.Append("UTC").Max(text => text.Length);
        var widths = Widths(events, width - timeWidth - 3);
        yield return Paint(Cut($"  {"UTC".PadRight(timeWidth)} {Joined(Headings, widths)}", width), color ? "1" : null);
        for (var i = 0; i < events.Count; i++)
        {
            var (appeared, _, cells) = events[i];
            var line = $"{(appeared ? '+' : '-')} {times[i].PadRight(timeWidth)} {Joined(cells, widths)}";
            yield return Paint(
                Cut(line, width),
                !color ? null
                    : appeared ? "32"
                    : "31"
            );
        }
    }

    /// <summary>Cuts a text to a width on the terminal, with an ellipsis at its end.</summary>
    public static string Cut(string text, int width)
    {
        // Stops at the width, so that a very long text costs no more than the part that is shown.
        var (cells, at, kept) = (0, 0, 0);
        foreach (var character in text.EnumerateRunes())
        {
            cells += Cells(character.ToString());
            if (cells > width || at > MaxLength)
            {
                return text[..kept] + Ellipsis;
            }

            at += character.Utf16SequenceLength;
            kept = cells < width ? at : kept;
        }

        return text;
    }

    /// <summary>The width of each column; 0 for a column that is not shown.</summary>
    private static int[] Widths(IReadOnlyList<EventLine> events, int width)
    {
        var widths = Headings
            .Select((heading, i) => events.Select(line => Cells(line.Cells[i])).Append(heading.Length).Max())
            .ToArray();
        if (Needed() > width)
        {
            Array.ForEach(Addresses, column => widths[column] = 0);
        }

        while (
            Needed() > width && Shrinkable.MaxBy(column => widths[column]) is var widest && widths[widest] > MinWidth
        )
        {
            widths[widest]--;
        }

        return widths;

        int Needed() => widths.Where(column => column > 0).Sum(column => column + 1) - 1;
    }

    private static string Joined(string[] cells, int[] widths) =>
        string.Join(
                ' ',
                cells
                    .Select((cell, i) => (cell, widths[i]))
                    .Where(item => item.Item2 > 0)
                    .Select(item => Padded(Cut(item.cell, item.Item2), item.Item2))
            )
            .TrimEnd();

    private static string Padded(string text, int width) => text + new string(' ', Math.Max(0, width - Cells(text)));

    /// <summary>The width of a text on a terminal, where wide characters take two cells.</summary>
    private static int Cells(string text) => new Segment(text).CellCount();

    private static string Time(DateTimeOffset time, DateTimeOffset now) =>
        time.UtcDateTime.ToString(
            time.UtcDateTime.Date == now.UtcDateTime.Date ? "HH:mm:ss" : "MM-dd HH:mm",
            CultureInfo.InvariantCulture
        );

    private static string Paint(string line, string? style) => style is null ? line : $"\x1b[{style}m{line}\x1b[0m";
}
