using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Views;

/// <summary>
/// Merges rows. In a merged row the fields that the rows no longer have in common are 0; a network stands where a host
/// stands otherwise. Connections add up, so do kinds of match, directions, via and when they were there.
/// </summary>
internal sealed class Grouping
{
    private const int IPv4Length = 24;
    private const int IPv6Length = 64;

    private readonly Matrix _matrix;
    private readonly Naming _naming;
    private readonly GroupBy _by;
    private readonly Dictionary<int, int> _networks = [];
    private readonly Dictionary<Row, Group> _groups = new(RowKeys.Instance);

    private Grouping(Matrix matrix, Naming naming, GroupBy by)
    {
        (_matrix, _naming, _by) = (matrix, naming, by);
    }

    public static Matrix Apply(Matrix matrix, Naming naming, GroupBy by) => new Grouping(matrix, naming, by).Apply();

    private Matrix Apply()
    {
        for (var i = 0; i < _matrix.Rows.Length; i++)
        {
            ref readonly var row = ref _matrix.Rows[i];
            var key = Key(row);
            if (!_groups.TryGetValue(key, out var group))
            {
                _groups[key] = group = new Group(key);
            }

            group.Add(row, _matrix.Via(i), _matrix.SeenRange(i), _matrix.IsExternal(row.ClientHost));
            if (_by == GroupBy.Process && _matrix.ProgramsByRow.Count > 0)
            {
                group.Add(_matrix.Programs(i));
            }
        }

        var order = new RowOrder(_matrix.IdTables);
        var groups = _groups.Values.OrderBy(group => group.Row, order).ToList();
        var via = new Dictionary<int, int[]>();
        for (var i = 0; i < groups.Count; i++)
        {
            if (groups[i].Via.Count > 0)
            {
                var addresses = _matrix.IdTables.Addresses;
                via[i] = [.. groups[i].Via.OrderBy(address => addresses[address])];
            }
        }

        return new Matrix(
            _matrix.IdTables,
            [.. groups.Select(group => group.Row)],
            via,
            _matrix.ScanCounts,
            _matrix.UnmatchedConnections
        )
        {
            NetworkHosts = _matrix.NetworkHosts,
            SeenRanges = _matrix.SeenRanges.Length == 0 ? [] : [.. groups.Select(group => group.SeenRange)],
            ProgramsByRow = Enumerable
                .Range(0, groups.Count)
                .Where(i => groups[i].HasPrograms)
                .ToDictionary(i => i, i => ProgramPair.Sorted(groups[i].Programs)),
            Groups = new Groups(_by, [.. groups.Select(group => group.Counts)]),
        };
    }

    private Row Key(in Row row) =>
        _by switch
        {
            GroupBy.Process => new Row
            {
                ServiceHost = row.ServiceHost,
                ServiceProcess = row.ServiceProcess,
                ClientHost = row.ClientHost,
                ClientProcess = row.ClientProcess,
            },
            GroupBy.Service => new Row
            {
                Protocol = row.Protocol,
                ServicePort = row.ServicePort,
                ServiceProcess = Name(row.ServiceHost, row.ServiceProcess),
                ClientProcess = Name(row.ClientHost, row.ClientProcess),
            },
            GroupBy.Host => new Row { ServiceHost = row.ServiceHost, ClientHost = row.ClientHost },
            _ => new Row { ServiceHost = Network(row.ServiceAddress), ClientHost = Network(row.ClientAddress) },
        };

    /// <summary>The name alone, whatever the path; for what lies in a named network, that name.</summary>
    private int Name(int host, int process)
    {
        var processes = _matrix.IdTables.Processes;
        return process == 0 && _matrix.NetworkHosts.Contains(host) ? processes.Add("", _matrix.IdTables.Hosts[host])
            : processes.Name(process) is { Length: > 0 } name ? processes.Add("", name)
            : process;
    }

    private int Network(int address)
    {
        if (address != 0 && !_networks.TryGetValue(address, out _))
        {
            var ip = _matrix.IdTables.Addresses[address];
            _networks[address] = _matrix.IdTables.Hosts.Add(
                _naming.NetworkOf(ip)
                    ?? (ip.IsLoopback ? "loopback" : IpNetwork.Create(ip, ip.IsV4 ? IPv4Length : IPv6Length).ToString())
            );
        }

        return _networks.GetValueOrDefault(address);
    }

    private sealed class Group(Row row)
    {
        private readonly HashSet<(int Host, int Process, int Address)> _clients = [];
        private readonly HashSet<(int Host, int Address)> _hosts = [];
        private readonly SortedSet<(Protocol, ushort)> _ports = [];
        private Row _row = row;

        public Row Row => _row;

        public HashSet<int> Via { get; } = [];

        public Dictionary<(int Service, int Client), int> Programs { get; } = [];

        public bool HasPrograms => Programs.Keys.Any(ends => ends != (0, 0));

        public SeenRange SeenRange { get; private set; }

        public GroupCounts Counts => new(_clients.Count, _hosts.Count, [.. _ports]);

        public void Add(IReadOnlyList<ProgramPair> programs)
        {
            foreach (var pair in programs)
            {
                var ends = (pair.Service, pair.Client);
                Programs[ends] = Programs.GetValueOrDefault(ends) + pair.Connections;
            }
        }

        public void Add(in Row row, IReadOnlyList<int> via, SeenRange seen, bool clientIsExternal)
        {
            _row.Connections += row.Connections;
            _row.Match |= row.Match;
            _row.Direction |= row.Direction;
            var client = row.Client(clientIsExternal);
            _clients.Add(client);
            _hosts.Add((client.Host, client.Address));
            _ports.Add((row.Protocol, row.ServicePort));
            Via.UnionWith(via);
            SeenRange = SeenRange.Or(seen);
        }
    }
}
