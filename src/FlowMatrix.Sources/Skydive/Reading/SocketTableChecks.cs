using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Sources.Skydive.Reading;

/// <summary>Checks the sockets of a source before they are matched.</summary>
internal static class SocketTableChecks
{
    private const string Probe =
        "let the agents run the socketinfo probe "
        + "(\"socketinfo\" in the list agent.topology.probes of skydive.yml) and restart them";

    private const string HostsQuery = "G.V().Has('Type','host').HasKey('Sockets')";

    /// <param name="source">Where the table was read from, for the message.</param>
    /// <param name="isFile">
    /// Whether the source is a file, which need not hold the answer to the query for hosts.
    /// </param>
    /// <exception cref="Failure">No host reports sockets.</exception>
    public static void RequireSockets(SocketTable table, string source, bool isFile)
    {
        if (table.Sockets.Count > 0)
        {
            return;
        }

        var hosts = table.Ranges.Select(range => range.Host).Distinct().Count();
        var then = table.Past ? " at that time" : "";
        throw new Failure(
            FailureKind.Input,
            $"{source}: "
                + hosts switch
                {
                    0 when isFile && !table.HasHosts && table.HasNodes =>
                        $"holds no host nodes: save an analyzer's answer to {HostsQuery}, or the whole graph",
                    0 when isFile && !table.HasHosts =>
                        "holds no host nodes, only an empty answer: save an analyzer's answer to "
                            + $"{HostsQuery}, or the whole graph; "
                            + $"if that was the query, no host reports sockets{then}",
                    0 => $"no host reports sockets{then}: {Probe}",
                    1 => $"its only host reports no sockets{then}: {Probe}",
                    _ => $"none of its {hosts} hosts reports sockets{then}: {Probe}",
                }
        );
    }
}
