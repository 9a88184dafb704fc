using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching;

/// <summary>What is known of one end of a connection when its service is decided.</summary>
/// <param name="Place">Where the end is; host 0 if that is not known.</param>
/// <param name="SeenOn">Where the socket is that reports the end.</param>
/// <param name="Serves">Whether the end has a service under it in its place.</param>
internal readonly record struct ConnectionEnd(Place Place, Place SeenOn, int Address, ushort Port, bool Serves)
{
    public bool IsEphemeral => EphemeralPorts.Has(Port);
}

/// <summary>Counts the distinct other ends of an endpoint over all connections of the estate.</summary>
internal interface IPeerCounts
{
    int Count(Protocol protocol, ConnectionEnd end);
}

/// <summary>
/// Decides which end of a connection is the service, unless the pairing step decided it. The first rule that
/// distinguishes the two ends is used. Source: docs/matching.md, "Who is the server".
/// </summary>
internal sealed class ServerRules(ServiceIndex services, AddressInterner addresses)
{
    /// <summary>Decides whether the first end is the service; null if peers have to be counted first.</summary>
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

    /// <summary>Decides whether the first end is the service, with counted peers.</summary>
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

    /// <summary>Compares numbers of peers: above 0 if the first end is the service, below 0 if the second is.</summary>
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

        var firstIsClient = services.ListsOthersOnly(first.Place, protocol, first.Port);
        var secondIsClient = services.ListsOthersOnly(second.Place, protocol, second.Port);
        return firstIsClient != secondIsClient ? (secondIsClient, Direction.NoListener) : null;
    }

    /// <summary>Whether the first end has the lower port, or on equal ports the lower address.</summary>
    private bool FirstIsLower(in ConnectionEnd first, in ConnectionEnd second) =>
        first.Port != second.Port
            ? first.Port < second.Port
            : addresses[first.Address].CompareTo(addresses[second.Address]) < 0;
}
