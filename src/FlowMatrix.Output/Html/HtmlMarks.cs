using FlowMatrix.Core.Model;
using FlowMatrix.Core.Text;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output.Html;

/// <summary>
/// What a page says of each of its rows beside what it is: what became of it since an earlier matrix, or whether a
/// policy allows it. Web/app/marks.js knows how each kind looks.
/// </summary>
/// <param name="Field">The name of the column that says it.</param>
/// <param name="NoteField">The name of the column of the notes.</param>
/// <param name="Title">What the page is about.</param>
/// <param name="Kinds">The words for it; the first is that of rows of which nothing is said.</param>
/// <param name="Of">By row of the page: the number of its kind.</param>
/// <param name="Notes">By row: what was there before, or why it isn't allowed; else empty.</param>
internal sealed record HtmlMarks(
    string Field,
    string NoteField,
    string Title,
    string Summary,
    IReadOnlyList<string> Kinds,
    Func<int, int> Get,
    Func<int, string> Notes
)
{
    /// <summary>The notes as csv has them.</summary>
    public Func<int, string> NotesOfCsv { get; init; } = Notes;

    public static HtmlMarks From(MatrixDiff diff)
    {
        var texts = new RowTexts(diff.Matrix, Printable.Escape);
        return new HtmlMarks(
            "change",
            "was",
            "Flow matrix: what changed",
            DiffListing.Summary(diff),
            [
                "same",
                "added",
                "removed",
                "changed",
                .. diff.Count(DiffKind.DirectionChanged) > 0 ? (string[])[DiffListing.DirectionChanged] : [],
            ],
            row => (int)diff.Entries[row].Kind,
            row => string.Join("; ", DiffListing.WasInWords(texts, diff.Entries[row]))
        )
        {
            NotesOfCsv = row => string.Join(' ', DiffListing.WasByName(texts, diff.Entries[row])),
        };
    }
}
