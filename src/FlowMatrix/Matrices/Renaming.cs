using FlowMatrix.Tables;

namespace FlowMatrix.Matrices;

/// <summary>A <see cref="Naming"/> carried out on the numbers of one vocabulary; each text is looked at once.</summary>
internal sealed class Renaming
{
    private readonly Naming _naming;
    private readonly Vocabulary _vocabulary;
    private readonly int[] _hosts;
    private readonly int[] _processes;
    private readonly Dictionary<int, int> _networks = [];
    private readonly HashSet<int> _networkHosts = [];
    private readonly HashSet<int> _realHosts;

    public Renaming(Naming naming, Vocabulary vocabulary)
    {
        (_naming, _vocabulary) = (naming, vocabulary);
        var hosts = vocabulary.Hosts;
        _hosts = [.. Enumerable.Range(0, hosts.Count).Select(host => host == 0 ? 0 : hosts.Add(Named(hosts[host])))];
        _realHosts = [.. _hosts];
        var processes = vocabulary.Processes;
        _processes =
        [
            .. Enumerable.Range(0, processes.Count).Select(process => processes.Name(process) is { Length: > 0 } name
                ? processes.Add(processes.Path(process), Named(name))
                : process),
        ];
    }

    /// <summary>The names that stand for networks and for no host.</summary>
    public IReadOnlySet<int> NetworkHosts => _networkHosts;

    public Row Of(Row row)
    {
        row.ClientReplica = row.ClientHost;
        row.ServiceHost = Host(row.ServiceHost, row.ServiceAddress);
        row.ClientHost = Host(row.ClientHost, row.ClientAddress);
        row.ServiceProcess = _processes[row.ServiceProcess];
        row.ClientProcess = _processes[row.ClientProcess];
        return row;
    }

    public LoneEnd Of(LoneEnd end) => end with
    {
        Host = Host(end.Host, end.Address),
        Process = _processes[end.Process],
        PeerHost = Host(end.PeerHost, end.PeerAddress),
    };

    private int Host(int host, int address) => host != 0 ? _hosts[host] : Network(address);

    private int Network(int address)
    {
        if (address == 0 || _naming.Networks.Count == 0)
        {
            return 0;
        }

        if (!_networks.TryGetValue(address, out var host))
        {
            var name = _naming.NetworkOf(_vocabulary.Addresses[address]);
            _networks[address] = host = name is null ? 0 : _vocabulary.Hosts.Add(name);
            if (host != 0 && !_realHosts.Contains(host))
            {
                _networkHosts.Add(host);
            }
        }

        return host;
    }

    private string Named(string text) =>
        _naming.Aliases.FirstOrDefault(alias => alias.Matches(text))?.Apply(text) ?? text;
}
