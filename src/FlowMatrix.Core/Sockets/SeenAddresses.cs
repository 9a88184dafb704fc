namespace FlowMatrix.Core.Sockets;

/// <summary>
/// The addresses of interfaces and those that sockets are bound to, with the hosts and the network namespaces that have
/// them. Source: docs/matching.md, "Addresses of hosts" and "Network namespaces".
/// </summary>
internal sealed class SeenAddresses(AddressOwners hosts)
{
    private readonly AddressOwners _namespaces = new();

    /// <summary>The place of each known namespace.</summary>
    private readonly Dictionary<int, Place> _places = [];

    private SeenAddresses(AddressOwners hosts, AddressOwners namespaces)
        : this(hosts) => _namespaces = namespaces;

    /// <summary>The hosts that have each address, in whichever namespace.</summary>
    public AddressOwners Hosts => hosts;

    public static SeenAddresses Find(SocketTable table)
    {
        var seen = new SeenAddresses(table.Interfaces.Copy(), table.NamespaceInterfaces.Copy());
        var addresses = table.IdTables.Addresses;
        foreach (var range in table.Ranges)
        {
            var netns = range.Place.Namespace;
            if (netns != 0)
            {
                seen._places[netns] = range.Place;
            }

            for (var i = range.Start; i < range.End; i++)
            {
                var local = table.Sockets[i].Local;
                var isNew = !seen.Hosts.Has(range.Host, local) || (netns != 0 && !seen._namespaces.Has(netns, local));
                if (isNew && addresses[local] is { IsLoopback: false, IsUnspecified: false })
                {
                    seen.Hosts.Add(local, range.Host);
                    if (netns != 0)
                    {
                        seen._namespaces.Add(local, netns);
                    }
                }
            }
        }

        return seen;
    }

    /// <summary>
    /// Returns the owner of an address as seen from a place: the place itself, else another namespace of its host, else
    /// the only host and namespace that has it. Host 0 if there is none, or if there are several.
    /// </summary>
    public Place OwnerSeenFrom(Place place, int address)
    {
        if (!place.IsWholeHost && _namespaces.Has(place.Namespace, address))
        {
            return place;
        }

        var host = Hosts.OwnerSeenFrom(place.Host, address);
        if (host == 0 || _namespaces.IsEmpty || place == Place.WholeHost(host))
        {
            return Place.WholeHost(host);
        }

        var owners = _namespaces
            .GetHosts(address)
            .Where(netns => _places.GetValueOrDefault(netns).Host == host)
            .ToList();
        return owners.Count switch
        {
            0 => Place.WholeHost(host),
            1 => _places[owners[0]],
            _ => default,
        };
    }

    /// <summary>Whether several hosts or several namespaces have the address.</summary>
    public bool IsShared(int address) => Hosts.IsShared(address) || _namespaces.IsShared(address);
}
