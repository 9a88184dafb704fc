using FlowMatrix.Matrices;
using FlowMatrix.Tables;

namespace FlowMatrix.Live;

internal static class RowStateTranslation
{
    public static RowState State(this Translation translation, RowState state) =>
        new(translation.Row(state.Row), [.. state.Via.Select(translation.Address)]);
}
