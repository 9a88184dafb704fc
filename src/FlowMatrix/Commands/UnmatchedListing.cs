using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;
using FlowMatrix.Output.Tables;
using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>Lists the unmatched connections of a matrix on standard error.</summary>
internal static class UnmatchedListing
{
    public static void Write(Matrix matrix, ConsoleReporter reporter)
    {
        var texts = new RowTexts(matrix, Printable.Escape);
        reporter.Line($"{Counted.Text(matrix.UnmatchedConnections.Count, "connection")} with one end unmatched:");
        foreach (var end in matrix.UnmatchedConnections)
        {
            var peer = end.PeerHost == 0 ? "external" : texts.Host(end.PeerHost);
            var pid = end.Pid.ToString(CultureInfo.InvariantCulture);
            reporter.Line(
                $"  {end.Protocol.Name()} {texts.Host(end.Host)} {Endpoint(texts.Address(end.Address), end.Port)} "
                    + $"{texts.Name(end.Process)} (pid {pid}, {texts.Path(end.Process)}) "
                    + $"with {Endpoint(texts.Address(end.PeerAddress), end.PeerPort)} ({peer})"
            );
        }
    }

    private static string Endpoint(string address, ushort port) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address)}:{port}"
        );
}
