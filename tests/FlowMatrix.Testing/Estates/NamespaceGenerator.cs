namespace FlowMatrix.Testing.Estates;

/// <summary>
/// Generates random estates with network namespaces and NAT tables. Nasty estates are those of
/// <see cref="EstateGenerator"/> with their sockets in random namespaces. Realistic estates have containers whose
/// addresses repeat, and connections that are translated as on real hosts. Of both, ends and entries are missing or
/// reported twice.
/// </summary>
internal sealed class NamespaceGenerator
{
    private readonly Random _random;
    private readonly string[] _hosts = ["vm-1", "vm-2", "vm-3"];
    private readonly HashSet<string> _unknown;
    private readonly Dictionary<string, string> _databases;
    private readonly Dictionary<OraclePlace, HostSpec> _parts = [];

    private NamespaceGenerator(int seed)
    {
        _random = new Random(seed);
        _unknown = [.. _hosts.Where(_ => _random.Next(6) == 0)];

        // Some hosts have the same networks of containers.
        _databases = _hosts.ToDictionary(
            host => host,
            host => _random.Next(2) == 0 ? "172.17.0.3" : $"172.18.{host[^1]}.3"
        );
    }

    public static EstateSpec Nasty(int seed) => new NamespaceGenerator(seed).Scatter(seed);

    public static EstateSpec Realistic(int seed) => new NamespaceGenerator(seed).Build();

    /// <summary>Puts the sockets and addresses of an estate into random namespaces of their hosts.</summary>
    private EstateSpec Scatter(int seed)
    {
        var estate = EstateGenerator.Nasty(seed);
        var namespaces = estate
            .Hosts.Select(host => host.Name)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToDictionary(
                host => host,
                _ =>
                    OneOf<string[]>([
                        ["a"],
                        ["a", "b"],
                        ["a", "b", "c"],
                        ["", "a", "b"],
                        [""],
                    ])
            );
        var sockets = new List<(OraclePlace Place, SocketSpec Socket)>();
        foreach (var host in estate.Hosts)
        {
            foreach (var address in host.Addresses)
            {
                AddAddress(AnyOf(host.Name), address);
            }

            foreach (var socket in host.Sockets)
            {
                var place = AnyOf(host.Name);
                AddSocket(place, socket);
                sockets.Add((place, socket));
            }
        }

        var connections = sockets
            .Where(socket => !new OracleEnd(new OraclePlace("", ""), socket.Socket, false).IsService)
            .ToList();
        for (var i = connections.Count < 2 ? 0 : _random.Next(9); i > 0; i--)
        {
            AddTranslations(
                OneOf(connections),
                OneOf(connections),
                () => OneOf([.. _parts.Keys.OrderBy(place => place.ToString(), StringComparer.Ordinal)])
            );
        }

        return EstateGenerator.Shuffled(estate with { Hosts = [.. _parts.Values] }, _random.Next());

        OraclePlace AnyOf(string host) => new(host, OneOf(namespaces[host]));
    }

    /// <summary>
    /// Adds one to three entries from the connection of a client's socket to that of a service's socket.
    /// </summary>
    private void AddTranslations(
        (OraclePlace Place, SocketSpec Socket) client,
        (OraclePlace Place, SocketSpec Socket) server,
        Func<OraclePlace> anyPlace
    )
    {
        var (from, to) = (client.Socket, server.Socket);
        var tuple = new TupleSpec(from.Local, from.LocalPort, from.Remote, from.RemotePort);
        var last = new TupleSpec(to.Remote, to.RemotePort, to.Local, to.LocalPort);
        for (var more = _random.Next(3); more > 0; more--)
        {
            var next = _random.Next(2) == 0 ? tuple with { Client = last.Client } : last with { ServicePort = 5000 };
            AddEntry(_random.Next(2) == 0 ? client.Place : anyPlace(), from.Protocol, tuple, next);
            tuple = next;
        }

        AddEntry(_random.Next(2) == 0 ? client.Place : anyPlace(), from.Protocol, tuple, last);
        if (_random.Next(8) == 0)
        {
            AddEntry(anyPlace(), from.Protocol, last, tuple);
        }
    }

    private EstateSpec Build()
    {
        foreach (var host in _hosts)
        {
            AddAddress(In(host, "root"), Outer(host));
            AddAddress(In(host, "root"), "172.17.0.1");
            AddAddress(In(host, "web"), "172.17.0.2");
            AddAddress(In(host, "db"), _databases[host]);
            AddAddress(In(host, "rootless-1"), "10.0.2.100");
            AddAddress(In(host, "rootless-2"), "10.0.2.100");
        }

        for (var i = 5 + _random.Next(15); i > 0; i--)
        {
            AddConnection(OneOf(_hosts), OneOf(_hosts));
        }

        return EstateGenerator.Shuffled(new EstateSpec([.. _parts.Values], [], Past: false), _random.Next());
    }

    private void AddConnection(string host, string other)
    {
        var (root, web, db) = (In(host, "root"), In(host, "web"), In(host, "db"));
        var (port, from, changed) = (OneOf([80, 5000]), 40000 + _random.Next(3), 50000 + _random.Next(3));
        switch (_random.Next(10))
        {
            case 0:
                var own = OneOf([root, web, db, In(host, "rootless-1"), In(host, "rootless-2")]);
                Connect(own, new("127.0.0.1", from, "127.0.0.1", port), own);
                break;
            case 1:
                Connect(web, new("172.17.0.2", from, _databases[host], port), db);
                break;
            case 2:
                Connect(root, new(Outer(host), from, Outer(other), port), In(other, "root"));
                break;
            case 3:
                // A published port.
                Connect(
                    root,
                    new(Outer(host), from, Outer(other), 8080),
                    In(other, "web"),
                    (In(other, "root"), new(Outer(host), from, "172.17.0.2", port))
                );
                break;
            case 4:
                // Masquerade.
                Connect(
                    web,
                    new("172.17.0.2", from, Outer(other), port),
                    In(other, "root"),
                    (root, new(Outer(host), changed, Outer(other), port))
                );
                break;
            case 5:
                // Both on one host.
                Connect(
                    web,
                    new("172.17.0.2", from, Outer(host), 8080),
                    db,
                    (root, new("172.17.0.1", changed, _databases[host], port))
                );
                break;
            case 6:
                // Masquerade on one host and a published port on the other.
                Connect(
                    web,
                    new("172.17.0.2", from, Outer(other), 8080),
                    In(other, "web"),
                    (root, new(Outer(host), changed, Outer(other), 8080)),
                    (In(other, "root"), new(Outer(host), changed, "172.17.0.2", port))
                );
                break;
            case 7:
                // A load balancer on a third host.
                Connect(
                    root,
                    new(Outer(host), from, Outer("vm-3"), 443),
                    In(other, "web"),
                    (In("vm-3", "root"), new(Outer("vm-3"), changed, Outer(other), 8080)),
                    (In(other, "root"), new(Outer("vm-3"), changed, "172.17.0.2", port))
                );
                break;
            case 8:
                // A sidecar.
                var pod = OneOf([web, In(host, "rootless-1"), In(host, "rootless-2")]);
                var address = pod == web ? "172.17.0.2" : "10.0.2.100";
                Connect(
                    pod,
                    new(address, from, Outer(other), port),
                    pod,
                    (pod, new(address, from, "127.0.0.1", 15001))
                );
                break;
            default:
                // A rootless container: a process of the host opens a second connection.
                var rootless = In(host, OneOf(["rootless-1", "rootless-2"]));
                AddSocket(rootless, Socket("10.0.2.100", from, Outer(other), port));
                Connect(root, new(Outer(host), changed, Outer(other), port), In(other, "root"));
                break;
        }
    }

    /// <summary>Adds the sockets and entries of a connection. Some are missing, some are reported twice.</summary>
    /// <param name="tuple">The connection as the client sees it.</param>
    /// <param name="translations">The connection after each translation, and where that is done.</param>
    private void Connect(
        OraclePlace client,
        TupleSpec tuple,
        OraclePlace server,
        params (OraclePlace Place, TupleSpec After)[] translations
    )
    {
        Some(() => AddSocket(client, Socket(tuple.Client, tuple.ClientPort, tuple.Service, tuple.ServicePort)));
        foreach (var (place, after) in translations)
        {
            var before = tuple;
            Some(() => AddEntry(place, "TCP", before, after));
            if (_random.Next(16) == 0)
            {
                AddEntry(In(OneOf(_hosts), OneOf(["root", "web"])), "TCP", before, after);
            }

            tuple = after;
        }

        Some(() => AddSocket(server, Socket(tuple.Service, tuple.ServicePort, tuple.Client, tuple.ClientPort)));
        if (_random.Next(3) != 0)
        {
            var bound = _random.Next(2) == 0 ? "0.0.0.0" : tuple.Service;
            AddSocket(server, Socket(bound, tuple.ServicePort, "0.0.0.0", 0) with { State = "LISTEN" });
        }
    }

    private void Some(Action add)
    {
        if (_random.Next(8) != 0)
        {
            add();
        }

        if (_random.Next(16) == 0)
        {
            add();
        }
    }

    private SocketSpec Socket(string local, int localPort, string remote, int remotePort)
    {
        var name = OneOf(["a", "b"]);
        return new("TCP", local, localPort, remote, remotePort, "ESTABLISHED", $"/bin/{name}", name, _random.Next(9));
    }

    /// <summary>A host whose namespaces are not known has all its sockets in one place, as in Skydive.</summary>
    private OraclePlace In(string host, string name) => new(host, _unknown.Contains(host) ? "" : name);

    private static string Outer(string host) => $"10.0.0.{host[^1]}";

    private void AddAddress(OraclePlace place, string address)
    {
        var part = Part(place);
        _parts[place] = part with { Addresses = [.. part.Addresses, address] };
    }

    private void AddSocket(OraclePlace place, SocketSpec socket)
    {
        var part = Part(place);
        _parts[place] = part with { Sockets = [.. part.Sockets, socket] };
    }

    private void AddEntry(OraclePlace place, string protocol, TupleSpec before, TupleSpec after)
    {
        var part = Part(place);
        _parts[place] = part with { Nat = [.. part.Nat, new NatSpec(protocol, before, after)] };
    }

    private HostSpec Part(OraclePlace place) =>
        _parts.GetValueOrDefault(place) ?? new HostSpec(place.Host, [], []) { Namespace = place.Namespace };

    private T OneOf<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];
}
