using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Tables;

/// <summary>
/// Explains in a sentence how a row was matched and which rule decided its direction. Source: docs/matching.md,
/// "Pairing the two ends", "Unmatched connections" and "Who is the server".
/// </summary>
internal static class Explanation
{
    private const string OtherSource = "the service sees another address of the client's host";

    private const string NamedByNat = "the NAT tables name the service's end";

    /// <param name="via">Other addresses that clients connected to, as printable text.</param>
    public static string Describe(Match match, Direction direction, IEnumerable<string> via)
    {
        var isTranslated = (match & ~Match.Flow) == Match.Nat;
        var matches = Enum.GetValues<Match>().Where(kind => match.HasFlag(kind)).Select(kind => Describe(kind, via));
        var directions = Enum.GetValues<Direction>()
            .Where(kind => direction.HasFlag(kind))
            .Select(kind => kind == Direction.Listener && isTranslated ? NamedByNat : Describe(kind));
        return $"{string.Join("; also: ", matches)}; {string.Join("; or ", directions)}";
    }

    private static string Describe(Match kind, IEnumerable<string> via) =>
        kind switch
        {
            Match.Mirror => "both ends reported, each with the address and port of the other",
            Match.Nat => Translated(via),
            Match.ChangedDestination => $"both ends reported, {Redirected(via)}",
            Match.ChangedSource => $"both ends reported, {OtherSource}",
            Match.ChangedBoth => $"both ends reported, {Redirected(via)}, and {OtherSource}",
            Match.Listener => "one end reported, the other is the process that listens at the remote address",
            Match.Host => "one end reported, the remote address belongs to a known host, the process is unknown",
            Match.External => "one end reported, the remote address belongs to no known host",
            Match.Flow => "reported in a captured flow",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, message: null),
        };

    private static string Translated(IEnumerable<string> via) =>
        string.Join(' ', via) is { Length: > 0 } addresses
            ? $"both ends reported, joined by NAT tables, the client connected to {addresses}"
            : "both ends reported, joined by NAT tables";

    private static string Redirected(IEnumerable<string> via) =>
        string.Join(' ', via) is { Length: > 0 } addresses
            ? $"the client connected to {addresses} and was redirected"
            : "the client connected to another port and was redirected";

    private static string Describe(Direction kind) =>
        kind switch
        {
            Direction.Listener => "only the service's end has a listener at its port",
            Direction.Ephemeral => "only the client's port is ephemeral (32768 or higher)",
            Direction.Peers => "the service's end is connected to more distinct other ends",
            Direction.NoListener => "the client's host reports listeners, but none at the client's port",
            _ => "a guess: no other rule decides, so the end with the lower port is taken as the service",
        };
}
