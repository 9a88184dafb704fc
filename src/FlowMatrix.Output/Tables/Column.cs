using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Time;

namespace FlowMatrix.Output.Tables;

/// <summary>A column of a matrix: one field of each row, under the same name in every format.</summary>
/// <param name="Description">What it means, for the help text; empty for columns that are always shown.</param>
/// <param name="Text">The text of the column in the row with this index.</param>
internal sealed record Column(string Name, string Description, Func<RowTexts, int, string> Text)
{
    /// <summary>
    /// The value as a number, or null if it is unknown. Null as a whole for a column that holds text.
    /// </summary>
    public Func<Matrix, int, long?>? Number { get; private init; }

    /// <summary>The ten columns that identify a row. Every format with columns has them.</summary>
    public static readonly IReadOnlyList<Column> Key =
    [
        new(RowFields.Protocol, "TCP, UDP or SCTP", (texts, row) => Row(texts, row).Protocol.Name()),
        new(RowFields.ServiceHost, "", (texts, row) => texts.Host(Row(texts, row).ServiceHost)),
        new(RowFields.ServiceAddress, "", (texts, row) => texts.Address(Row(texts, row).ServiceAddress)),
        new(RowFields.ServicePort, "", (texts, row) => texts.Port(Row(texts, row).ServicePort))
        {
            Number = (matrix, row) => matrix.Rows[row].ServicePort,
        },
        new(RowFields.ServicePath, "", (texts, row) => texts.Path(Row(texts, row).ServiceProcess)),
        new(RowFields.ServiceName, "", (texts, row) => texts.Name(Row(texts, row).ServiceProcess)),
        new(RowFields.ClientHost, "", (texts, row) => texts.Host(Row(texts, row).ClientHost)),
        new(RowFields.ClientAddress, "", (texts, row) => texts.Address(Row(texts, row).ClientAddress)),
        new(RowFields.ClientPath, "", (texts, row) => texts.Path(Row(texts, row).ClientProcess)),
        new(RowFields.ClientName, "", (texts, row) => texts.Name(Row(texts, row).ClientProcess)),
    ];

    /// <summary>A sentence that explains how the row was matched.</summary>
    public static readonly Column Explanation = new(
        "explanation",
        "how the row was matched, in words",
        (texts, row) =>
            texts.Prepare(
                Tables.Explanation.Describe(
                    Row(texts, row).Match,
                    Row(texts, row).Direction,
                    texts.Matrix.Via(row).Select(texts.Address)
                )
            )
    );

    /// <summary>
    /// Further columns, shown only on request with <c>--columns</c>. Columns of services are in
    /// <see cref="ServiceListing"/>, those of groups in <see cref="GroupListing"/>.
    /// </summary>
    public static readonly IReadOnlyList<Column> Extra =
    [
        new(
            RowFields.Connections,
            "number of connections",
            (texts, row) => Row(texts, row).Connections.ToString(CultureInfo.InvariantCulture)
        )
        {
            Number = (matrix, row) => matrix.Rows[row].Connections,
        },
        new(RowFields.Match, "how the two ends were matched", (texts, row) => RowFields.Text(Row(texts, row).Match)),
        new(
            RowFields.Direction,
            "how it was decided which end is the service",
            (texts, row) => RowFields.Text(Row(texts, row).Direction)
        ),
        new(
            RowFields.Via,
            "other addresses that clients connected to",
            (texts, row) => string.Join(' ', texts.Matrix.Via(row).Select(texts.Address))
        ),
        new(
            RowFields.FirstSeen,
            "when a recorded row was first seen",
            (texts, row) => Seen(texts, row, seen => UtcTime.Text(seen.First))
        ),
        new(
            RowFields.LastSeen,
            "when it was last seen",
            (texts, row) => Seen(texts, row, seen => UtcTime.Text(seen.Last))
        ),
        new(
            RowFields.Scans,
            "number of scans that had it",
            (texts, row) => Seen(texts, row, seen => seen.Scans.ToString(CultureInfo.InvariantCulture))
        )
        {
            Number = (matrix, row) => matrix.SeenRange(row) is { IsKnown: true } seen ? seen.Scans : null,
        },
        Explanation,
    ];

    /// <summary>The column as a field of a <see cref="Listing"/>.</summary>
    public ListingField Field(RowTexts texts) =>
        Number is { } number
            ? ListingField.ForNumber(Name, row => number(texts.Matrix, row))
            : ListingField.ForText(Name, row => Text(texts, row));

    private static string Seen(RowTexts texts, int row, Func<SeenRange, string> text) =>
        texts.Matrix.SeenRange(row) is { IsKnown: true } seen ? text(seen) : "";

    private static ref readonly Row Row(RowTexts texts, int row) => ref texts.Matrix.Rows[row];
}
