using FlowMatrix.Core.Model;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching;

/// <summary>
/// Every service that listens, used or not. A connection is counted for the service that is bound under its endpoint;
/// where several processes listen there, for the one that has it, and where none of these has it, for all of them: a
/// service never looks unused by mistake.
/// </summary>
internal static class ListeningServices
{
    /// <param name="matrix">The matcher's of the same estate.</param>
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
    /// A wildcard service that is used, and only at addresses that no interface of its host carries, listens in another
    /// network namespace. Without any interface address of a family nothing is known of it (only the answer about IPv4
    /// may have been saved); loopback is in every namespace.
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
