using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching;

/// <summary>
/// Joins the two ends of connections by the kernels' NAT tables. A connection may be translated several times, on one
/// host or on several. Source: docs/matching.md, "NAT table".
/// </summary>
/// <param name="placeOf">Returns the place of a socket of the estate.</param>
/// <param name="unpaired">The sockets of the estate that may be paired, in ascending order.</param>
internal sealed class NatPairs(Estate estate, Func<int, Place> placeOf, IReadOnlyList<int> unpaired)
{
    /// <summary>More translations than any network has. It ends a circle of entries.</summary>
    private const int MaxTranslations = 8;

    private readonly ILookup<ConnectionTuple, NatEntry> _entries = estate
        .NatEntries.Where(entry => entry.Before != entry.After)
        .ToLookup(entry => entry.Before);

    /// <returns>The clients with their servers, in the order of the clients.</returns>
    public IEnumerable<(int Client, int Server)> Find()
    {
        var clients = new List<(int Socket, Place Place, ConnectionTuple Tuple)>();
        foreach (var socket in unpaired)
        {
            if (FollowTranslations(socket) is { } end)
            {
                clients.Add((socket, end.Place, end.Tuple));
            }
        }

        var wanted = clients.Select(client => client.Tuple).ToHashSet();
        var servers = unpaired
            .Select(socket => (Tuple: ConnectionTuple.FromService(estate[socket]), Socket: socket))
            .Where(server => wanted.Contains(server.Tuple))
            .ToLookup(server => server.Tuple, server => server.Socket);
        var pairs = new List<(int Client, int Server)>();
        foreach (var (client, place, tuple) in clients)
        {
            var others = servers[tuple].Where(server => server != client).ToList();
            if (Nearest(others, placeOf, place, tuple, tuple.Service.Address) is [var server])
            {
                pairs.Add((client, server));
            }
        }

        // A socket may fit as the client of one socket and as the server of another.
        var uses = pairs
            .SelectMany(pair => new[] { pair.Client, pair.Server })
            .CountBy(socket => socket)
            .ToDictionary();
        return pairs.Where(pair => uses[pair.Client] == 1 && uses[pair.Server] == 1);
    }

    /// <returns>
    /// The connection after its last translation, and where that is done; null if the connection is not translated, or
    /// if it is not known how.
    /// </returns>
    private (Place Place, ConnectionTuple Tuple)? FollowTranslations(int client)
    {
        var (place, tuple) = (placeOf(client), ConnectionTuple.FromClient(estate[client]));
        for (var translations = 0; translations <= MaxTranslations; translations++)
        {
            var entries = _entries[tuple].ToList();
            var nearest = Nearest(entries, entry => entry.Place, place, tuple, tuple.Client.Address);
            if (nearest.Count == 0)
            {
                return translations > 0 ? (place, tuple) : null;
            }

            var first = nearest[0];
            if (nearest.Exists(other => other.After != first.After || other.Place.Host != first.Place.Host))
            {
                return null;
            }

            place = nearest.TrueForAll(other => other.Place == first.Place)
                ? first.Place
                : Place.WholeHost(first.Place.Host);
            tuple = first.After;
        }

        return null;
    }

    /// <summary>
    /// Returns the entries or sockets of a connection that are in the place, else those on its host, else those on
    /// other hosts. Addresses of containers repeat: where several hosts have the address, those on other hosts may
    /// belong to another connection. Loopback never leaves its place.
    /// </summary>
    private List<T> Nearest<T>(List<T> all, Func<T, Place> placeOf, Place place, in ConnectionTuple tuple, int address)
    {
        var here = all.Where(one => placeOf(one) == place).ToList();
        if (here.Count > 0 || IsLoopback(tuple.Client.Address) || IsLoopback(tuple.Service.Address))
        {
            return here;
        }

        var onHost = all.Where(one => placeOf(one).Host == place.Host).ToList();
        return onHost.Count > 0 ? onHost
            : estate.Owners.IsShared(address) ? []
            : all;
    }

    private bool IsLoopback(int address) => estate.IdTables.Addresses.IsLoopback(address);
}
