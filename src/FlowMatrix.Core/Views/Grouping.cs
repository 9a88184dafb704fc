using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Views;

/// <summary>Merges rows into groups. Source: docs/guide.md, "Groups".</summary>
internal sealed class Grouping
{
    private const int IPv4Length = 24;
    private const int IPv6Length = 64;

    private readonly Matrix _matrix;
    private readonly Func<int, int> _clientHost;
    private readonly Naming _naming;
    private readonly GroupBy _by;

    /// <summary>The tables of the matrix, with additional names of networks and processes without a path.</summary>
    private readonly IdTables _ids;
    private readonly Dictionary<int, int> _networks = [];
    private readonly Dictionary<RowKey, Group> _groups = [];

    private Grouping(Matrix matrix, Func<int, int> clientHost, Naming naming, GroupBy by)
    {
        (_matrix, _clientHost, _naming, _by) = (matrix, clientHost, naming, by);
        _ids = matrix.IdTables.WithOwnNames();
    }

    /// <summary>Returns the groups in the fixed order of rows.</summary>
    /// <param name="clientHost">Returns the own host of a row's client, before an alias was applied.</param>
    public static GroupedMatrix Apply(Matrix matrix, Func<int, int> clientHost, Naming naming, GroupBy by) =>
        new Grouping(matrix, clientHost, naming, by).Apply();

    private GroupedMatrix Apply()
    {
        for (var i = 0; i < _matrix.Rows.Length; i++)
        {
            ref readonly var row = ref _matrix.Rows[i];
            var key = Key(row.Key);
            if (!_groups.TryGetValue(key, out var group))
            {
                _groups[key] = group = new Group(key);
            }

            group.Totals.Add(_matrix, i);
            group.Add(row.Key, Client.From(row.Key, _clientHost(i), _matrix.IsExternal(row.ClientHost)));
            if (_by == GroupBy.Process && _matrix.Details.Programs.Count > 0)
            {
                group.Add(_matrix.Programs(i));
            }
        }

        var order = new RowOrder(_ids);
        var groups = _groups.Values.OrderBy(group => group.Key, order).ToList();
        var programs = Enumerable
            .Range(0, groups.Count)
            .Where(i => groups[i].HasPrograms)
            .ToDictionary(i => i, i => ProgramPair.Sorted(groups[i].Programs));
        var merged = _matrix with
        {
            IdTables = _ids,
            Rows = [.. groups.Select(group => new Row(group.Key, group.Totals.Stats))],
            Details = RowTotals.Details([.. groups.Select(group => group.Totals)], _matrix) with
            {
                Programs = programs,
            },
        };
        return new GroupedMatrix(merged, _by, [.. groups.Select(group => group.Counts)]);
    }

    private RowKey Key(in RowKey row) =>
        _by switch
        {
            GroupBy.Process => new RowKey
            {
                ServiceHost = row.ServiceHost,
                ServiceProcess = row.ServiceProcess,
                ClientHost = row.ClientHost,
                ClientProcess = row.ClientProcess,
            },
            GroupBy.Service => new RowKey
            {
                Protocol = row.Protocol,
                ServicePort = row.ServicePort,
                ServiceProcess = Name(row.ServiceHost, row.ServiceProcess),
                ClientProcess = Name(row.ClientHost, row.ClientProcess),
            },
            GroupBy.Host => new RowKey { ServiceHost = row.ServiceHost, ClientHost = row.ClientHost },
            _ => new RowKey { ServiceHost = Network(row.ServiceAddress), ClientHost = Network(row.ClientAddress) },
        };

    /// <summary>Returns the process without its path; for an unknown process in a named network, that name.</summary>
    private int Name(int host, int process)
    {
        var processes = _ids.Processes;
        return process == 0 && _matrix.NetworkHosts.Contains(host) ? processes.Add("", _ids.Hosts[host])
            : processes.Name(process) is { Length: > 0 } name ? processes.Add("", name)
            : process;
    }

    private int Network(int address)
    {
        if (address != 0 && !_networks.TryGetValue(address, out _))
        {
            var ip = _ids.Addresses[address];
            _networks[address] = _ids.Hosts.Add(
                _naming.NetworkOf(ip)
                    ?? (ip.IsLoopback ? "loopback" : IpNetwork.Create(ip, ip.IsV4 ? IPv4Length : IPv6Length).ToString())
            );
        }

        return _networks.GetValueOrDefault(address);
    }

    private sealed class Group(RowKey key)
    {
        private readonly HashSet<Client> _clients = [];
        private readonly HashSet<(int Host, int Address)> _hosts = [];
        private readonly SortedSet<(Protocol, ushort)> _ports = [];

        public RowKey Key => key;

        public RowTotals Totals { get; } = new();

        public Dictionary<(int Service, int Client), int> Programs { get; } = [];

        public bool HasPrograms => Programs.Keys.Any(ends => ends != (0, 0));

        public GroupCounts Counts => new(_clients.Count, _hosts.Count, [.. _ports]);

        public void Add(in RowKey row, Client client)
        {
            _clients.Add(client);
            _hosts.Add((client.Host, client.Address));
            _ports.Add((row.Protocol, row.ServicePort));
        }

        public void Add(IReadOnlyList<ProgramPair> programs)
        {
            foreach (var pair in programs)
            {
                var ends = (pair.Service, pair.Client);
                Programs[ends] = Programs.GetValueOrDefault(ends) + pair.Connections;
            }
        }
    }
}
