using FlowMatrix.Matrices;
using FlowMatrix.Sockets;

namespace FlowMatrix.Live;

internal static class RowTranslation
{
    public static Row Row(this Translation translation, Row row)
    {
        row.ServiceHost = translation.Host(row.ServiceHost);
        row.ServiceAddress = translation.Address(row.ServiceAddress);
        row.ServiceProcess = translation.Process(row.ServiceProcess);
        row.ClientHost = translation.Host(row.ClientHost);
        row.ClientAddress = translation.Address(row.ClientAddress);
        row.ClientProcess = translation.Process(row.ClientProcess);
        return row;
    }

    public static RowState State(this Translation translation, RowState state) =>
        new(translation.Row(state.Row), [.. state.Via.Select(translation.Address)]);
}
