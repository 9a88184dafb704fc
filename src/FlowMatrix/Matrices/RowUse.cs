using FlowMatrix.Tables;

namespace FlowMatrix.Matrices;

internal static class RowUse
{
    public static void State(this VocabularyUse used, in RowState state)
    {
        used.Row(state.Row);
        foreach (var via in state.Via)
        {
            used.Address(via);
        }
    }

    public static void Row(this VocabularyUse used, in Row row)
    {
        used.Host(row.ServiceHost);
        used.Address(row.ServiceAddress);
        used.Process(row.ServiceProcess);
        used.Host(row.ClientHost);
        used.Address(row.ClientAddress);
        used.Process(row.ClientProcess);
    }
}
