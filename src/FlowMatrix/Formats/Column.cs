using System.Globalization;
using FlowMatrix.Matrices;
using FlowMatrix.Tables;

namespace FlowMatrix.Formats;

/// <summary>A field of a row, by the name that it has in every format.</summary>
/// <param name="Text">Its text in the row with this index.</param>
internal sealed record Column(string Name, string Description, Func<RowTexts, int, string> Text)
{
    /// <summary>The same as a number, null where it isn't known; none for a column that is text.</summary>
    public Func<Matrix, int, long?>? Number { get; private init; }

    /// <summary>What tells a row from another; every format that has columns has these.</summary>
    public static readonly IReadOnlyList<Column> Key =
    [
        new("protocol", "TCP, UDP or SCTP", (texts, row) => Row(texts, row).Protocol.Name()),
        new("service_host", "", (texts, row) => texts.Host(Row(texts, row).ServiceHost)),
        new("service_address", "", (texts, row) => texts.Address(Row(texts, row).ServiceAddress)),
        new("service_port", "", (texts, row) => texts.Port(Row(texts, row).ServicePort))
        {
            Number = (matrix, row) => matrix.Rows[row].ServicePort,
        },
        new("service_path", "", (texts, row) => texts.Path(Row(texts, row).ServiceProcess)),
        new("service_name", "", (texts, row) => texts.Name(Row(texts, row).ServiceProcess)),
        new("client_host", "", (texts, row) => texts.Host(Row(texts, row).ClientHost)),
        new("client_address", "", (texts, row) => texts.Address(Row(texts, row).ClientAddress)),
        new("client_path", "", (texts, row) => texts.Path(Row(texts, row).ClientProcess)),
        new("client_name", "", (texts, row) => texts.Name(Row(texts, row).ClientProcess)),
    ];

    /// <summary>How the row came to be, in words.</summary>
    public static readonly Column Explanation = new(
        "explanation",
        "how the row came to be, in words",
        (texts, row) => texts.Whole(Formats.Explanation.Of(
            Row(texts, row).Match, Row(texts, row).Direction, texts.Matrix.Via(row).Select(texts.Address))));

    /// <summary>What is known beside; only where it is asked for.</summary>
    public static readonly IReadOnlyList<Column> Extra =
    [
        new(
            "connections",
            "how many connections the row stands for",
            (texts, row) => Row(texts, row).Connections.ToString(CultureInfo.InvariantCulture))
        {
            Number = (matrix, row) => matrix.Rows[row].Connections,
        },
        new("match", "how the two ends were found", (texts, row) => MatchText(Row(texts, row).Match)),
        new("direction", "why that end is the service", (texts, row) => DirectionText(Row(texts, row).Direction)),
        new(
            "via",
            "other addresses that clients used",
            (texts, row) => string.Join(' ', texts.Matrix.Via(row).Select(texts.Address))),
        new("first_seen", "when a recorded row first was there", (texts, row) => Seen(texts, row, seen => UtcTime.Text(seen.First))),
        new("last_seen", "when it last was", (texts, row) => Seen(texts, row, seen => UtcTime.Text(seen.Last))),
        new("scans", "in how many scans it was", (texts, row) => Seen(texts, row, seen => seen.Scans.ToString(CultureInfo.InvariantCulture)))
        {
            Number = (matrix, row) => matrix.Sighting(row) is { IsKnown: true } seen ? seen.Scans : null,
        },
        Explanation,
    ];

    /// <summary>The column for formats that write any list.</summary>
    public ListingField Field(RowTexts texts) => Number is { } number
        ? ListingField.OfNumber(Name, row => number(texts.Matrix, row))
        : ListingField.OfText(Name, row => Text(texts, row));

    /// <summary>The kinds of match in a row, joined by "+".</summary>
    public static string MatchText(Match match) => match switch
    {
        Match.Mirror => "mirror",
        Match.ChangedDestination => "changed-destination",
        Match.ChangedSource => "changed-source",
        Match.ChangedBoth => "changed-both",
        Match.Listener => "listener",
        Match.Host => "host",
        Match.External => "external",
        Match.Flow => "flow",
        _ => string.Join('+', Enum.GetValues<Match>().Where(kind => match.HasFlag(kind)).Select(MatchText)),
    };

    /// <summary>The kinds of evidence in a row, joined by "+".</summary>
    public static string DirectionText(Direction direction) => direction switch
    {
        Direction.Listener => "listener",
        Direction.Ephemeral => "ephemeral",
        Direction.Peers => "peers",
        Direction.NoListener => "no-listener",
        Direction.Port => "port",
        _ => string.Join('+', Enum.GetValues<Direction>().Where(kind => direction.HasFlag(kind)).Select(DirectionText)),
    };

    private static string Seen(RowTexts texts, int row, Func<Sighting, string> text) =>
        texts.Matrix.Sighting(row) is { IsKnown: true } seen ? text(seen) : "";

    private static ref readonly Row Row(RowTexts texts, int row) => ref texts.Matrix.Rows[row];
}
