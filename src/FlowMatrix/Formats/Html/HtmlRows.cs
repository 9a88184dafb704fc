using FlowMatrix.Matrices;
using FlowMatrix.Tables;

namespace FlowMatrix.Formats;

/// <summary>
/// The rows of a page: those of the matrix; of a comparison one a key, with the distinct values of its rows joined by
/// spaces, as <see cref="ChangeListing"/> has them. Texts are ready to be shown.
/// </summary>
internal sealed class HtmlRows
{
    private readonly int[][] _rows;

    public HtmlRows(Matrix matrix)
    {
        Matrix = matrix;
        Texts = new RowTexts(matrix, Printable.Escape);
        _rows = matrix.Changes is { } changes
            ? [.. changes.Entries.Select(entry => (int[])[.. ChangeListing.Shown(entry)])]
            : [.. Enumerable.Range(0, matrix.Rows.Length).Select(row => new[] { row })];
    }

    public Matrix Matrix { get; }

    public RowTexts Texts { get; }

    public int Count => _rows.Length;

    /// <summary>The fields that the tool's other formats write of such rows, by name and in their order.</summary>
    public IReadOnlyList<string> Columns()
    {
        var options = new FormatOptions();
        string[] beside = ["connections", "match", "direction", "via"];
        IEnumerable<string> own = Matrix.Groups is { } groups ? GroupListing.Of(Matrix, groups, options).Fields.Select(field => field.Name)
            : Matrix.Changes is { } changes ? ChangeListing.Of(Matrix, changes, options).Fields.Select(field => field.Name)
            : options.Columns.Select(column => column.Name);
        return [.. own.Union(beside)];
    }

    public string Text(int row, Func<Row, string> of) => _rows[row] is [var one]
        ? of(Matrix.Rows[one])
        : string.Join(' ', _rows[row].Select(each => of(Matrix.Rows[each])).Where(text => text.Length > 0).Distinct());

    /// <summary>On which the service is used.</summary>
    public IReadOnlyList<(Protocol Protocol, ushort Port)> Ports(int row) => _rows[row] is [var one]
        ? Matrix.Groups?.Rows[one].Ports ?? [(Matrix.Rows[one].Protocol, Matrix.Rows[one].ServicePort)]
        : [.. _rows[row].Select(each => (Matrix.Rows[each].Protocol, Matrix.Rows[each].ServicePort)).Distinct().Order()];

    public int Connections(int row) => _rows[row].Sum(each => Matrix.Rows[each].Connections);

    public Match Match(int row) => _rows[row].Aggregate(default(Match), (all, each) => all | Matrix.Rows[each].Match);

    public Direction Direction(int row) => _rows[row].Aggregate(default(Direction), (all, each) => all | Matrix.Rows[each].Direction);

    public string Via(int row) => string.Join(' ', _rows[row].SelectMany(each => Matrix.Via(each)).Distinct().Select(Texts.Address));
}
