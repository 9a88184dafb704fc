using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Output.Tables;

/// <summary>The fields of a list of services.</summary>
internal static class ServiceListing
{
    public static Listing Of(ServiceList list)
    {
        var (services, ids) = (list.Services, list.IdTables);
        return new Listing(
            "services",
            [
                ListingField.OfText("protocol", i => services[i].Row.Protocol.Name()),
                ListingField.OfText("host", i => ids.Hosts[services[i].Row.ServiceHost], "?"),
                ListingField.OfText("address", i => ids.Addresses.Text(services[i].Row.ServiceAddress)),
                ListingField.OfNumber("port", i => services[i].Row.ServicePort),
                ListingField.OfText("scope", i => Name(list.ScopeOf(services[i]))),
                ListingField.OfText("path", i => ids.Processes.Path(services[i].Row.ServiceProcess)),
                ListingField.OfText("name", i => ids.Processes.Name(services[i].Row.ServiceProcess), "?"),
                ListingField.OfNumber("connections", i => services[i].Connections),
                ListingField.OfNumber("clients", i => list.ClientsOf(services[i])),
                ListingField.OfList("client_hosts", i => list.ClientHostsOf(services[i])),
            ],
            services.Count,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Counted.Text(services.Count, "service")}, {services.Count(service => service.Uses.Count > 0):N0} of them used"));
    }

    private static string Name(Scope scope) => scope.ToString().ToLowerInvariant();
}
