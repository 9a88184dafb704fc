namespace FlowMatrix.Testing.Estates;

/// <summary>
/// The part of the plain implementation that knows who has which address. Source: docs/matching.md, "Addresses of
/// hosts" and "Network namespaces".
/// </summary>
internal sealed class OracleAddresses
{
    private readonly HashSet<(string Address, OraclePlace Place)> _interfaces = [];
    private readonly HashSet<(string Address, OraclePlace Place)> _seen = [];

    public OracleAddresses(IEnumerable<HostSpec> hosts)
    {
        foreach (var host in hosts)
        {
            _interfaces.UnionWith(
                host.Addresses.Select(address => (OracleEnd.Text(address)!, new OraclePlace(host.Name, host.Namespace)))
            );
        }

        _interfaces.RemoveWhere(owner => BelongsToNobody(owner.Address));
    }

    public bool HasInterface(string host, string address) =>
        _interfaces.Any(owner => owner.Address == address && owner.Place.Host == host);

    /// <summary>Adds the addresses that sockets are bound to. Until then, no address is a seen one.</summary>
    public void See(IEnumerable<OracleEnd> sockets)
    {
        _seen.UnionWith(_interfaces);
        _seen.UnionWith(sockets.Select(end => (end.Local, end.Place)));
        _seen.RemoveWhere(owner => BelongsToNobody(owner.Address));
    }

    /// <summary>Returns the hosts that have the address, in whichever namespace.</summary>
    public List<string> Hosts(string address) => [.. Places(address).Select(place => place.Host).Distinct()];

    public bool Has(string host, string address) => Hosts(address).Contains(host);

    public bool AreSeveralPlaces(string address) =>
        Hosts(address).Count > 1 || Places(address).Count(place => !place.IsWholeHost) > 1;

    /// <summary>Returns the owner of an address as seen from a socket in this place; null if it is nobody's.</summary>
    public OraclePlace? Owner(OraclePlace from, string address)
    {
        if (OracleEnd.IsLoopback(address))
        {
            return from.Host.Length > 0 ? from : null;
        }

        if (Places(address).Contains(from))
        {
            return from;
        }

        if (!Has(from.Host, address))
        {
            return Hosts(address) is [var only] ? OwnerOn(only, address) : null;
        }

        return from.IsWholeHost ? from : OwnerOn(from.Host, address);
    }

    private OraclePlace? OwnerOn(string host, string address)
    {
        var namespaces = Places(address).Where(place => place.Host == host && !place.IsWholeHost).ToList();
        return namespaces.Count switch
        {
            0 => new OraclePlace(host, ""),
            1 => namespaces[0],
            _ => null,
        };
    }

    private List<OraclePlace> Places(string address) =>
        [.. _seen.Where(owner => owner.Address == address).Select(owner => owner.Place)];

    private static bool BelongsToNobody(string address) =>
        OracleEnd.IsLoopback(address) || address is "0.0.0.0" or "::";
}
