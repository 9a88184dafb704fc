using FlowMatrix.Core.Interning;

namespace FlowMatrix.Core.Model;

/// <summary>What several rows of a matrix add up to: statistics, other addresses of the service, when they were seen.</summary>
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

    /// <summary>The details of rows that have these totals, by their number; without programs.</summary>
    /// <param name="from">Where all of their rows are from.</param>
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
