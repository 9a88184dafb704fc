using System.Buffers;
using System.Text;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Output.Tables;

/// <summary>A Markdown table that GitHub and GitLab render.</summary>
internal sealed class MarkdownFormat : ListingFormat
{
    /// <summary>
    /// Characters without a meaning in Markdown. Text with any other character is put into a code span.
    /// </summary>
    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create(
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

    protected override Listing Fields(MatrixDiff diff, FormatOptions options) =>
        DiffListing.CreateInWords(diff, options);

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
            !field.AsSpan().ContainsAnyExcept(PlainCharacters)
            && !field.Contains("//", StringComparison.Ordinal)
            && !field.StartsWith("www.", StringComparison.OrdinalIgnoreCase)
            && !field.StartsWith('-')
            && !field.StartsWith(':');
        return plain ? field : CodeSpan(field);
    }

    /// <summary>
    /// Encloses a text in more backticks than it contains in a row. A bar becomes "\|", which a table reads as a bar
    /// even in a code span. Source: GitHub Flavored Markdown, "Code spans" and "Tables".
    /// </summary>
    public static string CodeSpan(string field)
    {
        var fence = "`";
        while (field.Contains(fence, StringComparison.Ordinal))
        {
            fence += '`';
        }

        // Markdown removes one space at each end, unless the text consists of spaces.
        var padded =
            field.StartsWith('`')
            || field.EndsWith('`')
            || (field.StartsWith(' ') && field.EndsWith(' ') && field.AsSpan().ContainsAnyExcept(' '));
        var padding = padded ? " " : "";
        return $"{fence}{padding}{field.Replace("|", "\\|", StringComparison.Ordinal)}{padding}{fence}";
    }
}
