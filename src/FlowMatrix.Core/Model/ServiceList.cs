using System.Collections.Frozen;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Model;

/// <summary>From where a service can be reached, by the address that it is bound to.</summary>
internal enum Scope
{
    /// <summary>Only from its own host.</summary>
    Loopback,

    /// <summary>At one address of its host.</summary>
    Address,

    /// <summary>At all addresses of its host.</summary>
    All,

    /// <summary>
    /// At all addresses of a network namespace that is not its host's: it is used only at addresses that no interface
    /// of the host has.
    /// </summary>
    Container,
}

/// <summary>
/// Services, used or not, each with the rows of the matrix that use it. They are in the order of the matrix and have
/// distinct ends. IDs are those of <see cref="IdTables"/>. Source: docs/guide.md, "Services".
/// </summary>
internal sealed class ServiceList
{
    private readonly IdTables _ids;
    private readonly IReadOnlySet<int> _networkHosts;

    private ServiceList(IdTables ids, IReadOnlySet<int> networkHosts, IReadOnlyList<Service> services)
    {
        (_ids, _networkHosts, Services) = (ids, networkHosts, services);
    }

    /// <summary>Host IDs that stand for networks with a name of the user.</summary>
    public IReadOnlySet<int> NetworkHosts => _networkHosts;

    public IdTables IdTables => _ids;

    public IReadOnlyList<Service> Services { get; }

    /// <summary>Creates a list from services in any order.</summary>
    public static ServiceList Create(
        IdTables ids,
        IEnumerable<Service> services,
        IReadOnlySet<int>? networkHosts = null
    ) => new(ids, networkHosts ?? FrozenSet<int>.Empty, Sorted(ids, services));

    /// <summary>
    /// Returns a list with the same tables and these services, which must be in the order of the matrix.
    /// </summary>
    public ServiceList With(IReadOnlyList<Service> services) => new(_ids, _networkHosts, services);

    /// <summary>Lists the services of the rows, for inputs without sockets: each at the address that is used.</summary>
    public static ServiceList FromRows(Matrix matrix)
    {
        var services = new Dictionary<RowKey, Service>();
        foreach (ref readonly var row in matrix.Rows.AsSpan())
        {
            var end = new RowKey
            {
                Protocol = row.Protocol,
                ServiceHost = row.ServiceHost,
                ServiceAddress = row.ServiceAddress,
                ServicePort = row.ServicePort,
                ServiceProcess = row.ServiceProcess,
            };
            if (!services.TryGetValue(end, out var service))
            {
                services[end] = service = new Service(end);
            }

            service.Uses.Add(new ServiceUse(row, row.ClientHost));
        }

        return Create(matrix.IdTables, services.Values);
    }

    /// <summary>Returns the services that some rows use, without their other uses.</summary>
    public ServiceList UsedBy(IEnumerable<RowKey> rows)
    {
        var kept = rows.ToHashSet();
        return new ServiceList(
            _ids,
            _networkHosts,
            [
                .. Services
                    .Select(service => service.Only(use => kept.Contains(use.Row.Key)))
                    .Where(service => service.Uses.Count > 0),
            ]
        );
    }

    public Scope ScopeOf(Service service)
    {
        var address = _ids.Addresses[service.End.ServiceAddress];
        return address.IsLoopback ? Scope.Loopback
            : !address.IsUnspecified ? Scope.Address
            : service.IsInContainer ? Scope.Container
            : Scope.All;
    }

    /// <summary>
    /// Whether other hosts can reach the service. A UDP socket on an ephemeral port that no client uses is most likely
    /// a client's own socket, unless it has no process: then it is the kernel's, which does serve.
    /// </summary>
    public bool IsExposed(Service service) =>
        ScopeOf(service) is Scope.Address or Scope.All
        && (
            service.End is not { Protocol: Protocol.Udp, ServiceProcess: not 0 }
            || !EphemeralPorts.Has(service.End.ServicePort)
            || service.WasUsed
            || service.Uses.Count > 0
        );

    /// <summary>Returns the number of distinct clients: processes of hosts, and external addresses.</summary>
    public int ClientsOf(Service service) =>
        service
            .Uses.Select(use => Client.From(use.Row.Key, use.Host, IsExternal(use.Row.ClientHost)))
            .Distinct()
            .Count();

    /// <summary>Returns the names of the clients' hosts, then the addresses of external clients.</summary>
    public IReadOnlyList<string> ClientHostsOf(Service service) =>
        [
            .. service
                .Uses.Select(use => use.Row.ClientHost)
                .Where(host => host != 0)
                .Distinct()
                .Order(Comparer<int>.Create(_ids.Hosts.Compare))
                .Select(host => _ids.Hosts[host]),
            .. service
                .Uses.Where(use => use.Row.ClientHost == 0)
                .Select(use => use.Row.ClientAddress)
                .Distinct()
                .OrderBy(address => _ids.Addresses[address])
                .Select(_ids.Addresses.Text),
        ];

    private bool IsExternal(int host) => host == 0 || _networkHosts.Contains(host);

    private static Service[] Sorted(IdTables ids, IEnumerable<Service> services) =>
        [.. services.OrderBy(service => service.End, new RowOrder(ids))];
}

/// <summary>A service and the rows that use it.</summary>
/// <param name="End">The service's fields, with the address that it is bound to. The client's fields are 0.</param>
internal sealed record Service(RowKey End)
{
    /// <summary>The rows of the matrix that use the service.</summary>
    public List<ServiceUse> Uses { get; private init; } = [];

    /// <summary>Whether it listens in a network namespace that is not its host's.</summary>
    public bool IsInContainer { get; set; }

    /// <summary>Whether a row uses it, even if a filter removed that row.</summary>
    public bool WasUsed { get; set; }

    public long Connections => Uses.Sum(use => (long)use.Row.Connections);

    /// <summary>Returns the service with some of its uses.</summary>
    public Service Only(Func<ServiceUse, bool> which) =>
        this with
        {
            Uses = [.. Uses.Where(which)],
            WasUsed = WasUsed || Uses.Count > 0,
        };
}

/// <summary>A row that uses a service.</summary>
/// <param name="Host">The client's own host, even if the row has an alias that several hosts share.</param>
internal readonly record struct ServiceUse(Row Row, int Host);
