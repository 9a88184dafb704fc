using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching;

/// <summary>All services of an estate by place, protocol, address and port.</summary>
internal sealed class ServiceIndex
{
    /// <summary>Stands for several processes that listen at one endpoint, in network namespaces.</summary>
    private const int Several = -1;

    private readonly Dictionary<Key, int> _services = [];

    /// <summary>The processes at each endpoint at which several processes listen.</summary>
    private readonly Dictionary<Key, HashSet<int>> _several = [];

    /// <summary>A bit for each port that has any service, to skip most ports without a look-up.</summary>
    private readonly ulong[] _ports = new ulong[(ushort.MaxValue + 1) / 64];

    private readonly AddressInterner _addresses;
    private readonly int _anyV4;
    private readonly int _anyV6;

    /// <summary>Number of addresses at which each place listens at a port and at any port; null until needed.</summary>
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
        foreach (var range in estate.Ranges)
        {
            for (var i = range.Start; i < range.End; i++)
            {
                ref readonly var socket = ref estate[i];
                if (socket.Kind == SocketKind.Service)
                {
                    Add(range.Place, socket);
                }
            }
        }
    }

    public int Count { get; private set; }

    /// <summary>
    /// Finds the service under an endpoint of a place: bound to exactly the address, else to all addresses of its
    /// family, else to "::", which stands for IPv4 too. Source: docs/matching.md, "Terms".
    /// </summary>
    /// <param name="bound">The address that the service is bound to.</param>
    /// <param name="process">The service's process; 0 if several processes listen there, in network namespaces.</param>
    public bool TryFind(Place place, Protocol protocol, int address, ushort port, out int bound, out int process)
    {
        (bound, process) = (0, 0);
        if (!MayListen(port))
        {
            return false;
        }

        var key = new Key(place.Id, address, port, protocol);
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
    /// Whether a connection's socket has a service under it. For UDP, only a service of the same process counts:
    /// another process's unconnected socket at the port is no evidence, as it may be a DHCP client. Source:
    /// docs/matching.md, "Terms".
    /// </summary>
    public bool Serves(Place place, in Socket socket)
    {
        if (socket.Protocol != Protocol.Udp)
        {
            return TryFind(place, socket.Protocol, socket.Local, socket.LocalPort, out _, out _);
        }

        return TryFindOfProcess(place, socket.Protocol, socket.Local, socket.LocalPort, socket.Process, out _);
    }

    /// <summary>
    /// Finds the service of a process under an endpoint. Another process may listen at a closer address, in another
    /// network namespace.
    /// </summary>
    /// <param name="bound">The address that the service is bound to.</param>
    public bool TryFindOfProcess(Place place, Protocol protocol, int address, ushort port, int process, out int bound)
    {
        bound = 0;
        if (!MayListen(port))
        {
            return false;
        }

        var key = new Key(place.Id, address, port, protocol);
        bound =
            Has(key, process) ? address
            : _addresses[address].IsV4 && Has(key with { Address = _anyV4 }, process) ? _anyV4
            : Has(key with { Address = _anyV6 }, process) ? _anyV6
            : 0;
        return bound != 0;
    }

    /// <summary>
    /// Whether the place lists services of the protocol, but none at the port. Source:
    /// docs/matching.md, "Who is the server".
    /// </summary>
    public bool ListsOthersOnly(Place place, Protocol protocol, ushort port)
    {
        if (place.Host == 0)
        {
            return false;
        }

        if (_listed is null)
        {
            _listed = [];
            foreach (var key in _services.Keys)
            {
                ChangeListed(key, 1);
            }
        }

        return _listed.ContainsKey(AtAnyPort(place.Id, protocol))
            && !_listed.ContainsKey(AtPort(place.Id, protocol, port));
    }

    /// <summary>Marks the IDs that the index uses beside those of services.</summary>
    public void MarkUsed(IdsInUse used)
    {
        used.Address(_anyV4);
        used.Address(_anyV6);
    }

    /// <summary>Removes all services of a host whose namespaces are not known.</summary>
    /// <param name="services">All services that were added for the host.</param>
    public void Remove(int host, IReadOnlyCollection<Socket> services)
    {
        Count -= services.Count;
        foreach (var socket in services)
        {
            var key = new Key(host, socket.Local, socket.LocalPort, socket.Protocol);
            _several.Remove(key);
            if (_services.Remove(key))
            {
                ChangeListed(key, -1);
            }
        }
    }

    public void Add(Place place, in Socket socket)
    {
        Count++;
        _ports[socket.LocalPort / 64] |= 1UL << (socket.LocalPort % 64);
        Add(place.Id, socket);
        if (!place.IsWholeHost)
        {
            // For ends of which only the host is known.
            Add(place.Host, socket);
        }
    }

    private void Add(int place, in Socket socket)
    {
        var key = new Key(place, socket.Local, socket.LocalPort, socket.Protocol);
        if (_services.TryAdd(key, socket.Process))
        {
            ChangeListed(key, 1);
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

    private void ChangeListed(Key key, int sign)
    {
        if (_listed is not null)
        {
            ChangeCount(AtPort(key.Place, key.Protocol, key.Port), sign);
            ChangeCount(AtAnyPort(key.Place, key.Protocol), sign);
        }
    }

    private void ChangeCount(Key key, int sign)
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

    // Keys of _listed have no address: -1 stands for one port, -2 for any port.
    private static Key AtPort(int place, Protocol protocol, ushort port) => new(place, -1, port, protocol);

    private static Key AtAnyPort(int place, Protocol protocol) => new(place, -2, 0, protocol);

    private readonly record struct Key(int Place, int Address, ushort Port, Protocol Protocol)
    {
        public override int GetHashCode() =>
            (int)Hashing.Hash(((ulong)(uint)Place << 32) | (uint)Address, ((ulong)Port << 8) | (byte)Protocol);
    }
}
