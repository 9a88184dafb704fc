namespace FlowMatrix.Testing.Estates;

/// <summary>
/// Generates random estates. Nasty estates use only a few addresses and ports, so that many sockets collide; realistic
/// estates are similar to real ones. Both start from complete connections, some ends of which are then removed,
/// duplicated or moved.
/// </summary>
internal sealed class EstateGenerator
{
    private static readonly string[] NastyAddresses =
    [
        "10.0.0.1",
        "10.0.0.2",
        "10.0.0.3",
        "::ffff:10.0.0.1",
        "172.17.0.2",
        "172.17.0.3",
        "127.0.0.1",
        "127.0.0.2",
        "::1",
        "fd00::1",
        "FD00:0::1",
        "fe80::1%eth0",
        "fe80::1",
        "192.0.2.1",
    ];

    private static readonly string[] Wildcards = ["0.0.0.0", "::", "::/0"];

    private static readonly string[] States =
    [
        "ESTABLISHED",
        "ESTABLISHED",
        "ESTABLISHED",
        "CLOSE_WAIT",
        "TIME_WAIT",
        "SYN_SENT",
        "CLOSE",
        "UNKNOWN",
    ];

    private readonly Random _random;
    private readonly bool _nasty;
    private readonly string[] _hosts;
    private readonly string[] _addresses;
    private readonly int[] _ports;
    private readonly Dictionary<string, string[]> _interfaces;

    /// <summary>Whether half of the listening sockets are missing.</summary>
    private readonly bool _hasMissingListeners;
    private readonly List<(string Host, SocketSpec Socket)> _sockets = [];
    private readonly List<SocketSpec> _flows = [];

    private EstateGenerator(int seed, bool nasty)
    {
        _random = new Random(seed);
        _nasty = nasty;
        _hosts = [.. Enumerable.Range(1, nasty ? 3 : 6).Select(i => $"vm-{i}")];
        _addresses = nasty
            ? NastyAddresses
            : [.. Enumerable.Range(1, 20).Select(i => $"10.0.0.{i}"), .. NastyAddresses[4..]];
        _ports = nasty
            ? OneOf<int[]>([
                [53, 80, 5000, 5001],
                [53, 5000, 40000, 40001],
                [40000, 40001, 40002],
            ])
            : [53, 80, 443, 3306, 9200, 61616, .. Enumerable.Range(40000, 60)];
        _hasMissingListeners = _random.Next(2) == 0;
        _interfaces = _hosts.ToDictionary(
            host => host,
            _ => Enumerable.Range(0, _random.Next(3)).Select(_ => OneOf(_addresses)).ToArray()
        );
    }

    public static EstateSpec Nasty(int seed) => new EstateGenerator(seed, nasty: true).Make();

    public static EstateSpec Realistic(int seed) => new EstateGenerator(seed, nasty: false).Make();

    /// <summary>
    /// Returns the same estate with everything in another order and each host split into two revisions.
    /// </summary>
    public static EstateSpec Shuffled(EstateSpec estate, int seed)
    {
        var random = new Random(seed);
        var hosts = estate
            .Hosts.SelectMany(host =>
            {
                var sockets = host.Sockets.ToArray();
                random.Shuffle(sockets);
                var cut = random.Next(sockets.Length + 1);
                return new[]
                {
                    host with
                    {
                        Addresses = [],
                        Sockets = sockets[..cut],
                    },
                    host with
                    {
                        Sockets = sockets[cut..],
                        Nat = [],
                    },
                };
            })
            .ToArray();
        random.Shuffle(hosts);
        var flows = estate.Flows.ToArray();
        random.Shuffle(flows);
        return estate with { Hosts = hosts, Flows = flows };
    }

    private EstateSpec Make()
    {
        for (var i = _random.Next(_nasty ? 8 : 12); i >= 0; i--)
        {
            Add(OneOf(_hosts), Service(Address(), Port()));
        }

        for (var i = _random.Next(_nasty ? 12 : 40); i >= 0; i--)
        {
            AddConnection();
        }

        if (_random.Next(4) == 0)
        {
            // The agent of a machine also lists the sockets of a container host inside it.
            var (outer, inner) = (OneOf(_hosts), OneOf(_hosts));
            _sockets.AddRange(
                _sockets
                    .Where(socket => socket.Host == inner && outer != inner && _random.Next(8) != 0)
                    .Select(socket => (outer, socket.Socket))
                    .ToList()
            );
        }

        var past = _random.Next(3) == 0;
        var hosts = _hosts
            .Select(host => new HostSpec(
                host,
                _interfaces[host],
                [.. _sockets.Where(socket => socket.Host == host).Select(socket => socket.Socket)]
            ))
            .ToList();
        return Shuffled(new EstateSpec(hosts, _flows, past), _random.Next());
    }

    private void AddConnection()
    {
        var (protocol, state) = (_random.Next(5) == 0 ? "UDP" : "TCP", OneOf(States));
        var (clientHost, client, clientPort) = (OneOf(_hosts), Address(), Port());
        var (serverHost, server, serverPort) = (OneOf(_hosts), Address(), Port());
        // The endpoint of the service that the client sees, and the address of the client that the service sees.
        var (seen, seenPort, from) = (server, serverPort, client);
        switch (_random.Next(7))
        {
            case 0:
                (seen, seenPort) = (Address(), Port());
                break;
            case 1:
                from = Address();
                break;
            case 2:
                serverHost = clientHost;
                break;
            case 3:
                (server, serverPort) = (client, clientPort);
                if (_random.Next(2) == 0)
                {
                    (seen, seenPort) = (client, clientPort);
                }

                break;
            case 4:
                (seen, seenPort) = (InterfaceOf(serverHost), Port());
                from = InterfaceOf(clientHost);
                break;
            default:
                break;
        }

        if (_random.Next(2) == 0)
        {
            Add(serverHost, Service(_random.Next(2) == 0 ? server : OneOf(Wildcards[..2]), serverPort, protocol));
        }

        var (name, peer) = (Name(), Name());
        Add(
            clientHost,
            new SocketSpec(protocol, client, clientPort, seen, seenPort, state, $"/bin/{name}", name, _random.Next(9))
        );
        Add(
            serverHost,
            new SocketSpec(protocol, server, serverPort, from, clientPort, state, $"/bin/{peer}", peer, _random.Next(9))
        );
    }

    private SocketSpec Service(string address, int port, string? protocol = null)
    {
        protocol ??= _random.Next(4) == 0 ? "UDP" : "TCP";
        var name = _random.Next(10) == 0 ? "" : Name();
        return new SocketSpec(
            protocol,
            _random.Next(3) == 0 ? OneOf(Wildcards[..2]) : address,
            port,
            OneOf(Wildcards),
            0,
            protocol == "UDP" ? OneOf(States) : "LISTEN",
            name.Length == 0 ? "" : $"/bin/{name}",
            name,
            _random.Next(9)
        );
    }

    /// <summary>
    /// Adds a socket: usually once to its host; sometimes not at all, twice, to two hosts, or to a flow.
    /// </summary>
    private void Add(string host, SocketSpec socket)
    {
        if (_hasMissingListeners && socket.State == "LISTEN" && _random.Next(2) == 0)
        {
            return;
        }

        var chance = _random.Next(_nasty ? 12 : 40);
        if (chance != 0)
        {
            _sockets.Add((host, socket));
        }

        if (chance == 1)
        {
            _sockets.Add((host, socket with { Pid = _random.Next(9) }));
        }
        else if (chance == 2)
        {
            _sockets.Add((OneOf(_hosts), socket with { State = socket.State == "LISTEN" ? "LISTEN" : OneOf(States) }));
        }
        else if (chance == 3)
        {
            var name = Name();
            _sockets.Add((host, socket with { Name = name, Path = $"/bin/{name}" }));
        }

        while (_random.Next(8) == 0)
        {
            var state = socket.State == "LISTEN" ? "LISTEN" : OneOf(States);
            _flows.Add(
                _random.Next(2) == 0 ? socket : socket with { Name = Name(), Pid = _random.Next(9), State = state }
            );
            if (_random.Next(2) == 0)
            {
                _sockets.Remove((host, socket));
            }
        }
    }

    private string Name() => OneOf(["a", "b", "c"]);

    private string InterfaceOf(string host) => _interfaces[host] is { Length: > 0 } own ? OneOf(own) : Address();

    private string Address() => OneOf(_addresses);

    private int Port() => OneOf(_ports);

    private T OneOf<T>(T[] items) => items[_random.Next(items.Length)];
}
