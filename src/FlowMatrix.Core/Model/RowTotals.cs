using FlowMatrix.Core.Interning;

namespace FlowMatrix.Core.Model;

/// <summary>Sums several rows of a matrix: statistics, via addresses, and when they were seen.</summary>
internal sealed class RowTotals
{
    private readonly HashSet<int> _via = [];
    private RowStats _stats;

    public RowStats Stats => _stats;

    public IReadOnlyCollection<int> Via => _via;

    public SeenRange Seen { get; private set; }

    public void Add(Matrix matrix, int row)
    {
        _stats.Add(matrix.Rows[row].Stats);
        _via.UnionWith(matrix.Via(row));
        Seen = Seen.Or(matrix.SeenRange(row));
    }

    /// <summary>Returns the details of rows that have these totals, one row for each; without programs.</summary>
    /// <param name="from">The matrix of the summed rows.</param>
    public static RowDetails Details(IReadOnlyList<RowTotals> totals, Matrix from)
    {
        var via = new Dictionary<int, int[]>();
        for (var i = 0; i < totals.Count; i++)
        {
            if (totals[i].Via.Count > 0)
            {
                via[i] = [.. totals[i].Via.OrderBy(address => from.IdTables.Addresses[address])];
            }
        }

        var isRecorded = from.Details.Seen.Length > 0;
        return RowDetails.None with { Via = via, Seen = isRecorded ? [.. totals.Select(total => total.Seen)] : [] };
    }
}
