using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Policies;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Output.Firewall;

/// <summary>
/// Builds a <see cref="FirewallDraft"/> from the rows of a matrix. One rule allows all clients of one address family to
/// use one port of a host, for one reason from the policy. A rule allows exactly the addresses that were seen, except
/// that a network named with <c>--name</c> is allowed as a whole. Each row that becomes no rule is listed with the
/// reason or counted.
/// </summary>
internal sealed class DraftBuilder
{
    private const string UnknownService = "the service is on an unknown host";
    private const string NoAddress = "the client's address is unknown";
    private const string NoPort = "the port is unknown";
    private const string LoopbackClient =
        "the client's address is a loopback address, which is valid only on its own host";
    private const string Masqueraded =
        "the service sees another address of this client's host: write the rule for that address";

    private const string Guessed = "its direction is a guess: nothing shows which end is the service";

    private readonly Matrix _matrix;
    private readonly PolicyResult? _check;
    private readonly Dictionary<int, HostBuilder> _hosts = [];

    /// <summary>The clients of each service on an unknown host: for all hosts, and by the client's host.</summary>
    private readonly Dictionary<string, SortedSet<string>> _unknownServices = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Dictionary<string, SortedSet<string>>> _unknownServicesOf = [];

    private readonly NetworkRules _networks;
    private readonly FirewallFormat _format;
    private int _withRule,
        _withinHost,
        _refused,
        _withoutRule,
        _toUnknownHost;

    private DraftBuilder(Matrix matrix, Naming naming, PolicyResult? check, FirewallFormat format)
    {
        (_matrix, _check, _networks, _format) = (matrix, check, new NetworkRules(matrix, naming, check), format);
    }

    /// <param name="matrix">Not grouped.</param>
    /// <param name="naming">The names that were applied to the matrix.</param>
    /// <param name="check">The check of this matrix against the policy; null without a policy.</param>
    /// <param name="format">The target format, which decides what a rule can express.</param>
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
                        UnknownServices(_unknownServicesOf.GetValueOrDefault(host.Key))
                    )
                ),
        ];
        return new FirewallDraft(
            [.. hosts.Where(host => host.Rules.Count > 0)],
            [.. hosts.Where(host => host.Rules.Count == 0)],
            UnknownServices(_unknownServices),
            new DraftCounts(
                _withRule,
                _withinHost,
                _refused,
                _hosts.Values.Sum(host => host.RefusedButAllowed),
                _withoutRule,
                _toUnknownHost
            ),
            _check?.Policy.Path
        );
    }

    private void Add(int number, in Row row)
    {
        if (_matrix.IsExternal(row.ServiceHost))
        {
            _toUnknownHost++;
            AddUnknownService(row);
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
            _withinHost++;
            return;
        }

        // A row may stand for connections that were matched in different ways. It gets a rule if the host's firewall
        // sees at least one of them with the addresses in the row.
        var masqueraded = row.Match.HasFlag(Match.ChangedSource);
        var notVisible = Match.ChangedSource | (_format.AppliesAfterRedirection ? 0 : Match.ChangedDestination);
        var isVisible = (row.Match & notVisible) == 0 || (row.Match & ~(notVisible | Match.Flow)) != 0;
        var obstacle =
            row.ServicePort == 0 ? NoPort
            : row.ClientAddress == 0 || addresses[row.ClientAddress].IsUnspecified ? NoAddress
            : addresses.IsLoopback(row.ClientAddress) ? LoopbackClient
            : row.Direction == Direction.Port ? Guessed
            : null;
        var why =
            obstacle
            ?? (
                masqueraded ? Masqueraded
                : isVisible ? null
                : Redirected(number)
            );
        if (why is not null)
        {
            host.RowsWithoutRule.Add(
                new RowsWithoutRule($"{Port(row)} of {ProcessOf(row.ServiceProcess)}, from {ClientOf(row)}", why)
            );
        }

        if (obstacle is not null || !isVisible)
        {
            _withoutRule++;
            return;
        }

        AddToRule(host, number, row);
    }

    private void AddToRule(HostBuilder host, int number, in Row row)
    {
        var allowedBy = _check?.AllowedBy[number];
        var address = _matrix.IdTables.Addresses[row.ClientAddress];
        var networks = _networks.Find(row).Where(network => network.Address.IsV4 == address.IsV4).ToList();
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
        _ = rule.Refused ? _refused++ : _withRule++;
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

    /// <summary>
    /// The address of the service for a rule; null if it is unknown or the format cannot restrict a rule to an address.
    /// </summary>
    private IpAddress? ServedAt(in Row row, bool isV4) =>
        _format.MatchesServiceAddress
        && row.ServiceAddress != 0
        && _matrix.IdTables.Addresses[row.ServiceAddress] is { IsUnspecified: false } address
        && address.IsV4 == isV4
            ? address
            : null;

    private string Redirected(int number)
    {
        var used = _matrix.Via(number).Select(_matrix.IdTables.Addresses.Text).ToList();
        return $"clients connected to {(used.Count == 0 ? "another port" : DraftText.Few(used))} and were redirected: "
            + "the traffic is forwarded, or arrives at another address or port";
    }

    private void AddUnknownService(in Row row)
    {
        var name = _matrix.IdTables.Hosts[row.ServiceHost];
        var address =
            row.ServiceAddress == 0 ? "an unknown address" : _matrix.IdTables.Addresses.Text(row.ServiceAddress);
        var service = $"{Port(row)} at {address}{(name.Length > 0 ? $" ({name})" : "")}";
        if (!_unknownServicesOf.TryGetValue(row.ClientHost, out var ofHost))
        {
            _unknownServicesOf[row.ClientHost] = ofHost = new Dictionary<string, SortedSet<string>>(
                StringComparer.Ordinal
            );
        }

        foreach (var services in (Dictionary<string, SortedSet<string>>[])[_unknownServices, ofHost])
        {
            if (!services.TryGetValue(service, out var clients))
            {
                services[service] = clients = new SortedSet<string>(StringComparer.Ordinal);
            }

            clients.Add(ClientOf(row));
        }
    }

    private static IReadOnlyList<RowsWithoutRule> UnknownServices(Dictionary<string, SortedSet<string>>? services) =>
        [
            .. (services ?? []).Select(service => new RowsWithoutRule(
                $"{service.Key}, from {DraftText.Few(service.Value)}",
                UnknownService
            )),
        ];

    private static string Port(in Row row) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.Protocol.Name().ToLowerInvariant()} {row.ServicePort}");

    private string ClientOf(in Row row)
    {
        var host = _matrix.IdTables.Hosts[row.ClientHost];
        var address = row.ClientAddress == 0 ? "" : _matrix.IdTables.Addresses.Text(row.ClientAddress);
        var place =
            host.Length == 0 ? address
            : address.Length == 0 ? host
            : $"{host} ({address})";
        return $"{ProcessOf(row.ClientProcess)} on {place}";
    }

    private string ProcessOf(int process)
    {
        var (name, path) = (_matrix.IdTables.Processes.Name(process), _matrix.IdTables.Processes.Path(process));
        return ProcessLabel.Get(name, path);
    }
}
