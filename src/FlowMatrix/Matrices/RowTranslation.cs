using FlowMatrix.Tables;

namespace FlowMatrix.Matrices;

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
}
