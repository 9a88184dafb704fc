using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using FlowMatrix.Core;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Output.Tables;

/// <summary>
/// A workbook with a sheet of rows and a sheet of services, each with a frozen header and filters. Written without a
/// library, see "Libraries that were tried" in CONTRIBUTING.md. Source: ECMA-376, part 1, "SpreadsheetML".
/// </summary>
internal sealed partial class XlsxFormat : ListingFormat
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006";
    private const string Type = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    private const string RelationshipsType = "application/vnd.openxmlformats-package.relationships+xml";
    private const int MaxRows = 1_048_575;

    /// <summary>Style 0 for cells, style 1 (bold) for headers. Two fills are the least that Excel accepts.</summary>
    private const string Styles = $"""
        <styleSheet xmlns="{Main}">
        <fonts count="2">
        <font><sz val="11"/><name val="Calibri"/></font>
        <font><b/><sz val="11"/><name val="Calibri"/></font>
        </fonts>
        <fills count="2">
        <fill><patternFill patternType="none"/></fill>
        <fill><patternFill patternType="gray125"/></fill>
        </fills>
        <borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
        <cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
        <cellXfs count="2">
        <xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
        <xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>
        </cellXfs>
        <cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
        </styleSheet>
        """;

    /// <summary>The earliest time of a zip entry. Fixed, so that the same matrix gives the same bytes.</summary>
    private static readonly DateTimeOffset EntryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override string Name => "xlsx";

    public override string Description => "a workbook with a sheet of rows and a sheet of services";

    public override bool IsBinary => true;

    public override MatchExtras Needs => MatchExtras.Services;

    public override void Write(Matrix matrix, Stream output, FormatOptions options, CancellationToken cancel) =>
        Write(RowsOf(matrix, options), output, options, cancel);

    protected override void Write(Listing listing, Stream output, FormatOptions options, CancellationToken cancel) =>
        Write(
            options.Services is { } services ? [listing, ServiceListing.Create(services)] : [listing],
            output,
            cancel
        );

    private static Listing RowsOf(Matrix matrix, FormatOptions options)
    {
        var texts = new RowTexts(matrix, text => text);
        return new Listing(
            "matrix",
            [.. options.Columns.Select(column => column.Field(texts))],
            matrix.Rows.Length,
            ""
        );
    }

    private static void Write(IReadOnlyList<Listing> sheets, Stream output, CancellationToken cancel)
    {
        if (sheets.Max(sheet => sheet.Count) is var max and > MaxRows)
        {
            throw new Failure(
                FailureKind.Usage,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{max:N0} rows are more than a sheet holds ({MaxRows:N0}): use csv, or filter"
                )
            );
        }

        using var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        WriteText(
            zip,
            "[Content_Types].xml",
            $"""
            <Types xmlns="{Package}/content-types">
            <Default Extension="rels" ContentType="{RelationshipsType}"/>
            <Default Extension="xml" ContentType="application/xml"/>
            <Override PartName="/xl/workbook.xml" ContentType="{Type}.sheet.main+xml"/>
            {Each(i => $"<Override PartName=\"/xl/worksheets/sheet{i}.xml\" ContentType=\"{Type}.worksheet+xml\"/>")}
            <Override PartName="/xl/styles.xml" ContentType="{Type}.styles+xml"/>
            </Types>
            """
        );
        WriteText(
            zip,
            "_rels/.rels",
            $"""
            <Relationships xmlns="{Package}/relationships">
            <Relationship Id="r1" Type="{Office}/officeDocument" Target="xl/workbook.xml"/>
            </Relationships>
            """
        );
        WriteText(
            zip,
            "xl/_rels/workbook.xml.rels",
            $"""
            <Relationships xmlns="{Package}/relationships">
            {Each(i => $"<Relationship Id=\"r{i}\" Type=\"{Office}/worksheet\" Target=\"worksheets/sheet{i}.xml\"/>")}
            <Relationship Id="styles" Type="{Office}/styles" Target="styles.xml"/>
            </Relationships>
            """
        );
        WriteText(
            zip,
            "xl/workbook.xml",
            $"""
            <workbook xmlns="{Main}" xmlns:r="{Office}"><sheets>
            {Each(i => $"<sheet name=\"{sheets[i - 1].Name}\" sheetId=\"{i}\" r:id=\"r{i}\"/>")}
            </sheets></workbook>
            """
        );
        WriteText(zip, "xl/styles.xml", Styles);
        for (var i = 1; i <= sheets.Count; i++)
        {
            using var sheet = Open(zip, $"xl/worksheets/sheet{Text(i)}.xml");
            WriteSheet(sheet, sheets[i - 1], cancel);
        }

        string Each(Func<int, FormattableString> part) =>
            string.Concat(Enumerable.Range(1, sheets.Count).Select(i => FormattableString.Invariant(part(i))));
    }

    private static void WriteSheet(Stream output, Listing listing, CancellationToken cancel)
    {
        using var xml = XmlWriter.Create(output, new XmlWriterSettings { Encoding = new UTF8Encoding(false) });
        xml.WriteStartElement("worksheet", Main);
        xml.WriteRaw(
            "<sheetViews><sheetView workbookViewId=\"0\">"
                + "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>"
                + "</sheetView></sheetViews>"
        );
        xml.WriteRaw(
            $"<cols><col min=\"1\" max=\"{Text(listing.Fields.Count)}\" width=\"18\" customWidth=\"1\"/></cols>"
        );
        xml.WriteStartElement("sheetData", Main);
        xml.WriteStartElement("row", Main);
        foreach (var field in listing.Fields)
        {
            WriteTextCell(xml, field.Name, style: "1");
        }

        xml.WriteEndElement();
        for (var row = 0; row < listing.Count; row++)
        {
            cancel.ThrowIfCancellationRequested();
            xml.WriteStartElement("row", Main);
            foreach (var field in listing.Fields)
            {
                WriteCell(xml, field, row);
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteRaw($"<autoFilter ref=\"A1:{ColumnName(listing.Fields.Count)}{Text(listing.Count + 1)}\"/>");
        xml.WriteEndElement();
    }

    private static void WriteCell(XmlWriter xml, ListingField field, int row)
    {
        if (field.Number?.Invoke(row) is { } number)
        {
            xml.WriteStartElement("c", Main);
            xml.WriteElementString("v", Main, number.ToString(CultureInfo.InvariantCulture));
            xml.WriteEndElement();
        }
        else
        {
            WriteTextCell(
                xml,
                field.List is { } list ? XlsxCell.Fit(list(row)) : XlsxCell.Fit(field.Cell(row)),
                style: "0"
            );
        }
    }

    /// <summary>An inline string: spreadsheets never read it as a formula, whatever it begins with.</summary>
    /// <param name="text">Not longer than a cell can be.</param>
    private static void WriteTextCell(XmlWriter xml, string text, string style)
    {
        xml.WriteStartElement("c", Main);
        xml.WriteAttributeString("t", "inlineStr");
        xml.WriteAttributeString("s", style);
        xml.WriteStartElement("is", Main);
        xml.WriteStartElement("t", Main);
        xml.WriteAttributeString("xml", "space", ns: null, "preserve");
        xml.WriteString(HexEscape().Replace(LegalXml.From(text), "_x005F_x$1_"));
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static string ColumnName(int number) =>
        number <= 26
            ? $"{(char)('A' + number - 1)}"
            : $"{ColumnName((number - 1) / 26)}{(char)('A' + ((number - 1) % 26))}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void WriteText(ZipArchive zip, string name, string text)
    {
        using var part = Open(zip, name);
        part.Write(Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n{text}"));
    }

    private static Stream Open(ZipArchive zip, string name)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = EntryTime;
        return entry.Open();
    }

    /// <summary>
    /// Spreadsheets read "_x0041_" as the one character "A". In a text that contains it, the first underscore is
    /// escaped in the same way.
    /// </summary>
    [GeneratedRegex("_x([0-9A-Fa-f]{4})_")]
    private static partial Regex HexEscape();
}
