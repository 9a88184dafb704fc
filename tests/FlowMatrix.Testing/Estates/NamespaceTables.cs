using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Testing.Estates;

/// <summary>Adds what Skydive does not report: the network namespace of a part of a host, and its NAT table.</summary>
internal static class NamespaceTables
{
    /// <param name="part">A table that holds only this part.</param>
    public static void AddTo(SocketTable part, HostSpec spec)
    {
        var ids = part.IdTables;
        var host = ids.Hosts.Add(spec.Name);
        var place = Place.WholeHost(host);
        if (spec.Namespace.Length > 0)
        {
            place = new Place(host, ids.Namespaces.Add($"{spec.Name}/{spec.Namespace}"));
            for (var i = 0; i < part.Ranges.Count; i++)
            {
                part.Ranges[i] = part.Ranges[i] with { Place = place };
            }

            foreach (var (address, _) in part.Interfaces.All())
            {
                part.NamespaceInterfaces.Add(address, place.Namespace);
            }
        }

        part.NatEntries.AddRange(
            spec.Nat.Select(nat => new NatEntry(
                place,
                Tuple(ids, nat.Protocol, nat.Before),
                Tuple(ids, nat.Protocol, nat.After)
            ))
        );
    }

    private static ConnectionTuple Tuple(IdTables ids, string protocol, TupleSpec tuple) =>
        new(
            protocol == "UDP" ? Protocol.Udp : Protocol.Tcp,
            new Endpoint(Address(ids, tuple.Client), (ushort)tuple.ClientPort),
            new Endpoint(Address(ids, tuple.Service), (ushort)tuple.ServicePort)
        );

    private static int Address(IdTables ids, string text) =>
        ids.Addresses.Add(System.Text.Encoding.UTF8.GetBytes(OracleEnd.Text(text)!));
}
