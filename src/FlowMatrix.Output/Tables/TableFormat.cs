using System.Globalization;
using System.Text;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;
using Spectre.Console;

namespace FlowMatrix.Output.Tables;

/// <summary>A table for people, as wide as the terminal. It shows no paths, to leave room for the names.</summary>
internal sealed class TableFormat : ListingFormat
{
    private const int MaxIPv4Length = 15;

    public override string Name => "table";

    public override string Description => "for people at a terminal";

    public override IReadOnlyList<string> Extensions => [".txt"];

    public override void Write(Matrix matrix, Stream output, FormatOptions options, CancellationToken cancel)
    {
        using var text = new StreamWriter(output, new UTF8Encoding(false), 64 * 1024, leaveOpen: true);
        var texts = new RowTexts(matrix, Printable.Escape);
        var table = NewTable();
        foreach (
            var heading in (string[])
                ["", "service host", "address", "port", "service", "client host", "address", "client"]
        )
        {
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))));
        }

        table.Columns[3].RightAligned();
        if (matrix.Rows.All(row => IsShort(row.ServiceAddress) && IsShort(row.ClientAddress)))
        {
            table.Columns[2].NoWrap();
            table.Columns[6].NoWrap();
        }

        var extra = options.AllExtraColumns;
        foreach (var column in extra)
        {
            table.AddColumn(new TableColumn(new Text(column.Name, new Style(decoration: Decoration.Bold))));
        }

        var plain = new Style();
        var service = new Style(foreground: Color.Green);
        var client = new Style(foreground: Color.Aqua);
        for (var i = 0; i < matrix.Rows.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var row = matrix.Rows[i];
            table.AddRow([
                Cell(row.Protocol.Name(), plain),
                Cell(EndNames.Host(texts, row.ServiceHost), plain),
                Cell(texts.Address(row.ServiceAddress), plain),
                Cell(texts.Port(row.ServicePort), plain),
                Cell(EndNames.Process(texts, row.ServiceProcess), service),
                Cell(EndNames.Host(texts, row.ClientHost), plain),
                Cell(texts.Address(row.ClientAddress), plain),
                Cell(EndNames.Process(texts, row.ClientProcess), client),
                .. extra.Select(column => Cell(column.Text(texts, i), plain)),
            ]);
        }

        PlainConsole.Create(text, options).Write(table);
        text.WriteLine(MatrixSummary.Text(matrix));

        // IPv6 addresses are too long to be kept on one line.
        bool IsShort(int address) => texts.Address(address).Length <= MaxIPv4Length;
    }

    protected override Listing Fields(MatrixDiff diff, FormatOptions options) =>
        DiffListing.CreateInWords(diff, options);

    protected override void Write(Listing listing, Stream output, FormatOptions options, CancellationToken cancel)
    {
        using var text = new StreamWriter(output, new UTF8Encoding(false), 64 * 1024, leaveOpen: true);
        var table = NewTable();
        foreach (var field in listing.Fields)
        {
            var column = new TableColumn(
                new Text(field.Name.Replace('_', ' '), new Style(decoration: Decoration.Bold))
            );
            table.AddColumn(field.Number is null ? column : column.RightAligned());
        }

        for (var row = 0; row < listing.Count; row++)
        {
            cancel.ThrowIfCancellationRequested();
            table.AddRow([.. listing.Fields.Select(field => Cell(CellText(field, row), new Style()))]);
        }

        PlainConsole.Create(text, options).Write(table);
        text.WriteLine(listing.Summary);
    }

    private static Table NewTable() =>
        new()
        {
            Border = TableBorder.Rounded,
            UseSafeBorder = false,
            ShowRowSeparators = false,
        };

    /// <summary>A list is shortened to its first items; the other formats write all of them.</summary>
    private static string CellText(ListingField field, int row)
    {
        const int MaxItems = 4;
        if (field.List is not null && field.List(row) is { Count: > MaxItems } list)
        {
            return Printable.Escape(string.Join(' ', list.Take(MaxItems)))
                + string.Create(CultureInfo.InvariantCulture, $" +{list.Count - MaxItems}");
        }

        return field.Cell(row) is { Length: > 0 } cell ? Printable.Escape(cell) : field.WhenEmpty;
    }

    private static Text Cell(string text, Style style) => new(text, style) { Overflow = Overflow.Fold };
}
