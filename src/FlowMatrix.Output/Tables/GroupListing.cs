using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Output.Tables;

/// <summary>
/// Lists the rows of a grouped matrix: the columns that define a group, then the ports of the service that clients use,
/// and the numbers of connections, clients and hosts of clients in the group.
/// </summary>
internal static class GroupListing
{
    public static Listing Create(GroupedMatrix groups, FormatOptions options)
    {
        var (matrix, counts) = (groups.Matrix, groups.Counts);
        var texts = new RowTexts(matrix, text => text);
        var fields = Common(texts, groups.By).ToList();
        if (groups.By != GroupBy.Service)
        {
            fields.Add(ListingField.ForList("ports", row => [.. counts[row].Ports.Select(Port)]));
        }

        fields.Add(ListingField.ForNumber("connections", row => matrix.Rows[row].Connections));
        fields.Add(ListingField.ForNumber("clients", row => counts[row].Clients));
        fields.Add(ListingField.ForNumber("hosts", row => counts[row].Hosts));
        foreach (var column in options.AllExtraColumns)
        {
            if (fields.All(field => field.Name != column.Name))
            {
                fields.Add(column.Field(texts));
            }
        }

        return new Listing("rows", fields, matrix.Rows.Length, MatrixSummary.Text(groups));
    }

    private static IEnumerable<ListingField> Common(RowTexts texts, GroupBy by)
    {
        var rows = texts.Matrix.Rows;
        return by switch
        {
            GroupBy.Process =>
            [
                ListingField.ForText("service_host", row => texts.Host(rows[row].ServiceHost), EndNames.External),
                ListingField.ForText("service_path", row => texts.Path(rows[row].ServiceProcess)),
                ListingField.ForText("service_name", row => texts.Name(rows[row].ServiceProcess), EndNames.Unknown),
                ListingField.ForText("client_host", row => texts.Host(rows[row].ClientHost), EndNames.External),
                ListingField.ForText("client_path", row => texts.Path(rows[row].ClientProcess)),
                ListingField.ForText("client_name", row => texts.Name(rows[row].ClientProcess), EndNames.Unknown),
            ],
            GroupBy.Service =>
            [
                ListingField.ForText("protocol", row => rows[row].Protocol.Name()),
                ListingField.ForNumber("service_port", row => rows[row].ServicePort),
                ListingField.ForText("service_name", row => texts.Name(rows[row].ServiceProcess), EndNames.Unknown),
                ListingField.ForText("client_name", row => texts.Name(rows[row].ClientProcess), EndNames.Unknown),
            ],
            GroupBy.Host =>
            [
                ListingField.ForText("service_host", row => texts.Host(rows[row].ServiceHost), EndNames.External),
                ListingField.ForText("client_host", row => texts.Host(rows[row].ClientHost), EndNames.External),
            ],
            _ =>
            [
                ListingField.ForText("service_network", row => texts.Host(rows[row].ServiceHost)),
                ListingField.ForText("client_network", row => texts.Host(rows[row].ClientHost)),
            ],
        };
    }

    /// <summary>Such as "3306/tcp".</summary>
    private static string Port((Protocol Protocol, ushort Port) port) =>
        string.Create(CultureInfo.InvariantCulture, $"{port.Port}/{port.Protocol.Name().ToLowerInvariant()}");
}
