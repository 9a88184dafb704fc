using FlowMatrix.Core.Diffing;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output.Html;

/// <summary>
/// The rows of a page: those of the matrix; of a comparison one a key, with the distinct values of its rows joined by
/// spaces and the rest added up, as <see cref="DiffListing"/> has them. Texts are ready to be shown.
/// </summary>
internal sealed class HtmlRows
{
    private readonly int[][] _rows;

    /// <summary>By the row of the page.</summary>
    private readonly Matrix _sums;

    public HtmlRows(Matrix matrix)
    {
        Matrix = matrix;
        Texts = new RowTexts(matrix, Printable.Escape);
        _rows = matrix.Differences is { } changes
            ? [.. changes.Entries.Select(entry => (int[])[.. entry.Shown])]
            : [.. Enumerable.Range(0, matrix.Rows.Length).Select(row => new[] { row })];
        _sums = matrix.Differences is { } compared ? DiffTotals.Sum(matrix, compared.Entries) : matrix;
    }

    public Matrix Matrix { get; }

    public RowTexts Texts { get; }

    public int Count => _rows.Length;

    /// <summary>The fields that the tool's other formats write of such rows, by name and in their order.</summary>
    public IReadOnlyList<string> Columns()
    {
        var options = new FormatOptions();
        string[] beside = ["connections", "match", "direction", "via"];
        IEnumerable<string> own =
            Matrix.Groups is { } groups
                ? GroupListing.Create(Matrix, groups, options).Fields.Select(field => field.Name)
            : Matrix.Differences is { } changes
                ? DiffListing.Create(Matrix, changes, options).Fields.Select(field => field.Name)
            : options.Columns.Select(column => column.Name);
        return [.. own.Union(beside)];
    }

    public string Text(int row, Func<Row, string> of) =>
        _rows[row] is [var one]
            ? of(Matrix.Rows[one])
            : string.Join(
                ' ',
                _rows[row].Select(each => of(Matrix.Rows[each])).Where(text => text.Length > 0).Distinct()
            );

    /// <summary>On which the service is used.</summary>
    public IReadOnlyList<(Protocol Protocol, ushort Port)> Ports(int row) =>
        _rows[row] is [var one]
            ? Matrix.Groups?.Rows[one].Ports ?? [(Matrix.Rows[one].Protocol, Matrix.Rows[one].ServicePort)]
            : [.. _rows[row].Select(each => (Matrix.Rows[each].Protocol, Matrix.Rows[each].ServicePort)).Distinct()];

    public int Connections(int row) => _sums.Rows[row].Connections;

    public Match Match(int row) => _sums.Rows[row].Match;

    public Direction Direction(int row) => _sums.Rows[row].Direction;

    public string Via(int row) => string.Join(' ', _sums.Via(row).Select(Texts.Address));
}
