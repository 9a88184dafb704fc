namespace FlowMatrix.Bench;

internal sealed record GeneratedProcess(string Path, string Name);

internal readonly record struct GeneratedSocket(
    string Local,
    int LocalPort,
    GeneratedProcess Process,
    int Pid,
    string Protocol,
    string Remote,
    int RemotePort,
    string State
);

/// <summary>
/// An estate of any size: services whose popularity follows a power law, their clients, loopback, UDP, IPv6,
/// containers whose addresses repeat from host to host, published ports, external addresses, unmatched ends. Each
/// connection is computed from its number, so that the sockets of a host are created while they are written.
/// </summary>
internal sealed class EstateModel
{
    /// <summary>About two of a hundred sockets listen.</summary>
    private const int SocketsPerService = 50;

    private static readonly string[] ServiceNames =
    [
        "mysqld",
        "redis-server",
        "nginx",
        "etcd",
        "beam.smp",
        "memcached",
        "kube-apiserver",
        "java",
        "postgres",
        "haproxy",
    ];

    private readonly int _hosts;
    private readonly int _seed;
    private readonly Service[] _services;
    private readonly GeneratedProcess[] _clients;
    private readonly int[][] _outgoing;
    private readonly int[][] _incoming;
    private readonly Connection[] _connections;

    /// <param name="pools">
    /// Whether clients keep several connections to a service; else nearly each is its own row.
    /// </param>
    public EstateModel(int hosts, int sockets, int seed, bool pools)
    {
        (_hosts, _seed) = (hosts, seed);
        _services = new Service[Math.Max(hosts, sockets / SocketsPerService)];
        for (var i = 0; i < _services.Length; i++)
        {
            var random = new Mixer(seed, 1, i);
            var name = ServiceNames[random.Next(ServiceNames.Length)];
            _services[i] = new Service(
                random.Next(hosts),
                1024 + (int)((long)i * 7919 % 30_000),
                new GeneratedProcess($"/usr/sbin/{name}", name),
                random.Next(100)
            );
        }

        _clients =
        [
            .. Enumerable
                .Range(0, 400)
                .Select(i => new GeneratedProcess(
                    i % 3 == 0 ? "/usr/bin/python3.11" : $"/opt/service-{i}/bin/worker",
                    $"worker-{i}"
                )),
        ];
        _connections = new Connection[Math.Max(0, sockets - _services.Length) * 10 / 18];
        for (int i = 0, pool = 0; i < _connections.Length; i++)
        {
            // Most clients keep one or two connections to their service open, some many.
            if (i > 0 && pool-- > 0)
            {
                _connections[i] = _connections[i - 1];
                continue;
            }

            var random = new Mixer(seed, 2, i);
            pool = pools ? (int)(1 / Math.Max(0.02, random.NextDouble())) - 1 : 0;
            var service = (int)(_services.Length * Math.Pow(random.NextDouble(), 3));
            var kind = random.Next(100);
            var client = kind < 15 || _services[service].IsLoopback ? _services[service].Host : random.Next(hosts);
            _connections[i] = new Connection(service, client, random.Next(_clients.Length), kind);
        }

        _outgoing = ByHost(connection => connection.ClientHost);
        _incoming = ByHost(connection => _services[connection.Service].Host);
    }

    public static string Name(int host) => $"compute-{host:d5}";

    public string Address(int host) => $"10.{(host >> 8) & 255}.{host & 255}.10";

    public string AddressV6(int host) => $"fd00:77::{host + 1:x}";

    public IEnumerable<GeneratedSocket> SocketsOf(int host)
    {
        for (var i = 0; i < _services.Length; i++)
        {
            if (_services[i].Host == host)
            {
                yield return Listener(_services[i]);
            }
        }

        foreach (var i in _outgoing[host].Where(i => new Mixer(_seed, 3, i).Next(100) != 0))
        {
            yield return ClientEnd(i);
        }

        foreach (var i in _incoming[host])
        {
            // A UDP server has no socket for each client, and an external service is on no host.
            if (
                _connections[i].Kind < 94
                && !_services[_connections[i].Service].IsUdp
                && new Mixer(_seed, 4, i).Next(100) != 0
            )
            {
                yield return ServerEnd(i);
            }
        }
    }

    private GeneratedSocket Listener(Service service)
    {
        var address =
            service.IsLoopback ? "127.0.0.1"
            : service.IsContainer || service.Kind % 2 == 0 ? "::"
            : "0.0.0.0";
        return new GeneratedSocket(
            address,
            service.Port,
            service.Process,
            Pid(service),
            service.IsUdp ? "UDP" : "TCP",
            address == "::" ? "::" : "0.0.0.0",
            0,
            service.IsUdp ? "TIME_WAIT" : "LISTEN"
        );
    }

    private GeneratedSocket ClientEnd(int number)
    {
        var (connection, service) = (_connections[number], _services[_connections[number].Service]);
        var random = new Mixer(_seed, 5, number);
        var (remote, port) =
            connection.Kind >= 94
                ? ($"203.0.{connection.Service % 113}.{random.Next(250)}", 443)
                : (
                    service.IsContainer ? Address(service.Host) : ServerAddress(connection, service),
                    service.IsContainer ? service.Port + 20_000 : service.Port
                );
        return new GeneratedSocket(
            ClientAddress(connection, service),
            ClientPort(number),
            _clients[connection.Client],
            1000 + (connection.Client * 7) + (number % 3),
            service.IsUdp ? "UDP" : "TCP",
            remote,
            port,
            "ESTABLISHED"
        );
    }

    private GeneratedSocket ServerEnd(int number)
    {
        var (connection, service) = (_connections[number], _services[_connections[number].Service]);
        return new GeneratedSocket(
            ServerAddress(connection, service),
            service.Port,
            service.Process,
            Pid(service),
            "TCP",
            ClientAddress(connection, service),
            ClientPort(number),
            "ESTABLISHED"
        );
    }

    private string ServerAddress(Connection connection, Service service) =>
        service.IsLoopback ? "127.0.0.1"
        : service.IsContainer ? $"172.17.0.{2 + (service.Port % 40)}"
        : connection.Kind >= 84 ? AddressV6(service.Host)
        : Address(service.Host);

    private string ClientAddress(Connection connection, Service service) =>
        service.IsLoopback ? "127.0.0.1"
        : connection.Kind is >= 84 and < 94 && !service.IsContainer ? AddressV6(connection.ClientHost)
        : Address(connection.ClientHost);

    /// <summary>The ephemeral port: distinct for all connections of a host, while there are free ports.</summary>
    private static int ClientPort(int number) => 32_768 + (int)((number * 2_654_435_761L & 0x7fff_ffff) % 28_000);

    private static int Pid(Service service) => 500 + (service.Port % 3000);

    private int[][] ByHost(Func<Connection, int> host)
    {
        var counts = new int[_hosts];
        foreach (var connection in _connections)
        {
            counts[host(connection)]++;
        }

        var byHost = Array.ConvertAll(counts, count => new int[count]);
        for (var i = _connections.Length - 1; i >= 0; i--)
        {
            var of = host(_connections[i]);
            byHost[of][--counts[of]] = i;
        }

        return byHost;
    }

    private readonly record struct Connection(int Service, int ClientHost, int Client, int Kind);

    private readonly record struct Service(int Host, int Port, GeneratedProcess Process, int Kind)
    {
        public bool IsLoopback => Kind < 12;

        public bool IsContainer => Kind is >= 12 and < 22;

        public bool IsUdp => Kind is >= 22 and < 30;
    }
}
