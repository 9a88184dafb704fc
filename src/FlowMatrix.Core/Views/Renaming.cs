using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Views;

/// <summary>
/// Applies a <see cref="Naming"/> to rows of one set of ID tables, to which it adds the new names. The tables may grow
/// meanwhile. Each name is looked up once.
/// </summary>
internal sealed class Renaming
{
    private readonly Naming _naming;
    private readonly IdTables _ids;
    private readonly Dictionary<int, int> _networks = [];
    private readonly HashSet<int> _networkHosts = [];

    /// <summary>Names that both a network and a host have. Addresses of such a network belong to the host.</summary>
    private readonly IReadOnlySet<string> _hostNetworks;

    /// <summary>The new ID of each host; 0 if it was not looked up yet.</summary>
    private int[] _hosts = new int[64];

    /// <summary>The new ID of each process; 0 if it was not looked up yet.</summary>
    private int[] _processes = new int[64];

    /// <summary>For tables that have the names of all hosts.</summary>
    public Renaming(Naming naming, IdTables ids)
        : this(naming, ids, naming.NetworksOf(HostNames(naming, ids))) { }

    /// <param name="hostNetworks">Names that both a network and a host have.</param>
    public Renaming(Naming naming, IdTables ids, IReadOnlySet<string> hostNetworks) =>
        (_naming, _ids, _hostNetworks) = (naming, ids, hostNetworks);

    /// <summary>Host IDs that stand for networks and not for hosts.</summary>
    public IReadOnlySet<int> NetworkHosts => _networkHosts;

    private static IEnumerable<string> HostNames(Naming naming, IdTables ids) =>
        Enumerable.Range(1, ids.Hosts.Count - 1).Select(host => naming.Named(ids.Hosts[host]));

    /// <summary>Returns the same renaming with an empty cache, for use after the tables were swept.</summary>
    public Renaming WithEmptyCache()
    {
        var renaming = new Renaming(_naming, _ids, _hostNetworks);
        foreach (var network in _naming.Networks.Where(network => !_hostNetworks.Contains(network.Name)))
        {
            if (_ids.Hosts.IndexOf(network.Name) is > 0 and var host)
            {
                renaming._networkHosts.Add(host);
            }
        }

        return renaming;
    }

    public Row Apply(Row row) => new(Apply(row.Key), row.Stats);

    public RowKey Apply(RowKey row) =>
        row with
        {
            ServiceHost = Host(row.ServiceHost, row.ServiceAddress),
            ClientHost = Host(row.ClientHost, row.ClientAddress),
            ServiceProcess = Process(row.ServiceProcess),
            ClientProcess = Process(row.ClientProcess),
        };

    public UnmatchedConnection Apply(UnmatchedConnection end) =>
        end with
        {
            Host = Host(end.Host, end.Address),
            Process = Process(end.Process),
            PeerHost = Host(end.PeerHost, end.PeerAddress),
        };

    private int Host(int host, int address)
    {
        if (host == 0)
        {
            return Network(address);
        }

        ref var named = ref At(ref _hosts, host);
        return named != 0 ? named : named = Add(_naming.Named(_ids.Hosts[host]));
    }

    private int Process(int process)
    {
        ref var named = ref At(ref _processes, process);
        return named != 0
            ? named
            : named = _ids.Processes.Name(process) is { Length: > 0 } name
                ? _ids.Processes.Add(_ids.Processes.Path(process), _naming.Named(name))
                : process;
    }

    private int Network(int address)
    {
        if (address == 0 || _naming.Networks.Count == 0)
        {
            return 0;
        }

        if (!_networks.TryGetValue(address, out var host))
        {
            var name = _naming.NetworkOf(_ids.Addresses[address]);
            _networks[address] = host = name is null ? 0 : Add(name);
        }

        return host;
    }

    /// <summary>
    /// Returns the ID of a new name. <see cref="NetworkHosts"/> must include a network before the first row with its ID
    /// is filtered, because filters cache their result for each ID.
    /// </summary>
    private int Add(string name)
    {
        var host = _ids.Hosts.Add(name);
        if (_naming.IsNetwork(name) && !_hostNetworks.Contains(name))
        {
            _networkHosts.Add(host);
        }

        return host;
    }

    private static ref int At(ref int[] numbers, int number)
    {
        if (number >= numbers.Length)
        {
            Array.Resize(ref numbers, Math.Max(number + 1, numbers.Length * 2));
        }

        return ref numbers[number];
    }
}
