using System.Collections.Frozen;
using FlowMatrix.Tables;

namespace FlowMatrix.Matrices;

/// <summary>From where a service can be reached, by the address that it is bound to.</summary>
internal enum Scope
{
    /// <summary>From its own host only.</summary>
    Loopback,

    /// <summary>At one address of its host.</summary>
    Address,

    /// <summary>At all addresses of its host.</summary>
    All,

    /// <summary>
    /// At all addresses of a network namespace that is not its host's: all its connections are at addresses that no
    /// interface of the host carries.
    /// </summary>
    Container,
}

/// <summary>
/// Services, used or not, with the rows of the matrix that use them, in the order of the matrix; and the ways to look
/// at them.
/// </summary>
internal sealed class ServiceList
{
    private readonly Vocabulary _vocabulary;
    private readonly IReadOnlySet<int> _networkHosts;

    private ServiceList(Vocabulary vocabulary, IReadOnlySet<int> networkHosts, IReadOnlyList<Service> services)
    {
        (_vocabulary, _networkHosts, Services) = (vocabulary, networkHosts, services);
    }

    public Vocabulary Vocabulary => _vocabulary;

    public IReadOnlyList<Service> Services { get; }

    /// <summary>In the order of the matrix.</summary>
    public static ServiceList Of(Vocabulary vocabulary, IEnumerable<Service> services) =>
        new(vocabulary, FrozenSet<int>.Empty, Sorted(vocabulary, services));

    /// <summary>Those that the rows name, where nothing is known but rows: each used, at the address where it is used.</summary>
    public static ServiceList OfRows(Matrix matrix)
    {
        var services = new Dictionary<Row, Service>(RowKeys.Instance);
        foreach (ref readonly var row in matrix.Rows.AsSpan())
        {
            var end = new Row
            {
                Protocol = row.Protocol, ServiceHost = row.ServiceHost, ServiceAddress = row.ServiceAddress,
                ServicePort = row.ServicePort, ServiceProcess = row.ServiceProcess,
            };
            if (!services.TryGetValue(end, out var service))
            {
                services[end] = service = new Service(end);
            }

            service.Uses.Add(row);
        }

        return Of(matrix.Vocabulary, services.Values);
    }

    /// <summary>The list as a view shows it: named, then filtered; chains and groups are of rows of a matrix.</summary>
    /// <param name="keepUnused">Keep services without any client of those that the filters want, too.</param>
    /// <param name="steps">Gets what the filters did.</param>
    public ServiceList Of(View view, bool keepUnused, IList<ViewStep> steps) =>
        Named(view.Naming).Filtered(view.Filter, keepUnused, steps);

    /// <summary>Under new names; services of replicas that now have one name are one.</summary>
    public ServiceList Named(Naming naming)
    {
        var names = new Renaming(naming, _vocabulary);
        var named = new Dictionary<Row, Service>(RowKeys.Instance);
        foreach (var service in Services)
        {
            var row = names.Of(service.Row);
            if (!named.TryGetValue(row, out var one))
            {
                named[row] = one = new Service(row) { IsInContainer = service.IsInContainer };
            }

            one.Uses.AddRange(service.Uses.Select(names.Of));
            one.IsInContainer &= service.IsInContainer;
            one.WasUsed |= service.WasUsed;
        }

        return new ServiceList(_vocabulary, names.NetworkHosts, Sorted(_vocabulary, named.Values));
    }

    /// <summary>Those that some rows of the matrix use, with no other uses.</summary>
    public ServiceList UsedBy(IEnumerable<Row> rows)
    {
        var kept = new HashSet<Row>(rows, RowKeys.Instance);
        return new ServiceList(_vocabulary, _networkHosts,
        [
            .. Services.Select(service => service.Only(kept.Contains)).Where(service => service.Uses.Count > 0),
        ]);
    }

    /// <summary>Those for which something is true.</summary>
    public ServiceList Where(string words, Func<Service, bool> which, IList<ViewStep> steps)
    {
        var kept = Services.Where(which).ToList();
        steps.Add(new ViewStep(words, Services.Count - kept.Count, kept.Count));
        return new ServiceList(_vocabulary, _networkHosts, kept);
    }

    public Scope ScopeOf(Service service)
    {
        var address = _vocabulary.Addresses[service.Row.ServiceAddress];
        return address.IsLoopback ? Scope.Loopback
            : !address.IsUnspecified ? Scope.Address
            : service.IsInContainer ? Scope.Container
            : Scope.All;
    }

    /// <summary>
    /// Whether it can be reached from other hosts. A UDP socket on an ephemeral port that no client was seen to use is most
    /// likely a client's own; one without a process is the kernel's, which serves.
    /// </summary>
    public bool IsExposed(Service service) =>
        ScopeOf(service) is Scope.Address or Scope.All
        && (service.Row is not { Protocol: Protocol.Udp, ServiceProcess: not 0 } || !EphemeralPorts.Has(service.Row.ServicePort)
            || service.WasUsed || service.Uses.Count > 0);

    /// <summary>Distinct clients: processes of hosts, and external addresses.</summary>
    public int ClientsOf(Service service) => service.Uses
        .Select(row => row.Client(IsExternal(row.ClientHost))).Distinct().Count();

    /// <summary>The hosts of its clients by name, and the addresses of external ones.</summary>
    public IReadOnlyList<string> ClientHostsOf(Service service) =>
    [
        .. service.Uses.Select(row => row.ClientHost).Where(host => host != 0).Distinct()
            .Order(Comparer<int>.Create(_vocabulary.Hosts.Compare)).Select(host => _vocabulary.Hosts[host]),
        .. service.Uses.Where(row => row.ClientHost == 0).Select(row => row.ClientAddress).Distinct()
            .OrderBy(address => _vocabulary.Addresses[address]).Select(_vocabulary.Addresses.Text),
    ];

    private bool IsExternal(int host) => host == 0 || _networkHosts.Contains(host);

    /// <summary>
    /// What a filter asks of services picks services. What it asks of clients picks the clients that are counted, and
    /// where it wants some, a service without any is left out.
    /// </summary>
    private ServiceList Filtered(Filter filter, bool keepUnused, IList<ViewStep> steps)
    {
        var list = this;
        foreach (var stage in filter.OfServices().Stages())
        {
            var tests = new RowTests(new Filter(stage.Terms), _vocabulary, _networkHosts);
            list = list.Where(stage.Words, service => tests.Passes(service.Row, []), steps);
        }

        var ofClients = filter.OfClients();
        var clients = new RowTests(ofClients, _vocabulary, _networkHosts);
        var counted = new ServiceList(_vocabulary, _networkHosts, [.. list.Services.Select(service => service.Only(row => clients.Passes(row, [])))]);
        return !keepUnused && ofClients.Terms.Any(term => !term.Not)
            ? counted.Where(
                string.Join(' ', ofClients.Stages().Select(stage => stage.Words)), service => service.Uses.Count > 0, steps)
            : counted;
    }

    private static Service[] Sorted(Vocabulary vocabulary, IEnumerable<Service> services) =>
        [.. services.OrderBy(service => service.Row, new RowOrder(vocabulary))];
}

/// <param name="Row">The service's end; the client's is empty, and the address is the one that it is bound to.</param>
internal sealed record Service(Row Row)
{
    /// <summary>The rows of the matrix that use it.</summary>
    public List<Row> Uses { get; private init; } = [];

    /// <summary>It listens in a network namespace that is not its host's.</summary>
    public bool IsInContainer { get; set; }

    /// <summary>Some row used it, if only one that a filter left out.</summary>
    public bool WasUsed { get; set; }

    public long Connections => Uses.Sum(row => (long)row.Connections);

    public Service Only(Func<Row, bool> uses) => this with { Uses = [.. Uses.Where(uses)], WasUsed = WasUsed || Uses.Count > 0 };
}
