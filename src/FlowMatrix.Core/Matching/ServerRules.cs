using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Matching;

/// <summary>One end of a connection, as far as the decision about the server looks at it.</summary>
/// <param name="Host">0 where it is not known.</param>
/// <param name="SeenOn">The host whose socket names the end.</param>
/// <param name="Serves">It has a service under it on its own host.</param>
internal readonly record struct ConnectionEnd(int Host, int SeenOn, int Address, ushort Port, bool Serves)
{
    public bool IsEphemeral => EphemeralPorts.Has(Port);
}

/// <summary>How many distinct other ends an endpoint has, over all connections of the estate.</summary>
internal interface IPeerCounts
{
    int Count(Protocol protocol, ConnectionEnd end);
}

/// <summary>
/// Which end of a connection is the server, where the way in which the ends were found doesn't decide it: the first
/// evidence that tells the two ends apart. Source: docs/matching.md, "Who is the server".
/// </summary>
internal sealed class ServerRules(ServiceIndex services, AddressInterner addresses)
{
    /// <summary>Whether the first end is the server, and by which evidence; null where peers have to be counted first.</summary>
    public (bool FirstServes, Direction Direction)? WithoutPeers(
        Protocol protocol,
        in ConnectionEnd first,
        in ConnectionEnd second
    )
    {
        if (first.Serves != second.Serves)
        {
            return (first.Serves, Direction.Listener);
        }

        if (first.IsEphemeral != second.IsEphemeral)
        {
            return (second.IsEphemeral, Direction.Ephemeral);
        }

        return first.IsEphemeral ? null : ByNoListener(protocol, first, second);
    }

    /// <summary>The same for ends of which peers were counted.</summary>
    public (bool FirstServes, Direction Direction) WithPeers(
        Protocol protocol,
        in ConnectionEnd first,
        in ConnectionEnd second,
        IPeerCounts peers
    )
    {
        if (WithoutPeers(protocol, first, second) is { } decided)
        {
            return decided;
        }

        var (ofFirst, ofSecond) = (peers.Count(protocol, first), peers.Count(protocol, second));
        return MorePeers(ofFirst, ofSecond) is var more and not 0
            ? (more > 0, Direction.Peers)
            : ByNoListener(protocol, first, second) ?? (FirstIsLower(first, second), Direction.Port);
    }

    /// <summary>Above 0 where the first end is the server by its peers, below 0 where the second is, else 0.</summary>
    public static int MorePeers(int ofFirst, int ofSecond) =>
        Math.Max(ofFirst, ofSecond) < 2 ? 0 : ofFirst.CompareTo(ofSecond);

    /// <summary>The client is the end whose host lists services of this protocol, but none at its port.</summary>
    private (bool FirstServes, Direction Direction)? ByNoListener(
        Protocol protocol,
        in ConnectionEnd first,
        in ConnectionEnd second
    )
    {
        if (first.Serves || second.Serves)
        {
            return null;
        }

        var firstIsClient = services.ListsOthersOnly(first.Host, protocol, first.Port);
        var secondIsClient = services.ListsOthersOnly(second.Host, protocol, second.Port);
        return firstIsClient != secondIsClient ? (secondIsClient, Direction.NoListener) : null;
    }

    /// <summary>Lower port, then lower address.</summary>
    private bool FirstIsLower(in ConnectionEnd first, in ConnectionEnd second) =>
        first.Port != second.Port
            ? first.Port < second.Port
            : addresses[first.Address].CompareTo(addresses[second.Address]) < 0;
}
