using FlowMatrix.Core.Diffing;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output.Html;

/// <summary>
/// The rows of a web page: the rows of a matrix, groups, or the entries of a difference. An entry may join several rows
/// of the matrix; it is shown as in <see cref="DiffListing"/>, with distinct values separated by spaces and connections
/// added up. All texts are escaped for display.
/// </summary>
internal sealed class HtmlRows
{
    /// <summary>For each row of the page, the indexes of its rows in the matrix.</summary>
    private readonly IReadOnlyList<IReadOnlyList<int>> _rows;

    /// <summary>For each row of the page, its connections, match, direction and via.</summary>
    private readonly Matrix _totals;

    private HtmlRows(Matrix matrix, IReadOnlyList<IReadOnlyList<int>> rows, Matrix totals, IEnumerable<string> columns)
    {
        (Matrix, _rows, _totals) = (matrix, rows, totals);
        Texts = new RowTexts(matrix, Printable.Escape);
        Columns = [.. columns.Union([RowFields.Connections, RowFields.Match, RowFields.Direction, RowFields.Via])];
    }

    public Matrix Matrix { get; }

    public RowTexts Texts { get; }

    /// <summary>The groups; null if the rows are not grouped.</summary>
    public GroupedMatrix? Groups { get; private init; }

    /// <summary>The names of the columns, in the order of the other formats.</summary>
    public IReadOnlyList<string> Columns { get; }

    public int Count => _rows.Count;

    public static HtmlRows From(Matrix matrix) =>
        new(matrix, OneRowEach(matrix), matrix, new FormatOptions().Columns.Select(column => column.Name));

    public static HtmlRows From(GroupedMatrix groups) =>
        new(
            groups.Matrix,
            OneRowEach(groups.Matrix),
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

    private static int[][] OneRowEach(Matrix matrix) =>
        [.. Enumerable.Range(0, matrix.Rows.Length).Select(row => (int[])[row])];

    /// <summary>The text of a field, or the distinct texts of all rows that are joined in this row.</summary>
    public string Text(int row, Func<Row, string> field) =>
        _rows[row] is [var one]
            ? field(Matrix.Rows[one])
            : string.Join(
                ' ',
                _rows[row].Select(each => field(Matrix.Rows[each])).Where(text => text.Length > 0).Distinct()
            );

    /// <summary>The ports of the service that clients use.</summary>
    public IReadOnlyList<(Protocol Protocol, ushort Port)> Ports(int row) =>
        _rows[row] is [var one]
            ? Groups?.Counts[one].Ports ?? [(Matrix.Rows[one].Protocol, Matrix.Rows[one].ServicePort)]
            : [.. _rows[row].Select(each => (Matrix.Rows[each].Protocol, Matrix.Rows[each].ServicePort)).Distinct()];

    public int Connections(int row) => _totals.Rows[row].Connections;

    public Match Match(int row) => _totals.Rows[row].Match;

    public Direction Direction(int row) => _totals.Rows[row].Direction;

    public string Via(int row) => string.Join(' ', _totals.Via(row).Select(Texts.Address));
}
