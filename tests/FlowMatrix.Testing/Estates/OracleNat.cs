namespace FlowMatrix.Testing.Estates;

/// <summary>
/// The part of the plain implementation that follows the NAT tables. Source: docs/matching.md, "NAT table".
/// </summary>
internal sealed class OracleNat
{
    private readonly OracleAddresses _addresses;
    private readonly List<Entry> _entries;

    public OracleNat(IEnumerable<HostSpec> hosts, OracleAddresses addresses)
    {
        _addresses = addresses;
        _entries =
        [
            .. hosts.SelectMany(host =>
                host.Nat.Select(nat => new Entry(
                    new OraclePlace(host.Name, host.Namespace),
                    Tuple.From(nat.Protocol, nat.Before),
                    Tuple.From(nat.Protocol, nat.After)
                ))
            ),
        ];
        _entries.RemoveAll(entry => entry.Before == entry.After);
    }

    /// <summary>Returns the sockets that are each other's only candidates.</summary>
    public List<(OracleEnd Client, OracleEnd Server)> Pairs(IReadOnlyList<OracleEnd> unpaired)
    {
        var pairs = unpaired
            .Select(client => (Client: client, Server: Server(client, unpaired)))
            .Where(pair => pair.Server is not null)
            .ToList();
        return
        [
            .. pairs
                .Where(pair =>
                    pairs.Count(other =>
                        other.Client == pair.Client
                        || other.Server == pair.Client
                        || other.Client == pair.Server
                        || other.Server == pair.Server
                    ) == 1
                )
                .Select(pair => (pair.Client, pair.Server!)),
        ];
    }

    private OracleEnd? Server(OracleEnd client, IReadOnlyList<OracleEnd> unpaired)
    {
        var tuple = Tuple.FromClient(client);
        var place = client.Place;
        var translations = 0;
        while (true)
        {
            var entries = Nearest(
                _entries.Where(entry => entry.Before == tuple).ToList(),
                entry => entry.Place,
                place,
                tuple,
                tuple.Client
            );
            if (entries.Count == 0)
            {
                break;
            }

            var results = entries.Select(entry => (entry.Place.Host, entry.After)).Distinct().ToList();
            if (results.Count > 1 || translations == 8)
            {
                return null;
            }

            var places = entries.Select(entry => entry.Place).Distinct().ToList();
            place = places.Count == 1 ? places[0] : new OraclePlace(results[0].Host, "");
            tuple = results[0].After;
            translations++;
        }

        var servers = Nearest(
            unpaired.Where(server => server != client && Tuple.FromServer(server) == tuple).ToList(),
            server => server.Place,
            place,
            tuple,
            tuple.Service
        );
        return translations > 0 && servers.Count == 1 ? servers[0] : null;
    }

    private List<T> Nearest<T>(
        List<T> all,
        Func<T, OraclePlace> placeOf,
        OraclePlace place,
        Tuple tuple,
        string address
    )
    {
        var here = all.Where(one => placeOf(one) == place).ToList();
        var onHost = all.Where(one => placeOf(one).Host == place.Host).ToList();
        var hasLoopback = OracleEnd.IsLoopback(tuple.Client) || OracleEnd.IsLoopback(tuple.Service);
        return here.Count > 0 || hasLoopback ? here
            : onHost.Count > 0 ? onHost
            : _addresses.Hosts(address).Count > 1 ? []
            : all;
    }

    private sealed record Entry(OraclePlace Place, Tuple Before, Tuple After);

    private sealed record Tuple(string Protocol, string Client, int ClientPort, string Service, int ServicePort)
    {
        public static Tuple From(string protocol, TupleSpec spec) =>
            new(
                protocol,
                OracleEnd.Text(spec.Client)!,
                spec.ClientPort,
                OracleEnd.Text(spec.Service)!,
                spec.ServicePort
            );

        public static Tuple FromClient(OracleEnd end) =>
            new(end.Socket.Protocol, end.Local, end.Socket.LocalPort, end.Remote!, end.Socket.RemotePort);

        public static Tuple FromServer(OracleEnd end) =>
            new(end.Socket.Protocol, end.Remote!, end.Socket.RemotePort, end.Local, end.Socket.LocalPort);
    }
}
