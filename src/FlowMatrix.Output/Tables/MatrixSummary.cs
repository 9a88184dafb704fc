using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Output.Tables;

/// <summary>One line for people: the numbers of rows, connections and hosts.</summary>
internal static class MatrixSummary
{
    public static string Text(Matrix matrix)
    {
        var hosts = matrix
            .Rows.SelectMany(row => (int[])[row.ServiceHost, row.ClientHost])
            .Where(host => !matrix.IsExternal(host))
            .Distinct()
            .Count();
        var all = Counted.Text(Math.Max(hosts, matrix.ScanCounts.Hosts.Count), "host");
        return hosts < matrix.ScanCounts.Hosts.Count
            ? string.Create(CultureInfo.InvariantCulture, $"{Rows(matrix)}, {hosts:N0} of {all}")
            : $"{Rows(matrix)}, {all}";
    }

    /// <summary>Without the hosts if groups of services or networks span several of them.</summary>
    public static string Text(GroupedMatrix groups) =>
        groups.By is GroupBy.Service or GroupBy.Network ? Rows(groups.Matrix) : Text(groups.Matrix);

    private static string Rows(Matrix matrix) =>
        $"{Counted.Text(matrix.Rows.Length, "row")}, "
        + Counted.Text(matrix.Rows.Sum(row => (long)row.Connections), "connection");
}
