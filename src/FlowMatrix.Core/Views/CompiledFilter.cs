using System.Numerics;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Views;

/// <summary>Decides which rows pass the conditions of one filter, and which condition a row fails first.</summary>
internal sealed class CompiledFilter
{
    private readonly BitVectorClassifier _stages;
    private readonly int _count;

    /// <param name="networkHosts">Host IDs that stand for networks with a name of the user.</param>
    public CompiledFilter(Filter filter, IdTables ids, IReadOnlySet<int> networkHosts)
    {
        var stages = filter.Stages();
        _count = stages.Count;
        _stages = new BitVectorClassifier([.. stages.Select(stage => stage.Terms)], ids, networkHosts);
    }

    /// <param name="via">The addresses other than the service's own that clients of the row used.</param>
    /// <returns>The index of the first condition that the row does not pass; -1 if it passes.</returns>
    public int FirstFailed(in Row row, IReadOnlyList<int> via)
    {
        var passed = _stages.Classify(row, via);
        for (var word = 0; word < passed.Length; word++)
        {
            var failed = (word * BitVectorClassifier.WordBits) + BitOperations.TrailingZeroCount(~passed[word]);
            if (passed[word] != ulong.MaxValue)
            {
                return failed < _count ? failed : -1;
            }
        }

        return -1;
    }

    public bool Passes(in Row row, IReadOnlyList<int> via) => FirstFailed(row, via) < 0;
}
