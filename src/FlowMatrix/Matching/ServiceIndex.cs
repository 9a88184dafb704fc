using FlowMatrix.Sockets;
using FlowMatrix.Tables;

namespace FlowMatrix.Matching;

/// <summary>What listens where: on which host, under which protocol, address and port, which process.</summary>
internal sealed class ServiceIndex
{
    private readonly Dictionary<Key, int> _services = [];

    /// <summary>The ports that anything listens on: most ports are nobody's, and this answers without a look-up.</summary>
    private readonly ulong[] _ports = new ulong[(ushort.MaxValue + 1) / 64];

    private readonly AddressTable _addresses;
    private readonly int _anyV4;
    private readonly int _anyV6;

    public ServiceIndex(Vocabulary vocabulary)
    {
        _addresses = vocabulary.Addresses;
        _anyV4 = _addresses.Add(IpAddress.AnyV4);
        _anyV6 = _addresses.Add(IpAddress.AnyV6);
    }

    public ServiceIndex(Estate estate)
        : this(estate.Vocabulary)
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
    /// else "::" for IPv4 too. Source: the matching rules, "Who is the server".
    /// </summary>
    /// <param name="process">Its process; 0 where several different ones listen there (in namespaces): no guess.</param>
    public bool TryFind(int host, Protocol protocol, int address, ushort port, out int process) =>
        TryFind(host, protocol, address, port, out _, out process);

    /// <param name="bound">The address that it is bound to.</param>
    public bool TryFind(int host, Protocol protocol, int address, ushort port, out int bound, out int process)
    {
        (bound, process) = (0, 0);
        if ((_ports[port / 64] & (1UL << (port % 64))) == 0)
        {
            return false;
        }

        var key = new Key(host, address, port, protocol);
        bound = address;
        if (_services.TryGetValue(key, out process))
        {
            return true;
        }

        bound = _anyV4;
        if (_addresses[address].IsV4 && _services.TryGetValue(key with { Address = bound }, out process))
        {
            return true;
        }

        bound = _anyV6;
        return _services.TryGetValue(key with { Address = bound }, out process);
    }

    /// <summary>The numbers that it has beside those of services.</summary>
    public void MarkUsed(VocabularyUse used)
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
            _services.Remove(new Key(host, socket.Local, socket.LocalPort, socket.Protocol));
        }
    }

    public void Add(int host, in Socket socket)
    {
        Count++;
        _ports[socket.LocalPort / 64] |= 1UL << (socket.LocalPort % 64);
        var key = new Key(host, socket.Local, socket.LocalPort, socket.Protocol);
        if (!_services.TryAdd(key, socket.Process) && _services[key] != socket.Process)
        {
            _services[key] = 0;
        }
    }

    private readonly record struct Key(int Host, int Address, ushort Port, Protocol Protocol)
    {
        public override int GetHashCode() =>
            (int)Hashing.Of(((ulong)(uint)Host << 32) | (uint)Address, ((ulong)Port << 8) | (byte)Protocol);
    }
}
