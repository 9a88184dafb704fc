using FlowMatrix.Core.Model;
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
        var byEndpoint = services.Values.ToLookup(service => service.End with { ServiceProcess = 0 });
        foreach (ref readonly var row in matrix.Rows.AsSpan())
        {
            if (
                !index.TryFind(row.ServiceHost, row.Protocol, row.ServiceAddress, row.ServicePort, out var bound, out _)
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
            if (services.TryGetValue(endpoint with { ServiceProcess = row.ServiceProcess }, out var owner))
            {
                owner.Uses.Add(new ServiceUse(row, row.ClientHost));
                continue;
            }

            foreach (var service in byEndpoint[endpoint])
            {
                service.Uses.Add(new ServiceUse(row, row.ClientHost));
            }
        }

        FindContainers(estate, services.Values);
        return ServiceList.Create(estate.IdTables, services.Values);
    }

    /// <summary>
    /// Finds services in network namespaces of containers: they are bound to all addresses, but used only at addresses
    /// that no interface of the host has. Loopback does not count, because every namespace has it. Neither does an
    /// address family of which no interface address is known: only the answer about IPv4 may have been saved.
    /// </summary>
    private static void FindContainers(Estate estate, IEnumerable<Service> services)
    {
        var addresses = estate.IdTables.Addresses;
        var known = estate.Interfaces.All().Select(owner => (owner.Host, addresses[owner.Address].IsV4)).ToHashSet();
        foreach (var service in services)
        {
            var host = service.End.ServiceHost;
            service.IsInContainer =
                addresses[service.End.ServiceAddress].IsUnspecified
                && service.Uses.Count > 0
                && service.Uses.TrueForAll(use =>
                    !addresses.IsLoopback(use.Row.ServiceAddress)
                    && known.Contains((host, addresses[use.Row.ServiceAddress].IsV4))
                    && !estate.Interfaces.Has(host, use.Row.ServiceAddress)
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
