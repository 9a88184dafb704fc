using System.Globalization;
using System.Text;
using FlowMatrix.Matrices;
using FlowMatrix.Tables;
using Spectre.Console;

namespace FlowMatrix.Formats;

/// <summary>For people at a terminal: as wide as it is, the most telling columns first.</summary>
internal sealed class TableFormat : Format
{
    private const int LongestIPv4 = 15;

    private const string Unknown = "?";

    public override string Name => "table";

    public override string Description => "for people at a terminal";

    public override IReadOnlyList<string> Extensions => [".txt"];

    protected internal override void Write(
        Matrix matrix, Stream output, FormatOptions options, CancellationToken cancel)
    {
        using var text = new StreamWriter(output, new UTF8Encoding(false), 64 * 1024, leaveOpen: true);
        var console = PlainConsole.Over(text, options);
        var texts = new RowTexts(matrix, Printable.Escape);
        var table = new Table { Border = TableBorder.Rounded, UseSafeBorder = false, ShowRowSeparators = false };
        foreach (var heading in (string[])["", "service host", "address", "port", "service", "client host", "address", "client"])
        {
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))));
        }

        table.Columns[3].RightAligned();
        if (matrix.Rows.All(row => IsShort(row.ServiceAddress) && IsShort(row.ClientAddress)))
        {
            table.Columns[2].NoWrap();
            table.Columns[6].NoWrap();
        }

        foreach (var column in options.ExtraColumns)
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
            table.AddRow(
            [
                Cell(row.Protocol.Name(), plain),
                Cell(Host(texts, row.ServiceHost), plain),
                Cell(texts.Address(row.ServiceAddress), plain),
                Cell(texts.Port(row.ServicePort), plain),
                Cell(Process(texts, row.ServiceProcess), service),
                Cell(Host(texts, row.ClientHost), plain),
                Cell(texts.Address(row.ClientAddress), plain),
                Cell(Process(texts, row.ClientProcess), client),
                .. options.ExtraColumns.Select(column => Cell(column.Text(texts, i), plain)),
            ]);
        }

        console.Write(table);
        text.WriteLine(Summary(matrix));

        // IPv6 may fill a terminal by itself.
        bool IsShort(int address) => texts.Address(address).Length <= LongestIPv4;
    }

    private static string Summary(Matrix matrix) => string.Create(
        CultureInfo.InvariantCulture,
        $"{matrix.Rows.Length} rows, {matrix.Census.Connections} connections, {matrix.Census.Hosts.Count} hosts");

    private static Text Cell(string text, Style style) => new(text, style) { Overflow = Overflow.Fold };

    private static string Host(RowTexts texts, int host) => host == 0 ? "(external)" : texts.Host(host);

    private static string Process(RowTexts texts, int process) =>
        texts.Name(process) is { Length: > 0 } name ? name
        : texts.Path(process) is { Length: > 0 } path ? path
        : Unknown;
}
