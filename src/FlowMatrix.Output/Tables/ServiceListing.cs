using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Output.Tables;

/// <summary>The fields of a list of services.</summary>
internal static class ServiceListing
{
    public static Listing Create(ServiceList list)
    {
        var (services, ids) = (list.Services, list.IdTables);
        return new Listing(
            "services",
            [
                ListingField.ForText("protocol", i => services[i].Row.Protocol.Name()),
                ListingField.ForText("host", i => ids.Hosts[services[i].Row.ServiceHost], "?"),
                ListingField.ForText("address", i => ids.Addresses.Text(services[i].Row.ServiceAddress)),
                ListingField.ForNumber("port", i => services[i].Row.ServicePort),
                ListingField.ForText("scope", i => Name(list.ScopeOf(services[i]))),
                ListingField.ForText("path", i => ids.Processes.Path(services[i].Row.ServiceProcess)),
                ListingField.ForText("name", i => ids.Processes.Name(services[i].Row.ServiceProcess), "?"),
                ListingField.ForNumber("connections", i => services[i].Connections),
                ListingField.ForNumber("clients", i => list.ClientsOf(services[i])),
                ListingField.ForList("client_hosts", i => list.ClientHostsOf(services[i])),
            ],
            services.Count,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Counted.Text(services.Count, "service")}, {services.Count(service => service.Uses.Count > 0):N0} of them used"
            )
        );
    }

    private static string Name(Scope scope) => scope.ToString().ToLowerInvariant();
}
