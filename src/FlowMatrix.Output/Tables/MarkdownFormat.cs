using System.Buffers;
using System.Text;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Output.Tables;

/// <summary>A table as GitHub and GitLab render it.</summary>
internal sealed class MarkdownFormat : ListingFormat
{
    /// <summary>What Markdown never reads anything into; all else stands in a code span.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:/-"
    );

    public override string Name => "markdown";

    public override string Description => "a table for GitHub, GitLab and wikis";

    public override IReadOnlyList<string> Extensions => [".md", ".markdown"];

    public override void Write(Matrix matrix, Stream output, FormatOptions options, CancellationToken cancel)
    {
        var columns = options.Columns;
        var texts = new RowTexts(matrix, Cell);
        Write(
            columns.Select(column => column.Name),
            matrix.Rows.Length,
            row => columns.Select(column => column.Text(texts, row)),
            output,
            cancel
        );
    }

    protected override Listing Fields(MatrixDiff diff, FormatOptions options) => DiffListing.InWords(diff, options);

    protected override void Write(Listing listing, Stream output, FormatOptions options, CancellationToken cancel) =>
        Write(
            listing.Fields.Select(field => field.Name),
            listing.Count,
            row => listing.Fields.Select(field => Cell(field.Cell(row))),
            output,
            cancel
        );

    private static void Write(
        IEnumerable<string> names,
        int rows,
        Func<int, IEnumerable<string>> cells,
        Stream output,
        CancellationToken cancel
    )
    {
        using var text = new StreamWriter(output, new UTF8Encoding(false), 64 * 1024, leaveOpen: true)
        {
            NewLine = "\n",
        };
        text.WriteLine($"| {string.Join(" | ", names.Select(name => name.Replace('_', ' ')))} |");
        text.WriteLine($"|{string.Concat(names.Select(_ => " --- |"))}");
        for (var row = 0; row < rows; row++)
        {
            cancel.ThrowIfCancellationRequested();
            text.WriteLine($"| {string.Join(" | ", cells(row))} |");
        }
    }

    private static string Cell(string raw)
    {
        var field = Printable.Escape(raw);
        var plain =
            !field.AsSpan().ContainsAnyExcept(Plain)
            && !field.Contains("//", StringComparison.Ordinal)
            && !field.StartsWith("www.", StringComparison.OrdinalIgnoreCase)
            && !field.StartsWith('-')
            && !field.StartsWith(':');
        return plain ? field : CodeSpan(field);
    }

    /// <summary>
    /// Between more backticks than there are inside. A table takes "\|" for a bar before it looks at anything else.
    /// Source: GitHub Flavored Markdown, "Code spans" and "Tables".
    /// </summary>
    public static string CodeSpan(string field)
    {
        var fence = "`";
        while (field.Contains(fence, StringComparison.Ordinal))
        {
            fence += '`';
        }

        // A space at each end is taken away again, unless there is nothing else.
        var padded =
            field.StartsWith('`')
            || field.EndsWith('`')
            || (field.StartsWith(' ') && field.EndsWith(' ') && field.AsSpan().ContainsAnyExcept(' '));
        var padding = padded ? " " : "";
        return $"{fence}{padding}{field.Replace("|", "\\|", StringComparison.Ordinal)}{padding}{fence}";
    }
}
