using System.Collections.Frozen;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Model;

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
/// Services, used or not, with the rows of the matrix that use them, in the order of the matrix.
/// </summary>
internal sealed class ServiceList
{
    private readonly IdTables _ids;
    private readonly IReadOnlySet<int> _networkHosts;

    private ServiceList(IdTables ids, IReadOnlySet<int> networkHosts, IReadOnlyList<Service> services)
    {
        (_ids, _networkHosts, Services) = (ids, networkHosts, services);
    }

    /// <summary>Hosts that are only names which a user gave to networks.</summary>
    public IReadOnlySet<int> NetworkHosts => _networkHosts;

    public IdTables IdTables => _ids;

    public IReadOnlyList<Service> Services { get; }

    /// <summary>In the order of the matrix.</summary>
    public static ServiceList Create(
        IdTables ids,
        IEnumerable<Service> services,
        IReadOnlySet<int>? networkHosts = null
    ) => new(ids, networkHosts ?? FrozenSet<int>.Empty, Sorted(ids, services));

    /// <summary>Some of the services, in the same order.</summary>
    public ServiceList With(IReadOnlyList<Service> services) => new(_ids, _networkHosts, services);

    /// <summary>Those that the rows name, where nothing is known but rows: each used, at the address where it is used.</summary>
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

    /// <summary>Those that some rows of the matrix use, with no other uses.</summary>
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
    /// Whether it can be reached from other hosts. A UDP socket on an ephemeral port that no client was seen to use is most
    /// likely a client's own; one without a process is the kernel's, which serves.
    /// </summary>
    public bool IsExposed(Service service) =>
        ScopeOf(service) is Scope.Address or Scope.All
        && (
            service.End is not { Protocol: Protocol.Udp, ServiceProcess: not 0 }
            || !EphemeralPorts.Has(service.End.ServicePort)
            || service.WasUsed
            || service.Uses.Count > 0
        );

    /// <summary>Distinct clients: processes of hosts, and external addresses.</summary>
    public int ClientsOf(Service service) =>
        service
            .Uses.Select(use => Client.From(use.Row.Key, use.Host, IsExternal(use.Row.ClientHost)))
            .Distinct()
            .Count();

    /// <summary>The hosts of its clients by name, and the addresses of external ones.</summary>
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

/// <param name="End">The service's end, at the address that it is bound to; the client's end is empty.</param>
internal sealed record Service(RowKey End)
{
    /// <summary>The rows of the matrix that use it.</summary>
    public List<ServiceUse> Uses { get; private init; } = [];

    /// <summary>It listens in a network namespace that is not its host's.</summary>
    public bool IsInContainer { get; set; }

    /// <summary>Some row used it, even if a filter left that row out.</summary>
    public bool WasUsed { get; set; }

    public long Connections => Uses.Sum(use => (long)use.Row.Connections);

    public Service Only(Func<ServiceUse, bool> which) =>
        this with
        {
            Uses = [.. Uses.Where(which)],
            WasUsed = WasUsed || Uses.Count > 0,
        };
}

/// <param name="Host">The client's own host, also where the row has the name of several.</param>
internal readonly record struct ServiceUse(Row Row, int Host);
