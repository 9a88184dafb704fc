namespace FlowMatrix.Core.Sockets;

/// <summary>
/// Which hosts have an address. There are two kinds: the interface addresses, which interface nodes list, and the seen
/// addresses, which are these and the ones that sockets are bound to. Loopback and unspecified addresses have no owner.
/// Source: docs/matching.md, "Addresses of hosts".
/// </summary>
internal sealed class AddressOwners
{
    private const int Several = -1;

    private readonly Dictionary<int, HashSet<int>> _shared = [];
    private int[] _owners = new int[64];

    /// <summary>Whether no address has an owner.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>The same owners, to which more can be added.</summary>
    public AddressOwners Copy()
    {
        var copy = new AddressOwners { _owners = [.. _owners], IsEmpty = IsEmpty };
        foreach (var (address, hosts) in _shared)
        {
            copy._shared[address] = [.. hosts];
        }

        return copy;
    }

    public void Add(int address, int host)
    {
        if (address >= _owners.Length)
        {
            Array.Resize(ref _owners, Math.Max(address + 1, _owners.Length * 2));
        }

        IsEmpty = false;
        ref var owner = ref _owners[address];
        if (owner == 0)
        {
            owner = host;
        }
        else if (owner != host)
        {
            if (owner != Several)
            {
                _shared[address] = [owner];
                owner = Several;
            }

            _shared[address].Add(host);
        }
    }

    /// <summary>The host no longer has the address.</summary>
    public void Remove(int address, int host)
    {
        if (address >= _owners.Length)
        {
            return;
        }

        ref var owner = ref _owners[address];
        if (owner == host)
        {
            owner = 0;
        }
        else if (owner == Several && _shared[address].Remove(host) && _shared[address].Count == 1)
        {
            owner = _shared[address].Single();
            _shared.Remove(address);
        }
    }

    /// <summary>Whether the host has the address; the unknown host 0 has none.</summary>
    public bool Has(int host, int address) =>
        host != 0
        && address < _owners.Length
        && (_owners[address] == host || (_owners[address] == Several && _shared[address].Contains(host)));

    /// <summary>Whether any host has the address.</summary>
    public bool HasAny(int address) => address < _owners.Length && _owners[address] != 0;

    /// <summary>Whether several hosts have the address.</summary>
    public bool IsShared(int address) => address < _owners.Length && _owners[address] == Several;

    /// <summary>The hosts that have the address, in no order.</summary>
    public IReadOnlyCollection<int> GetHosts(int address) =>
        address >= _owners.Length || _owners[address] == 0 ? []
        : _owners[address] == Several ? _shared[address]
        : [_owners[address]];

    /// <summary>Whether a host other than this one has the address.</summary>
    public bool HasOther(int host, int address) =>
        address < _owners.Length && _owners[address] is var owner && owner != 0 && owner != host;

    /// <summary>The only host that has the address; 0 where there is none or more than one.</summary>
    public int Only(int address) => address < _owners.Length && _owners[address] is var owner and > 0 ? owner : 0;

    /// <summary>
    /// Whose address it is, seen from a host: its own where it has it, else the only host's, else 0: no guess.
    /// </summary>
    public int SeenFrom(int host, int address) => Has(host, address) ? host : Only(address);

    public IEnumerable<(int Address, int Host)> All()
    {
        for (var address = 0; address < _owners.Length; address++)
        {
            if (_owners[address] > 0)
            {
                yield return (address, _owners[address]);
            }
        }

        foreach (var (address, hosts) in _shared)
        {
            foreach (var host in hosts)
            {
                yield return (address, host);
            }
        }
    }
}
