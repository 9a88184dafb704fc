using FlowMatrix.Core.Model;
using FlowMatrix.Core.Text;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output.Html;

/// <summary>
/// The marks that a page puts on its rows: in a comparison whether a row was added, removed or changed, in a check
/// whether the policy allows it. Web/app/marks.js defines how each kind of mark looks.
/// </summary>
/// <param name="Field">The name of the column with the kind of mark.</param>
/// <param name="NoteField">The name of the column with the notes.</param>
/// <param name="Title">The title of the page.</param>
/// <param name="Summary">One line with the totals.</param>
/// <param name="Kinds">The kinds of marks; the first one is for rows without a mark.</param>
/// <param name="Get">Returns the index in <paramref name="Kinds"/> for a row of the page.</param>
/// <param name="Notes">Returns the old values of a row, or why it is not allowed; empty if there is no note.</param>
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
    /// <summary>The notes in the form of the csv format, for rows that are saved as CSV.</summary>
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
