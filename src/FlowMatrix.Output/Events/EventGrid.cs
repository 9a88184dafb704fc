using System.Globalization;
using FlowMatrix.Core.Events;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;
using FlowMatrix.Output.Tables;
using Spectre.Console.Rendering;

namespace FlowMatrix.Output.Events;

/// <summary>A row that came or went, in texts that are fit for a terminal.</summary>
/// <param name="Cells">In the order of the columns of a <see cref="EventGrid"/>, without event and time.</param>
internal sealed record EventLine(bool Came, DateTimeOffset Time, string[] Cells);

/// <summary>
/// Rows that came and went in columns that fit the width of a terminal, a line each: where it is narrow, addresses of
/// known hosts are left out first, then the longest texts are cut.
/// </summary>
internal static class EventGrid
{
    private const string Ellipsis = "…";
    private const int Narrowest = 4;

    /// <summary>More than a line of any terminal shows, and than characters without a width can be.</summary>
    private const int MostCharacters = 500;

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

    /// <summary>The newest first.</summary>
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
                    batch.Events[i].Came,
                    batch.Events[i].Time,
                    [.. cells.Select(cell => Cut(cell, MostCharacters))]
                );
            });
    }

    /// <summary>A line of headings, then one for each change.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<EventLine> changes, int width, DateTimeOffset now, bool color)
    {
        var times = changes.Select(change => Time(change.Time, now)).ToList();
        var timeWidth = times.Append("UTC").Max(text => text.Length);
        var widths = Widths(changes, width - timeWidth - 3);
        yield return Paint(Cut($"  {"UTC".PadRight(timeWidth)} {Joined(Headings, widths)}", width), color ? "1" : null);
        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            var line = $"{(change.Came ? '+' : '-')} {times[i].PadRight(timeWidth)} {Joined(change.Cells, widths)}";
            yield return Paint(
                Cut(line, width),
                !color ? null
                    : change.Came ? "32"
                    : "31"
            );
        }
    }

    /// <summary>At most so many characters wide on a terminal.</summary>
    public static string Cut(string text, int width)
    {
        // From the front, so that a text of any length costs no more than what is shown of it.
        var (cells, at, kept) = (0, 0, 0);
        foreach (var character in text.EnumerateRunes())
        {
            cells += Cells(character.ToString());
            if (cells > width || at > MostCharacters)
            {
                return text[..kept] + Ellipsis;
            }

            at += character.Utf16SequenceLength;
            kept = cells < width ? at : kept;
        }

        return text;
    }

    /// <summary>Of each column; 0 for one that isn't shown.</summary>
    private static int[] Widths(IReadOnlyList<EventLine> changes, int width)
    {
        var widths = Headings
            .Select((heading, i) => changes.Select(change => Cells(change.Cells[i])).Append(heading.Length).Max())
            .ToArray();
        if (Needed() > width)
        {
            Array.ForEach(Addresses, column => widths[column] = 0);
        }

        while (
            Needed() > width && Shrinkable.MaxBy(column => widths[column]) is var widest && widths[widest] > Narrowest
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

    /// <summary>Wide characters take two.</summary>
    private static int Cells(string text) => new Segment(text).CellCount();

    private static string Time(DateTimeOffset time, DateTimeOffset now) =>
        time.UtcDateTime.ToString(
            time.UtcDateTime.Date == now.UtcDateTime.Date ? "HH:mm:ss" : "MM-dd HH:mm",
            CultureInfo.InvariantCulture
        );

    private static string Paint(string line, string? style) => style is null ? line : $"\x1b[{style}m{line}\x1b[0m";
}
