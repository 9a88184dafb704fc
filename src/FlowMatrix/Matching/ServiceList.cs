using System.Collections.Frozen;
using FlowMatrix.Matrices;
using FlowMatrix.Sockets;
using FlowMatrix.Tables;

namespace FlowMatrix.Matching;

/// <summary>From where a service can be reached, by the address that it is bound to.</summary>
internal enum Scope
{
    /// <summary>From its own host only.</summary>
    Loopback,

    /// <summary>At one address of its host.</summary>
    Address,

    /// <summary>At all addresses of its host.</summary>
    All,
}

/// <summary>
/// Every service that listens, used or not, with the rows of the matrix that use it. In the order of the matrix. A
/// connection is counted for the service that is bound under its endpoint; where several processes listen there, for
/// the one that has it, and where none of these has it, for all of them: a service never looks unused by mistake.
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

    /// <param name="matrix">The matcher's of the same estate.</param>
    public static ServiceList From(Estate estate, Matrix matrix)
    {
        var services = new Dictionary<Row, Service>(RowKeys.Instance);
        foreach (var host in estate.Hosts)
        {
            for (var i = host.Start; i < host.End; i++)
            {
                if (estate[i].Kind == SocketKind.Service)
                {
                    var key = Key(host.Host, estate[i]);
                    services.TryAdd(key, new Service(key));
                }
            }
        }

        var index = new ServiceIndex(estate);
        var byEndpoint = services.Values.ToLookup(service => service.Row with { ServiceProcess = 0 }, RowKeys.Instance);
        foreach (ref readonly var row in matrix.Rows.AsSpan())
        {
            if (!index.TryFind(
                row.ServiceHost, row.Protocol, row.ServiceAddress, row.ServicePort, out var bound, out _))
            {
                continue;
            }

            var endpoint = new Row
            {
                Protocol = row.Protocol, ServiceHost = row.ServiceHost, ServiceAddress = bound, ServicePort = row.ServicePort,
            };
            if (services.TryGetValue(endpoint with { ServiceProcess = row.ServiceProcess }, out var owner))
            {
                owner.Uses.Add(row);
                continue;
            }

            foreach (var service in byEndpoint[endpoint])
            {
                service.Uses.Add(row);
            }
        }

        return new ServiceList(estate.Vocabulary, FrozenSet<int>.Empty, Sorted(estate.Vocabulary, services.Values));
    }

    /// <summary>The list as a view shows it: named, then filtered; ways and groups are of rows of a matrix.</summary>
    /// <param name="keepUnused">Keep services without any client of those that the filters want, too.</param>
    /// <param name="steps">Gets what the filters did.</param>
    public ServiceList Of(View view, bool keepUnused, IList<ViewStep> steps) =>
        Named(view.Naming).Filtered(view.Filter, keepUnused, steps);

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
        return address.IsLoopback ? Scope.Loopback : address.IsUnspecified ? Scope.All : Scope.Address;
    }

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

    private ServiceList Named(Naming naming)
    {
        var names = new Renaming(naming, _vocabulary);
        var named = new Dictionary<Row, Service>(RowKeys.Instance);
        foreach (var service in Services)
        {
            // Those of replicas that now have one name are one.
            var row = names.Of(service.Row);
            if (!named.TryGetValue(row, out var one))
            {
                named[row] = one = new Service(row);
            }

            one.Uses.AddRange(service.Uses.Select(names.Of));
        }

        return new ServiceList(_vocabulary, names.NetworkHosts, Sorted(_vocabulary, named.Values));
    }

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
        var counted = new ServiceList(_vocabulary, _networkHosts, [.. list.Services.Select(service => service.Only(clients))]);
        return !keepUnused && ofClients.Terms.Any(term => !term.Not)
            ? counted.Where(
                string.Join(' ', ofClients.Stages().Select(stage => stage.Words)), service => service.Uses.Count > 0, steps)
            : counted;
    }

    private static Service[] Sorted(Vocabulary vocabulary, IEnumerable<Service> services) =>
        [.. services.OrderBy(service => service.Row, new RowOrder(vocabulary))];

    private static Row Key(int host, in Socket socket) => new()
    {
        Protocol = socket.Protocol,
        ServiceHost = host,
        ServiceAddress = socket.Local,
        ServicePort = socket.LocalPort,
        ServiceProcess = socket.Process,
    };
}

/// <param name="Row">The service's end; the client's is empty, and the address is the one that it is bound to.</param>
internal sealed record Service(Row Row)
{
    /// <summary>The rows of the matrix that use it.</summary>
    public List<Row> Uses { get; private init; } = [];

    public long Connections => Uses.Sum(row => (long)row.Connections);

    public Service Only(RowTests clients) => this with { Uses = [.. Uses.Where(row => clients.Passes(row, []))] };
}
