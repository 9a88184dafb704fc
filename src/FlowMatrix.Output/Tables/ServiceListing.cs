using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Output.Tables;

/// <summary>Lists services, for <c>flowmatrix services</c>.</summary>
internal static class ServiceListing
{
    public static Listing Create(ServiceList list)
    {
        var (services, ids) = (list.Services, list.IdTables);
        return new Listing(
            "services",
            [
                ListingField.ForText("protocol", i => services[i].End.Protocol.Name()),
                ListingField.ForText("host", i => ids.Hosts[services[i].End.ServiceHost], EndNames.Unknown),
                ListingField.ForText("address", i => ids.Addresses.Text(services[i].End.ServiceAddress)),
                ListingField.ForNumber("port", i => services[i].End.ServicePort),
                ListingField.ForText("scope", i => Name(list.ScopeOf(services[i]))),
                ListingField.ForText("path", i => ids.Processes.Path(services[i].End.ServiceProcess)),
                ListingField.ForText("name", i => ids.Processes.Name(services[i].End.ServiceProcess), EndNames.Unknown),
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
