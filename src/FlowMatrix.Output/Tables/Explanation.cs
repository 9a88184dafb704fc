using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Tables;

/// <summary>How a row came to be, as a sentence. Source: docs/matching.md, of which it names the one that applied.</summary>
internal static class Explanation
{
    /// <param name="via">The addresses that clients used where they are not the service's own, ready to be printed.</param>
    public static string Describe(Match match, Direction direction, IEnumerable<string> via)
    {
        var ways = Enum.GetValues<Match>().Where(kind => match.HasFlag(kind)).Select(kind => Describe(kind, via));
        var sides = Enum.GetValues<Direction>().Where(kind => direction.HasFlag(kind)).Select(Describe);
        return $"{string.Join("; also: ", ways)}; {string.Join("; or ", sides)}";
    }

    private static string Describe(Match kind, IEnumerable<string> via) =>
        kind switch
        {
            Match.Mirror => "both ends seen, each with the other's address and port",
            Match.ChangedDestination => string.Join(' ', via) is { Length: > 0 } addresses
                ? $"both ends seen, the client used {addresses} and was sent on"
                : "both ends seen, the client used another port and was sent on",
            Match.ChangedSource => "both ends seen, the service sees another address of the client's host",
            Match.ChangedBoth => string.Join(' ', via) is { Length: > 0 } addresses
                ? $"both ends seen, the client used {addresses} and was sent on, and the service sees another address of the client's host"
                : "both ends seen, the client was sent on, and the service sees another address of the client's host",
            Match.Listener => "one end seen, the other is the process that listens at its address",
            Match.Host => "one end seen, the other's address is a known host's and its process is not known",
            Match.External => "one end seen, the other's address is no known host's",
            _ => "seen in a captured flow",
        };

    private static string Describe(Direction kind) =>
        kind switch
        {
            Direction.Listener => "only the service's end has a listener at its port",
            Direction.Ephemeral => "only the client's port is ephemeral (32768 or higher)",
            Direction.Peers => "the service's end has more distinct other ends",
            Direction.NoListener => "the client's host lists its listeners and none is at the client's port",
            _ => "nothing else tells the ends apart, so the lower port is the service's",
        };
}
