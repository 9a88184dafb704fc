using System.Globalization;
using FlowMatrix.Core.Diffing;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Tables;

/// <summary>
/// Lists the differences between two matrices, one for each comparison key: the kind of difference, the ten columns,
/// and the old values that differ. If several rows have the same key, a column holds their distinct values, separated
/// by spaces; the columns on request are combined as in groups.
/// </summary>
internal static class DiffListing
{
    /// <summary>For programs: all ten columns, and the old values as "column=value".</summary>
    public static Listing Create(MatrixDiff diff, FormatOptions options)
    {
        var (entries, texts, sums) = Differences(diff);
        return new Listing(
            "changes",
            [
                ListingField.ForText("change", i => KindText(entries[i])),
                .. Column.Key.Select(column =>
                    column.Name == "service_port" && diff.Key.Has(column.Name)
                        ? ListingField.ForNumber(column.Name, i => diff.Matrix.Rows[entries[i].Shown[0]].ServicePort)
                        : Field(column)
                ),
                ListingField.ForList("was", i => [.. WasByName(texts, entries[i])]),
                .. options.AllExtraColumns.Select(column => column.Field(sums)),
            ],
            entries.Count,
            Summary(diff)
        );

        ListingField Field(Column column) => ValuesOf(texts, column, entries);
    }

    /// <summary>For people: without paths, and with the old values as words.</summary>
    public static Listing CreateInWords(MatrixDiff diff, FormatOptions options)
    {
        var (entries, texts, sums) = Differences(diff);
        return new Listing(
            "changes",
            [
                ListingField.ForText("change", i => KindText(entries[i])),
                .. Column
                    .Key.Where(column => !column.Name.EndsWith("_path", StringComparison.Ordinal))
                    .Select(column => Field(column)),
                ListingField.ForText("was", i => string.Join("; ", WasInWords(texts, entries[i]))),
                .. options.AllExtraColumns.Select(column => column.Field(sums)),
            ],
            entries.Count,
            Summary(diff)
        );

        ListingField Field(Column column) =>
            ValuesOf(
                texts,
                column,
                entries,
                column.Name switch
                {
                    "service_host" or "client_host" => EndNames.External,
                    "service_name" or "client_name" => EndNames.Unknown,
                    _ => "",
                }
            );
    }

    public static string Summary(MatrixDiff diff) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{diff.Count(DiffKind.Added)} added, {diff.Count(DiffKind.Removed)} removed, "
                + $"{diff.Count(DiffKind.Changed)} changed, {DirectionChangedCount(diff)}{diff.Count(DiffKind.Same)} the same"
        );

    /// <summary>
    /// The kind of a row whose client became the service. Source: docs/policies.md, "Comparing two matrices".
    /// </summary>
    public const string DirectionChanged = "direction re-evaluated";

    /// <summary>The old values that differ, such as "service_address=10.0.0.1".</summary>
    public static IEnumerable<string> WasByName(RowTexts texts, DiffEntry entry) =>
        Was(texts, entry).Select(was => $"{was.Column.Name}={was.Value}");

    /// <summary>The old values that differ, such as "service address 10.0.0.1".</summary>
    public static IEnumerable<string> WasInWords(RowTexts texts, DiffEntry entry) =>
        Was(texts, entry)
            .Select(was => $"{was.Column.Name.Replace('_', ' ')} {(was.Value.Length == 0 ? "not known" : was.Value)}");

    private static (List<DiffEntry> Entries, RowTexts Texts, RowTexts Sums) Differences(MatrixDiff diff)
    {
        var entries = diff.Entries.Where(entry => entry.Kind != DiffKind.Same).ToList();
        return (
            entries,
            new RowTexts(diff.Matrix, text => text),
            new RowTexts(DiffTotals.Sum(diff.Matrix, entries), text => text)
        );
    }

    private static ListingField ValuesOf(
        RowTexts texts,
        Column column,
        List<DiffEntry> entries,
        string whenEmpty = ""
    ) => ListingField.ForText(column.Name, i => Values(texts, column, entries[i].Shown), whenEmpty);

    private static string KindText(DiffEntry entry) =>
        entry.Kind == DiffKind.DirectionChanged ? DirectionChanged : entry.Kind.ToString().ToLowerInvariant();

    private static string DirectionChangedCount(MatrixDiff diff) =>
        diff.Count(DiffKind.DirectionChanged) is > 0 and var count
            ? string.Create(CultureInfo.InvariantCulture, $"{count} {DirectionChanged}, ")
            : "";

    private static IEnumerable<(Column Column, string Value)> Was(RowTexts texts, DiffEntry entry) =>
        entry.Kind is not (DiffKind.Changed or DiffKind.DirectionChanged)
            ? []
            : Column
                .Key.Select(column =>
                    (column, Before: Values(texts, column, entry.Before), After: Values(texts, column, entry.After))
                )
                .Where(values => values.Before != values.After)
                .Select(values => (values.column, values.Before));

    private static string Values(RowTexts texts, Column column, IReadOnlyList<int> rows) =>
        rows.Count == 1
            ? column.Text(texts, rows[0])
            : string.Join(' ', rows.Select(row => column.Text(texts, row)).Where(text => text.Length > 0).Distinct());
}
