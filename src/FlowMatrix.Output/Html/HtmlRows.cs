using FlowMatrix.Core.Diffing;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output.Html;

/// <summary>
/// The rows of a page. Those of a difference are its entries, as <see cref="DiffListing"/> has them: distinct values
/// joined by spaces, the rest added up. Texts are ready to be shown.
/// </summary>
internal sealed class HtmlRows
{
    /// <summary>By row of the page: rows of the matrix.</summary>
    private readonly IReadOnlyList<IReadOnlyList<int>> _rows;

    /// <summary>By row of the page: statistics and details.</summary>
    private readonly Matrix _totals;

    private HtmlRows(Matrix matrix, IReadOnlyList<IReadOnlyList<int>> rows, Matrix totals, IEnumerable<string> columns)
    {
        (Matrix, _rows, _totals) = (matrix, rows, totals);
        Texts = new RowTexts(matrix, Printable.Escape);
        Columns = [.. columns.Union([RowFields.Connections, RowFields.Match, RowFields.Direction, RowFields.Via])];
    }

    public Matrix Matrix { get; }

    public RowTexts Texts { get; }

    /// <summary>How rows were merged; null where they were not.</summary>
    public GroupedMatrix? Groups { get; private init; }

    /// <summary>The fields that the tool's other formats write of such rows, by name and in their order.</summary>
    public IReadOnlyList<string> Columns { get; }

    public int Count => _rows.Count;

    public static HtmlRows From(Matrix matrix) =>
        new(matrix, OneEach(matrix), matrix, new FormatOptions().Columns.Select(column => column.Name));

    public static HtmlRows From(GroupedMatrix groups) =>
        new(
            groups.Matrix,
            OneEach(groups.Matrix),
            groups.Matrix,
            GroupListing.Create(groups, new FormatOptions()).Fields.Select(field => field.Name)
        )
        {
            Groups = groups,
        };

    public static HtmlRows From(MatrixDiff diff) =>
        new(
            diff.Matrix,
            [.. diff.Entries.Select(entry => entry.Shown)],
            DiffTotals.Sum(diff.Matrix, diff.Entries),
            DiffListing.Create(diff, new FormatOptions()).Fields.Select(field => field.Name)
        );

    private static int[][] OneEach(Matrix matrix) =>
        [.. Enumerable.Range(0, matrix.Rows.Length).Select(row => (int[])[row])];

    public string Text(int row, Func<Row, string> of) =>
        _rows[row] is [var one]
            ? of(Matrix.Rows[one])
            : string.Join(
                ' ',
                _rows[row].Select(each => of(Matrix.Rows[each])).Where(text => text.Length > 0).Distinct()
            );

    /// <summary>The ports on which the service is used.</summary>
    public IReadOnlyList<(Protocol Protocol, ushort Port)> Ports(int row) =>
        _rows[row] is [var one]
            ? Groups?.Counts[one].Ports ?? [(Matrix.Rows[one].Protocol, Matrix.Rows[one].ServicePort)]
            : [.. _rows[row].Select(each => (Matrix.Rows[each].Protocol, Matrix.Rows[each].ServicePort)).Distinct()];

    public int Connections(int row) => _totals.Rows[row].Connections;

    public Match Match(int row) => _totals.Rows[row].Match;

    public Direction Direction(int row) => _totals.Rows[row].Direction;

    public string Via(int row) => string.Join(' ', _totals.Via(row).Select(Texts.Address));
}
