namespace FlowMatrix.Core.Sockets;

/// <summary>
/// The hosts that have each address, by IDs. It holds either interface addresses, which Skydive's interface nodes list,
/// or seen addresses, which also include those that sockets are bound to. Loopback and unspecified addresses have no
/// owner. Source: docs/matching.md, "Addresses of hosts".
/// </summary>
internal sealed class AddressOwners
{
    private const int Several = -1;
    private const int MinLength = 64;

    private readonly Dictionary<int, HashSet<int>> _shared = [];
    private int[] _owners = [];

    /// <summary>Whether no owner was ever added.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>Returns a copy that can be changed independently.</summary>
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
            Array.Resize(ref _owners, Math.Max(address + 1, Math.Max(MinLength, _owners.Length * 2)));
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

    /// <summary>Records that the host no longer has the address.</summary>
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

    /// <summary>Whether the host has the address. The unknown host 0 has no address.</summary>
    public bool Has(int host, int address) =>
        host != 0
        && address < _owners.Length
        && (_owners[address] == host || (_owners[address] == Several && _shared[address].Contains(host)));

    /// <summary>Whether any host has the address.</summary>
    public bool HasAny(int address) => address < _owners.Length && _owners[address] != 0;

    /// <summary>Whether several hosts have the address.</summary>
    public bool IsShared(int address) => address < _owners.Length && _owners[address] == Several;

    /// <summary>Returns the hosts that have the address, in no particular order.</summary>
    public IReadOnlyCollection<int> GetHosts(int address) =>
        address >= _owners.Length || _owners[address] == 0 ? []
        : _owners[address] == Several ? _shared[address]
        : [_owners[address]];

    /// <summary>Whether a host other than this one has the address.</summary>
    public bool HasOther(int host, int address) =>
        address < _owners.Length && _owners[address] is var owner && owner != 0 && owner != host;

    /// <summary>Returns the only host that has the address; 0 if no host or several hosts have it.</summary>
    public int OnlyHost(int address) => address < _owners.Length && _owners[address] is var owner and > 0 ? owner : 0;

    /// <summary>
    /// Returns the owner of an address as seen from a host: the host itself if it has the address, otherwise the only
    /// host that has it, otherwise 0.
    /// </summary>
    public int OwnerSeenFrom(int host, int address) => Has(host, address) ? host : OnlyHost(address);

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
