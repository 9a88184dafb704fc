using FlowMatrix.Core.Interning;

namespace FlowMatrix.Core.Sockets;

/// <summary>A host whose kernel tables were read.</summary>
/// <param name="Where">The file or destination, for messages.</param>
/// <param name="BootId">The kernel's boot ID, unique for each start of each machine; empty if it is not known.</param>
internal readonly record struct Machine(string Where, string BootId);

/// <summary>
/// The machines behind hosts: two hosts with one boot ID are one machine, and two machines with one name are an error.
/// Skydive's data do not tell. Source: docs/linux.md, "Names of hosts".
/// </summary>
internal sealed class Machines
{
    private readonly Dictionary<int, Machine> _byHost = [];

    /// <exception cref="Failure">Another machine has the name.</exception>
    public void Add(IdTables ids, int host, Machine machine)
    {
        if (_byHost.TryGetValue(host, out var other) && (machine.BootId.Length == 0 || machine.BootId != other.BootId))
        {
            throw new Failure(
                FailureKind.Input,
                $"{other.Where} and {machine.Where} hold the sockets of two hosts with the name {ids.Hosts[host]}: "
                    + "give one of them another name, as in --input web02=file"
            );
        }

        _byHost[host] = machine;
    }

    /// <exception cref="Failure">Two machines have one name.</exception>
    public void Append(IdTables ids, Machines others, IdMap map)
    {
        foreach (var (host, machine) in others._byHost)
        {
            Add(ids, map.Host(host), machine);
        }
    }

    /// <summary>
    /// Unites the hosts that are one machine, such as one that was read from a container and from outside. The one that
    /// sees more network namespaces gives the name, and counts for the namespaces that both see.
    /// </summary>
    /// <param name="warn">Called with the names of each such machine.</param>
    public static void Unite(SocketTable table, Action<string> warn)
    {
        var groups = table
            .Machines._byHost.Where(host => host.Value.BootId.Length > 0)
            .GroupBy(host => host.Value.BootId, host => host.Key)
            .Where(machine => machine.Skip(1).Any())
            .Select(machine => Order(table, machine))
            .OrderBy(hosts => table.IdTables.Hosts[hosts[0]], StringComparer.Ordinal)
            .ToList();
        foreach (var hosts in groups)
        {
            var names = hosts.Select(host => table.IdTables.Hosts[host]).ToList();
            warn($"{string.Join(", ", names[1..])} and {names[0]} are one machine: its name is {names[0]}");
            table.Unite(hosts[0], hosts.Skip(1).ToHashSet());
        }
    }

    /// <summary>The host that sees most namespaces first; of equal ones, by name.</summary>
    private static List<int> Order(SocketTable table, IEnumerable<int> hosts) =>
        [
            .. hosts
                .OrderByDescending(host =>
                    table.Ranges.Where(range => range.Host == host).Select(range => range.Place).Distinct().Count()
                )
                .ThenBy(host => table.IdTables.Hosts[host], StringComparer.Ordinal),
        ];
}
