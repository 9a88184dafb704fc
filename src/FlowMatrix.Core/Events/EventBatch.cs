using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Events;

/// <summary>Rows that came or went, small enough to be a matrix of their own, with what happened to each.</summary>
internal sealed record EventBatch(Matrix Matrix, IReadOnlyList<RowEvent> Events, bool IsInitial)
{
    /// <param name="ids">Of the events; the batch has its own, with nothing else in it.</param>
    public static EventBatch Create(IEnumerable<RowEvent> events, IdTables ids)
    {
        var own = new IdTables();
        var idMap = new IdMap(ids, own);
        var builder = new MatrixBuilder(own);
        var byRow = new Dictionary<RowKey, RowEvent>();
        foreach (var one in events)
        {
            var state = one.State.MapIds(idMap);
            state.AddTo(builder);
            byRow.Add(state.Row.Key, one);
        }

        var matrix = builder.Build(ScanCounts.None, []);
        return new EventBatch(matrix, [.. matrix.Rows.Select(row => byRow[row.Key])], IsInitial: false);
    }
}
