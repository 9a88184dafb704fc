using FlowMatrix.Sockets;

namespace FlowMatrix.Skydive;

/// <summary>What must be true of any source's sockets before a matrix can be made of them.</summary>
internal static class SocketTableChecks
{
    /// <param name="source">Where the table was read from, for the message.</param>
    /// <exception cref="Failure">No host reports sockets.</exception>
    public static void RequireSockets(SocketTable table, string source)
    {
        if (table.Sockets.Count > 0)
        {
            return;
        }

        var hosts = table.Ranges.Select(range => range.Host).Distinct().Count();
        var found = hosts switch
        {
            0 => "no host reports sockets",
            1 => "its one host reports no sockets",
            _ => $"none of its {hosts} hosts reports sockets",
        };
        throw new Failure(
            FailureKind.Input,
            $"{source}: {found}{(table.Past ? " at that time" : "")}: {(hosts == 0 ? "if that is an analyzer's answer at all, " : "")}let the agents run the socketinfo probe "
            + "(\"socketinfo\" in the list agent.topology.probes of skydive.yml) and restart them");
    }
}
