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
        var byEndpoint = services.Values.ToLookup(service => service.End with { ServiceProcess = 0 });
        foreach (ref readonly var row in matrix.Rows.AsSpan())
        {
            var place = Place.WholeHost(row.ServiceHost);
            var (protocol, address, port) = (row.Protocol, row.ServiceAddress, row.ServicePort);
            var end = new RowKey
            {
                Protocol = protocol,
                ServiceHost = row.ServiceHost,
                ServicePort = port,
            };
            if (index.TryFindOfProcess(place, protocol, address, port, row.ServiceProcess, out end.ServiceAddress))
            {
                end.ServiceProcess = row.ServiceProcess;
                services[end].Uses.Add(new ServiceUse(row, row.ClientHost));
            }
            else if (index.TryFind(place, protocol, address, port, out end.ServiceAddress, out _))
            {
                foreach (var service in byEndpoint[end])
                {
                    service.Uses.Add(new ServiceUse(row, row.ClientHost));
                }
            }
        }

        FindContainers(estate, services.Values.Where(service => !inHosts.Contains(service.End)), inContainers);
        return ServiceList.Create(estate.IdTables, services.Values);
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
