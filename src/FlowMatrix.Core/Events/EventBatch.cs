using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Events;

/// <summary>Live events that are written together, with a matrix of their rows.</summary>
/// <param name="Matrix">The rows of the events, in tables that hold nothing else.</param>
/// <param name="Events">One per row of the matrix.</param>
/// <param name="IsInitial">Whether these are the rows that exist when `watch` starts.</param>
internal sealed record EventBatch(Matrix Matrix, IReadOnlyList<RowEvent> Events, bool IsInitial)
{
    /// <param name="ids">The tables of the IDs in the events.</param>
    public static EventBatch Create(IEnumerable<RowEvent> events, IdTables ids)
    {
        var ownIds = new IdTables();
        var idMap = new IdMap(ids, ownIds);
        var builder = new MatrixBuilder(ownIds);
        var byRow = new Dictionary<RowKey, RowEvent>();
        foreach (var rowEvent in events)
        {
            var state = rowEvent.State.MapIds(idMap);
            state.AddTo(builder);
            byRow.Add(state.Row.Key, rowEvent);
        }

        var matrix = builder.Build(ScanCounts.None, []);
        return new EventBatch(matrix, [.. matrix.Rows.Select(row => byRow[row.Key])], IsInitial: false);
    }
}
