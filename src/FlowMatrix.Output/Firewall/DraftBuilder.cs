using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Policies;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Output.Firewall;

/// <summary>
/// Makes a <see cref="FirewallDraft"/> of the rows of a matrix: one rule for all clients of a port of a host that are
/// of one family and that the same rule of the policy allows. Nothing is widened but to networks that the user named,
/// and no row is dropped without a word.
/// </summary>
internal sealed class DraftBuilder
{
    private const string NobodysService = "the service is on an unknown host";
    private const string NoAddress = "the client's address is not known";
    private const string NoPort = "the port is not known";
    private const string LoopbackElsewhere = "a loopback address, which never leaves its host";
    private const string Masqueraded =
        "the service sees another address of this client's host: put that one into a rule";

    private const string Guessed = "its direction is a guess: no service is known to listen at one end alone";

    private readonly Matrix _matrix;
    private readonly PolicyResult? _check;
    private readonly Dictionary<int, HostBuilder> _hosts = [];

    /// <summary>By flow, its clients: of all hosts, and of each.</summary>
    private readonly Dictionary<string, SortedSet<string>> _elsewhere = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Dictionary<string, SortedSet<string>>> _elsewhereOf = [];

    private readonly NetworkRules _whole;
    private readonly FirewallFormat _format;
    private int _ruled,
        _within,
        _refused,
        _unruled,
        _toElsewhere;

    private DraftBuilder(Matrix matrix, Naming naming, PolicyResult? check, FirewallFormat format)
    {
        (_matrix, _check, _whole, _format) = (matrix, check, new NetworkRules(matrix, naming, check), format);
    }

    /// <param name="naming">What gave the matrix its names of networks.</param>
    /// <param name="check">How these very rows are allowed; null without a policy.</param>
    /// <param name="format">What it is for, and so what its rules can tell apart.</param>
    public static FirewallDraft Build(Matrix matrix, Naming naming, PolicyResult? check, FirewallFormat format) =>
        new DraftBuilder(matrix, naming, check, format).Build();

    private FirewallDraft Build()
    {
        for (var i = 0; i < _matrix.Rows.Length; i++)
        {
            Add(i, _matrix.Rows[i]);
        }

        var names = _matrix.IdTables.Hosts;
        var files = SafeNames.ForFiles(
            _hosts.Keys.Order(Comparer<int>.Create(names.Compare)).Select(host => names[host])
        );
        var labels = SafeNames.ForLabels(
            _hosts.Keys.Order(Comparer<int>.Create(names.Compare)).Select(host => names[host])
        );
        HostDraft[] hosts =
        [
            .. _hosts
                .OrderBy(host => host.Key, Comparer<int>.Create(names.Compare))
                .Select(host =>
                    host.Value.Build(
                        names[host.Key],
                        files[names[host.Key]],
                        labels[names[host.Key]],
                        Elsewhere(_elsewhereOf.GetValueOrDefault(host.Key))
                    )
                ),
        ];
        return new FirewallDraft(
            [.. hosts.Where(host => host.Rules.Count > 0)],
            [.. hosts.Where(host => host.Rules.Count == 0)],
            Elsewhere(_elsewhere),
            new DraftCounts(
                _ruled,
                _within,
                _refused,
                _hosts.Values.Sum(host => host.RefusedButIn),
                _unruled,
                _toElsewhere
            ),
            _check?.Policy.Path
        );
    }

    private void Add(int number, in Row row)
    {
        if (_matrix.IsExternal(row.ServiceHost))
        {
            _toElsewhere++;
            AddElsewhere(row);
            return;
        }

        if (!_hosts.TryGetValue(row.ServiceHost, out var host))
        {
            _hosts[row.ServiceHost] = host = new HostBuilder();
        }

        var addresses = _matrix.IdTables.Addresses;
        if (
            addresses.IsLoopback(row.ServiceAddress)
            || (
                row.ClientHost == row.ServiceHost
                && row.ClientAddress != 0
                && (row.ClientAddress == row.ServiceAddress || addresses.IsLoopback(row.ClientAddress))
            )
        )
        {
            _within++;
            return;
        }

        // A row may stand for connections of several kinds: those that a rule can be made of have one.
        var masqueraded = row.Match.HasFlag(Match.ChangedSource);
        var notSeenHere = Match.ChangedSource | (_format.GuardsServices ? 0 : Match.ChangedDestination);
        var seenHere = (row.Match & notSeenHere) == 0 || (row.Match & ~(notSeenHere | Match.Flow)) != 0;
        var never =
            row.ServicePort == 0 ? NoPort
            : row.ClientAddress == 0 || addresses[row.ClientAddress].IsUnspecified ? NoAddress
            : addresses.IsLoopback(row.ClientAddress) ? LoopbackElsewhere
            : row.Direction == Direction.Port ? Guessed
            : null;
        var why =
            never
            ?? (
                masqueraded ? Masqueraded
                : seenHere ? null
                : SentOn(number)
            );
        if (why is not null)
        {
            host.RowsWithoutRule.Add(
                new RowsWithoutRule($"{Port(row)} of {ProcessOf(row.ServiceProcess)}, from {ClientOf(row)}", why)
            );
        }

        if (never is not null || !seenHere)
        {
            _unruled++;
            return;
        }

        AddToRule(host, number, row);
    }

    private void AddToRule(HostBuilder host, int number, in Row row)
    {
        var allowedBy = _check?.AllowedBy[number];
        var address = _matrix.IdTables.Addresses[row.ClientAddress];
        var networks = _whole.Find(row).Where(network => network.Address.IsV4 == address.IsV4).ToList();
        var network = networks.Count > 0 ? _matrix.IdTables.Hosts[row.ClientHost] : null;
        var rule = host.Rule(
            new RuleKey(
                row.Protocol,
                row.ServicePort,
                !address.IsV4,
                allowedBy ?? RuleKey.NoPolicy,
                ServedAt(row, address.IsV4),
                network
            )
        );
        rule.Services.Add(ProcessOf(row.ServiceProcess));
        rule.Refused = allowedBy == PolicyResult.NotAllowed;
        rule.Reason = allowedBy is { } by && !rule.Refused ? _check!.Policy.Rules[by] : null;
        _ = rule.Refused ? _refused++ : _ruled++;
        foreach (var via in _matrix.Via(number))
        {
            rule.Via.Add(_matrix.IdTables.Addresses.Text(via));
        }

        foreach (var source in networks.Count > 0 ? networks : [IpNetwork.Create(address, address.IsV4 ? 32 : 128)])
        {
            rule.Source(source)
                .Add(
                    _matrix.IdTables.Hosts[row.ClientHost],
                    row.ClientProcess == 0 ? "" : ProcessOf(row.ClientProcess)
                );
        }
    }

    /// <summary>Null where rules cannot say it, or where it is not known.</summary>
    private IpAddress? ServedAt(in Row row, bool isV4) =>
        _format.TellsServiceAddresses
        && row.ServiceAddress != 0
        && _matrix.IdTables.Addresses[row.ServiceAddress] is { IsUnspecified: false } address
        && address.IsV4 == isV4
            ? address
            : null;

    private string SentOn(int number)
    {
        var used = _matrix.Via(number).Select(_matrix.IdTables.Addresses.Text).ToList();
        return $"clients used {(used.Count == 0 ? "another port" : DraftWords.Few(used))} and were sent on: it is forwarded, or comes in as something else";
    }

    private void AddElsewhere(in Row row)
    {
        var name = _matrix.IdTables.Hosts[row.ServiceHost];
        var address =
            row.ServiceAddress == 0 ? "an unknown address" : _matrix.IdTables.Addresses.Text(row.ServiceAddress);
        var flow = $"{Port(row)} at {address}{(name.Length > 0 ? $" ({name})" : "")}";
        if (!_elsewhereOf.TryGetValue(row.ClientHost, out var ofHost))
        {
            _elsewhereOf[row.ClientHost] = ofHost = new Dictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        }

        foreach (var flows in (Dictionary<string, SortedSet<string>>[])[_elsewhere, ofHost])
        {
            if (!flows.TryGetValue(flow, out var clients))
            {
                flows[flow] = clients = new SortedSet<string>(StringComparer.Ordinal);
            }

            clients.Add(ClientOf(row));
        }
    }

    private static IReadOnlyList<RowsWithoutRule> Elsewhere(Dictionary<string, SortedSet<string>>? flows) =>
        [
            .. (flows ?? []).Select(flow => new RowsWithoutRule(
                $"{flow.Key}, from {DraftWords.Few(flow.Value)}",
                NobodysService
            )),
        ];

    private static string Port(in Row row) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.Protocol.Name().ToLowerInvariant()} {row.ServicePort}");

    private string ClientOf(in Row row)
    {
        var host = _matrix.IdTables.Hosts[row.ClientHost];
        var address = row.ClientAddress == 0 ? "" : _matrix.IdTables.Addresses.Text(row.ClientAddress);
        return $"{ProcessOf(row.ClientProcess)} on {(host.Length == 0 ? address : address.Length == 0 ? host : $"{host} ({address})")}";
    }

    private string ProcessOf(int process)
    {
        var (name, path) = (_matrix.IdTables.Processes.Name(process), _matrix.IdTables.Processes.Path(process));
        return ProcessLabel.Get(name, path);
    }
}
