using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Policies;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Output.Firewall;

/// <summary>
/// Decides where a named network (<c>--name</c>) is allowed as a whole: at each port of a host, unless the policy
/// refuses a client there whose address is in the network, whatever the name of that client.
/// </summary>
internal sealed class NetworkRules
{
    private readonly Matrix _matrix;
    private readonly ILookup<string, IpNetwork> _networks;
    private readonly Dictionary<(int Host, Protocol Protocol, ushort Port), HashSet<IpAddress>> _refused = [];
    private readonly Dictionary<
        ((int Host, Protocol Protocol, ushort Port), int Name),
        IReadOnlyList<IpNetwork>
    > _known = [];

    public NetworkRules(Matrix matrix, Naming naming, PolicyResult? check)
    {
        _matrix = matrix;
        _networks = naming.Networks.ToLookup(named => named.Name, named => named.Network, StringComparer.Ordinal);
        for (var i = 0; i < matrix.Rows.Length && check is not null; i++)
        {
            if (check.AllowedBy[i] != PolicyResult.NotAllowed || matrix.Rows[i].ClientAddress == 0)
            {
                continue;
            }

            if (!_refused.TryGetValue(Service(matrix.Rows[i]), out var addresses))
            {
                _refused[Service(matrix.Rows[i])] = addresses = [];
            }

            addresses.Add(matrix.IdTables.Addresses[matrix.Rows[i].ClientAddress]);
        }
    }

    /// <summary>
    /// The networks of both families with the name of the row's client; empty if only the client's own address is
    /// allowed.
    /// </summary>
    public IReadOnlyList<IpNetwork> Find(in Row row)
    {
        if (!_matrix.NetworkHosts.Contains(row.ClientHost))
        {
            return [];
        }

        var service = Service(row);
        if (!_known.TryGetValue((service, row.ClientHost), out var networks))
        {
            networks = [.. _networks[_matrix.IdTables.Hosts[row.ClientHost]]];
            if (
                _refused.TryGetValue(service, out var refused)
                && refused.Any(address => networks.Any(network => network.Contains(address)))
            )
            {
                networks = [];
            }

            _known[(service, row.ClientHost)] = networks;
        }

        return networks;
    }

    private static (int Host, Protocol Protocol, ushort Port) Service(in Row row) =>
        (row.ServiceHost, row.Protocol, row.ServicePort);
}
