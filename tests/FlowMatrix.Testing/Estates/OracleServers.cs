namespace FlowMatrix.Testing.Estates;

/// <summary>One end of a connection, which is reported or known only from the other end.</summary>
internal sealed record OracleSide(OraclePlace? Place, OraclePlace SeenOn, string Address, int Port, bool HasService);

/// <summary>
/// The part of the plain implementation that decides which end is the service. Source: docs/matching.md, "Who is the
/// server".
/// </summary>
internal sealed class OracleServers(
    IReadOnlyList<OracleEnd> all,
    IReadOnlyList<OracleEnd> connectionEnds,
    OracleAddresses addresses
)
{
    public OracleSide OwnSide(OracleEnd end) =>
        new(end.Place, end.Place, end.Local, end.Socket.LocalPort, HasService(end));

    /// <summary>Decides whether the first side is the service, by the first rule that distinguishes the two.</summary>
    public (bool FirstServes, string Direction) Decide(string protocol, OracleSide one, OracleSide other)
    {
        var bothEphemeral = one.Port >= 32768 && other.Port >= 32768;
        var neitherEphemeral = one.Port < 32768 && other.Port < 32768;
        if (one.HasService != other.HasService)
        {
            return (one.HasService, "Listener");
        }

        if (!bothEphemeral && !neitherEphemeral)
        {
            return (one.Port < 32768, "Ephemeral");
        }

        var (peers, otherPeers) = (Peers(protocol, one), Peers(protocol, other));
        var byPeers = peers != otherPeers && Math.Max(peers, otherPeers) >= 2;
        if (bothEphemeral && byPeers)
        {
            return (peers > otherPeers, "Peers");
        }

        var (isClient, otherIsClient) = (ListsNoneAtItsPort(protocol, one), ListsNoneAtItsPort(protocol, other));
        if (!one.HasService && !other.HasService && isClient != otherIsClient)
        {
            return (otherIsClient, "NoListener");
        }

        if (neitherEphemeral && byPeers)
        {
            return (peers > otherPeers, "Peers");
        }

        return (
            one.Port != other.Port
                ? one.Port < other.Port
                : StringComparer.Ordinal.Compare(Oracle.Sortable(one.Address), Oracle.Sortable(other.Address)) < 0,
            "Port"
        );
    }

    /// <summary>
    /// Returns the number of distinct other ends of all connection sockets that have the endpoint at either end.
    /// Endpoints on loopback, or at an address that several hosts or namespaces have, are counted per place.
    /// </summary>
    private int Peers(string protocol, OracleSide side)
    {
        var perPlace = OracleEnd.IsLoopback(side.Address) || addresses.AreSeveralPlaces(side.Address);
        var sockets = connectionEnds
            .Where(end => end.Socket.Protocol == protocol && (!perPlace || end.Place == side.SeenOn))
            .ToList();
        var endpoint = $"{side.Address} {side.Port}";
        return sockets
            .Where(end => end.LocalEnd == endpoint)
            .Select(end => end.RemoteEnd)
            .Concat(sockets.Where(end => end.RemoteEnd == endpoint).Select(end => end.LocalEnd))
            .Distinct()
            .Count();
    }

    private bool ListsNoneAtItsPort(string protocol, OracleSide side)
    {
        var services = all.Where(end => end.IsService && end.Socket.Protocol == protocol)
            .Where(end => side.Place is not null && IsIn(side.Place, end))
            .ToList();
        return side.Place is { Host.Length: > 0 }
            && services.Count > 0
            && services.All(service => service.Socket.LocalPort != side.Port);
    }

    /// <summary>Whether the end has a service under it. For UDP, only services of the same process count.</summary>
    public bool HasService(OracleEnd end) =>
        Services(
            end.Place,
            end.Socket.Protocol,
            end.Local,
            end.Socket.LocalPort,
            end.Socket.Protocol == "UDP" ? end.Process : null
        ).Count > 0;

    /// <summary>
    /// Returns the services under an endpoint: bound to exactly the address, else to all addresses of its family, else
    /// to "::", which stands for IPv4 too.
    /// </summary>
    /// <param name="process">The process of the services; null for any process.</param>
    public List<OracleEnd> Services(
        OraclePlace place,
        string protocol,
        string address,
        int port,
        (string Path, string Name)? process = null
    )
    {
        var there = all.Where(end =>
                end.IsService
                && IsIn(place, end)
                && end.Socket.Protocol == protocol
                && end.Socket.LocalPort == port
                && (process is null || end.Process == process)
            )
            .ToList();
        var isV4 = !address.Contains(':', StringComparison.Ordinal);
        return new[] { address, isV4 ? "0.0.0.0" : "::", "::" }
                .Select(bound => there.Where(end => end.Local == bound).ToList())
                .FirstOrDefault(found => found.Count > 0)
            ?? [];
    }

    /// <summary>Whether a socket is in a place. A whole host has the sockets of all its namespaces.</summary>
    private static bool IsIn(OraclePlace place, OracleEnd end) =>
        end.Host == place.Host && (place.IsWholeHost || end.Place == place);
}
