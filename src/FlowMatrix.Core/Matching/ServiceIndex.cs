using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching;

/// <summary>What listens where: on which host, under which protocol, address and port, which process.</summary>
internal sealed class ServiceIndex
{
    /// <summary>Several different processes listen at the same endpoint, in network namespaces.</summary>
    private const int Several = -1;

    private readonly Dictionary<Key, int> _services = [];

    /// <summary>The processes at each endpoint at which several different ones listen.</summary>
    private readonly Dictionary<Key, HashSet<int>> _several = [];

    /// <summary>The ports that anything listens on: most ports are nobody's, and this answers without a look-up.</summary>
    private readonly ulong[] _ports = new ulong[(ushort.MaxValue + 1) / 64];

    private readonly AddressInterner _addresses;
    private readonly int _anyV4;
    private readonly int _anyV6;

    /// <summary>At how many addresses each host listens at a port, and at any; null until that is asked.</summary>
    private Dictionary<Key, int>? _listed;

    public ServiceIndex(IdTables ids)
    {
        _addresses = ids.Addresses;
        _anyV4 = _addresses.Add(IpAddress.AnyV4);
        _anyV6 = _addresses.Add(IpAddress.AnyV6);
    }

    public ServiceIndex(Estate estate)
        : this(estate.IdTables)
    {
        foreach (var host in estate.Hosts)
        {
            for (var i = host.Start; i < host.End; i++)
            {
                ref readonly var socket = ref estate[i];
                if (socket.Kind == SocketKind.Service)
                {
                    Add(host.Host, socket);
                }
            }
        }
    }

    public int Count { get; private set; }

    /// <summary>
    /// The service under an endpoint of a host: one bound to exactly its address, else a wildcard one of its family,
    /// else "::" for IPv4 too. Source: docs/matching.md, "Who is the server".
    /// </summary>
    /// <param name="process">Its process; 0 where several different ones listen there (in namespaces): no guess.</param>
    public bool TryFind(int host, Protocol protocol, int address, ushort port, out int process) =>
        TryFind(host, protocol, address, port, out _, out process);

    /// <param name="bound">The address that it is bound to.</param>
    public bool TryFind(int host, Protocol protocol, int address, ushort port, out int bound, out int process)
    {
        (bound, process) = (0, 0);
        if (!MayListen(port))
        {
            return false;
        }

        var key = new Key(host, address, port, protocol);
        bound = address;
        if (!_services.TryGetValue(key, out process))
        {
            bound = _anyV4;
            if (!_addresses[address].IsV4 || !_services.TryGetValue(key with { Address = bound }, out process))
            {
                bound = _anyV6;
                if (!_services.TryGetValue(key with { Address = bound }, out process))
                {
                    return false;
                }
            }
        }

        process = process == Several ? 0 : process;
        return true;
    }

    /// <summary>
    /// Whether a connection's socket has a service under it. A connected UDP socket has only one of its own process: another
    /// process's unconnected socket at the port says nothing (a DHCP client beside a connected one).
    /// </summary>
    public bool Serves(int host, in Socket socket)
    {
        if (socket.Protocol != Protocol.Udp)
        {
            return TryFind(host, socket.Protocol, socket.Local, socket.LocalPort, out _, out _);
        }

        if (!MayListen(socket.LocalPort))
        {
            return false;
        }

        var key = new Key(host, socket.Local, socket.LocalPort, socket.Protocol);
        return Has(key, socket.Process)
            || (_addresses[socket.Local].IsV4 && Has(key with { Address = _anyV4 }, socket.Process))
            || Has(key with { Address = _anyV6 }, socket.Process);
    }

    /// <summary>
    /// Whether a host lists services of a protocol, but none at a port. Source: docs/matching.md, "Who is the server".
    /// </summary>
    public bool ListsOthersOnly(int host, Protocol protocol, ushort port)
    {
        if (host == 0)
        {
            return false;
        }

        if (_listed is null)
        {
            _listed = [];
            foreach (var key in _services.Keys)
            {
                Count1(key, 1);
            }
        }

        return Lists(host, protocol) && !_listed.ContainsKey(AtPort(host, protocol, port));
    }

    /// <summary>The numbers that it has beside those of services.</summary>
    public void MarkUsed(IdsInUse used)
    {
        used.Address(_anyV4);
        used.Address(_anyV6);
    }

    /// <summary>Takes all services of a host away.</summary>
    /// <param name="services">All that were added.</param>
    public void Remove(int host, IReadOnlyCollection<Socket> services)
    {
        Count -= services.Count;
        foreach (var socket in services)
        {
            var key = new Key(host, socket.Local, socket.LocalPort, socket.Protocol);
            _several.Remove(key);
            if (_services.Remove(key))
            {
                Count1(key, -1);
            }
        }
    }

    public void Add(int host, in Socket socket)
    {
        Count++;
        _ports[socket.LocalPort / 64] |= 1UL << (socket.LocalPort % 64);
        var key = new Key(host, socket.Local, socket.LocalPort, socket.Protocol);
        if (_services.TryAdd(key, socket.Process))
        {
            Count1(key, 1);
        }
        else if (_services[key] is var known && known != socket.Process)
        {
            if (known != Several)
            {
                _several[key] = [known];
                _services[key] = Several;
            }

            _several[key].Add(socket.Process);
        }
    }

    private bool MayListen(ushort port) => (_ports[port / 64] & (1UL << (port % 64))) != 0;

    private bool Has(Key key, int process) =>
        _services.TryGetValue(key, out var known)
        && (known == process || (known == Several && _several[key].Contains(process)));

    private bool Lists(int host, Protocol protocol) => _listed!.ContainsKey(AtAnyPort(host, protocol));

    private void Count1(Key key, int sign)
    {
        if (_listed is not null)
        {
            Change(AtPort(key.Host, key.Protocol, key.Port), sign);
            Change(AtAnyPort(key.Host, key.Protocol), sign);
        }
    }

    private void Change(Key key, int sign)
    {
        var listed = _listed!;
        var count = listed.GetValueOrDefault(key) + sign;
        if (count == 0)
        {
            listed.Remove(key);
        }
        else
        {
            listed[key] = count;
        }
    }

    // In the table of what is listed no key has an address: a number below 0 stands for a port and for all ports.
    private static Key AtPort(int host, Protocol protocol, ushort port) => new(host, -1, port, protocol);

    private static Key AtAnyPort(int host, Protocol protocol) => new(host, -2, 0, protocol);

    private readonly record struct Key(int Host, int Address, ushort Port, Protocol Protocol)
    {
        public override int GetHashCode() =>
            (int)Hashing.Hash(((ulong)(uint)Host << 32) | (uint)Address, ((ulong)Port << 8) | (byte)Protocol);
    }
}
