using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Sources.Linux;

/// <summary>Adds what a kernel reported to the sockets of an estate.</summary>
internal static class SnapshotTable
{
    /// <param name="name">The name of the host.</param>
    /// <param name="where">The file or destination, for messages.</param>
    /// <exception cref="Core.Failure">Another machine has the name.</exception>
    public static void Add(SocketTable table, HostSnapshot snapshot, string name, string where)
    {
        var ids = table.IdTables;
        var host = ids.Hosts.Add(name);
        var owners = new SocketOwners(snapshot);
        var processes = new Dictionary<int, int> { [0] = 0 };
        if (snapshot.HasSockets)
        {
            table.Machines.Add(ids, host, new Machine(where, snapshot.BootId));
        }

        if (snapshot.Session is { } session)
        {
            table.Sessions.Add(Tuple(ids, Protocol.Tcp, session));
        }

        foreach (var address in snapshot.Addresses)
        {
            table.AddAddress(ids.Addresses.Add(address), host);
        }

        foreach (var netns in snapshot.Namespaces)
        {
            var place =
                netns.Key.Length == 0
                    ? Place.WholeHost(host)
                    : new Place(host, ids.Namespaces.Add($"{KeyOfMachine(snapshot, name)}/{netns.Key}"));
            if (snapshot.OwnNamespace is { } own && own != netns.Key && !place.IsWholeHost)
            {
                table.ContainerNamespaces.Add(place.Namespace);
            }

            foreach (var address in netns.Addresses)
            {
                table.AddAddress(ids.Addresses.Add(address), place);
            }

            foreach (var entry in netns.NatEntries)
            {
                table.NatEntries.Add(
                    new NatEntry(
                        place,
                        Tuple(ids, entry.Protocol, entry.Before),
                        Tuple(ids, entry.Protocol, entry.After)
                    )
                );
            }

            AddSockets(netns, place);
        }

        table.HasHosts = true;

        void AddSockets(NamespaceSnapshot netns, Place place)
        {
            var listeners = netns
                .Sockets.Where(socket => socket.State == SocketState.Listen)
                .ToLookup(socket => socket.LocalPort);
            foreach (var socket in netns.Sockets)
            {
                var pid = owners.Find(socket, listeners);
                table.Sockets.Add(
                    new Socket
                    {
                        Protocol = socket.Protocol,
                        Local = ids.Addresses.Add(socket.Local),
                        LocalPort = socket.LocalPort,
                        Remote = ids.Addresses.Add(socket.Remote),
                        RemotePort = socket.RemotePort,
                        State = socket.State,
                        Kind = SocketKinds.Classify(
                            socket.Protocol,
                            socket.State,
                            socket.Remote.IsUnspecified,
                            socket.RemotePort
                        ),
                        Pid = pid,
                        Process = ProcessId(pid),
                    }
                );
            }

            table.EndPlace(place);
        }

        int ProcessId(int pid)
        {
            if (!processes.TryGetValue(pid, out var id))
            {
                var process = snapshot.Processes.GetValueOrDefault(pid);
                processes[pid] = id = ids.Processes.Add(process.PathUtf8, process.NameUtf8);
            }

            return id;
        }
    }

    /// <summary>A namespace is unique together with the boot ID, or else with the name of the host.</summary>
    private static string KeyOfMachine(HostSnapshot snapshot, string name) =>
        snapshot.BootId.Length > 0 ? snapshot.BootId : name;

    private static ConnectionTuple Tuple(IdTables ids, Protocol protocol, in KernelTuple tuple) =>
        new(
            protocol,
            new Endpoint(ids.Addresses.Add(tuple.Client), tuple.ClientPort),
            new Endpoint(ids.Addresses.Add(tuple.Service), tuple.ServicePort)
        );
}
