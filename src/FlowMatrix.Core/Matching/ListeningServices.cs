using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching;

/// <summary>
/// Lists all services, used or not. A connection counts for the service under its endpoint. If several processes listen
/// there, it counts for the process that has the connection. If none of them has it, it counts for all of them, so that
/// no service is reported as unused by mistake.
/// </summary>
internal static class ListeningServices
{
    /// <param name="matrix">The matrix of the same estate.</param>
    public static ServiceList Find(Estate estate, Matrix matrix)
    {
        var services = new Dictionary<RowKey, Service>();
        var (inHosts, inContainers) = (new HashSet<RowKey>(), new HashSet<RowKey>());
        foreach (var range in estate.Ranges)
        {
            var known =
                range.Place.IsWholeHost ? null
                : estate.ContainerNamespaces.Contains(range.Place.Namespace) ? inContainers
                : inHosts;
            for (var i = range.Start; i < range.End; i++)
            {
                if (estate[i].Kind == SocketKind.Service)
                {
                    var key = Key(range.Host, estate[i]);
                    services.TryAdd(key, new Service(key));
                    known?.Add(key);
                }
            }
        }

        var index = new ServiceIndex(estate);
        int[] anyAddresses =
        [
            estate.IdTables.Addresses.Add(IpAddress.AnyV4),
            estate.IdTables.Addresses.Add(IpAddress.AnyV6),
        ];
        var byEndpoint = services.Values.ToLookup(service => service.End with { ServiceProcess = 0 });
        foreach (ref readonly var row in matrix.Rows.AsSpan())
        {
            if (
                !index.TryFind(
                    Place.WholeHost(row.ServiceHost),
                    row.Protocol,
                    row.ServiceAddress,
                    row.ServicePort,
                    out var bound,
                    out _
                )
            )
            {
                continue;
            }

            var endpoint = new RowKey
            {
                Protocol = row.Protocol,
                ServiceHost = row.ServiceHost,
                ServiceAddress = bound,
                ServicePort = row.ServicePort,
            };
            if (FindOfProcess(services, row, endpoint, anyAddresses) is { } owner)
            {
                owner.Uses.Add(new ServiceUse(row, row.ClientHost));
                continue;
            }

            foreach (var service in byEndpoint[endpoint])
            {
                service.Uses.Add(new ServiceUse(row, row.ClientHost));
            }
        }

        FindContainers(estate, services.Values.Where(service => !inHosts.Contains(service.End)), inContainers);
        return ServiceList.Create(estate.IdTables, services.Values);
    }

    /// <summary>
    /// Finds the service of the process that has the connection. Another process may listen at exactly the address, in
    /// another network namespace.
    /// </summary>
    private static Service? FindOfProcess(
        Dictionary<RowKey, Service> services,
        in Row row,
        RowKey endpoint,
        int[] anyAddresses
    )
    {
        endpoint.ServiceProcess = row.ServiceProcess;
        foreach (var bound in (int[])[endpoint.ServiceAddress, .. anyAddresses])
        {
            if (services.TryGetValue(endpoint with { ServiceAddress = bound }, out var service))
            {
                return service;
            }
        }

        return null;
    }

    /// <summary>
    /// Finds services in network namespaces of containers. If namespaces are not known, these services are bound to all
    /// addresses, but used only at addresses that no interface of the host has. Loopback does not count, because every
    /// namespace has it. Neither does an address family of which no interface address is known: only the answer about
    /// IPv4 may have been saved.
    /// </summary>
    /// <param name="inContainers">The services that are known to listen in namespaces of containers.</param>
    private static void FindContainers(Estate estate, IEnumerable<Service> services, HashSet<RowKey> inContainers)
    {
        var addresses = estate.IdTables.Addresses;
        var known = estate.Interfaces.All().Select(owner => (owner.Host, addresses[owner.Address].IsV4)).ToHashSet();
        foreach (var service in services)
        {
            var host = service.End.ServiceHost;
            service.IsInContainer =
                inContainers.Contains(service.End)
                || (
                    addresses[service.End.ServiceAddress].IsUnspecified
                    && service.Uses.Count > 0
                    && service.Uses.TrueForAll(use =>
                        !addresses.IsLoopback(use.Row.ServiceAddress)
                        && known.Contains((host, addresses[use.Row.ServiceAddress].IsV4))
                        && !estate.Interfaces.Has(host, use.Row.ServiceAddress)
                    )
                );
        }
    }

    private static RowKey Key(int host, in Socket socket) =>
        new()
        {
            Protocol = socket.Protocol,
            ServiceHost = host,
            ServiceAddress = socket.Local,
            ServicePort = socket.LocalPort,
            ServiceProcess = socket.Process,
        };
}
