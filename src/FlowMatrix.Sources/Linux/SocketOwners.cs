using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Sources.Linux;

/// <summary>Finds the process that a socket belongs to. Source: docs/linux.md, "Who owns a socket".</summary>
internal sealed class SocketOwners(HostSnapshot host)
{
    private readonly Dictionary<ulong, int> _owners = [];

    /// <summary>Returns the process ID of a socket's owner; 0 if it is not known.</summary>
    /// <param name="listeners">The listening sockets of the socket's namespace.</param>
    public int Find(in KernelSocket socket, ILookup<ushort, KernelSocket> listeners)
    {
        if (socket.Inode != 0)
        {
            return Find(socket.Inode);
        }

        if (socket.State != SocketState.Established)
        {
            return 0;
        }

        // No process has accepted the connection. It waits in the queue of the listening socket.
        var local = socket.Local;
        var waiting = listeners[socket.LocalPort].Where(listener => listener.HasWaiting).ToList();
        var owners = waiting.Where(listener => listener.Local == local).ToList();
        owners = owners.Count > 0 ? owners : [.. waiting.Where(listener => Accepts(listener.Local, local))];
        var pids = owners.Select(listener => Find(listener.Inode)).Distinct().ToList();
        return pids.Count == 1 ? pids[0] : 0;
    }

    private static bool Accepts(IpAddress bound, IpAddress address) =>
        bound == IpAddress.AnyV6 || (bound == IpAddress.AnyV4 && address.IsV4);

    private int Find(ulong inode)
    {
        if (!_owners.TryGetValue(inode, out var owner))
        {
            _owners[inode] = owner = host.Holders.TryGetValue(inode, out var holders) ? Choose(holders) : 0;
        }

        return owner;
    }

    /// <summary>
    /// Of several processes that have the socket: not systemd, which passes it on; then one whose parent does not have
    /// it, because it outlives its workers; then the one with the lowest ID.
    /// </summary>
    private int Choose(List<int> holders)
    {
        if (holders.Count == 1)
        {
            return holders[0];
        }

        var services = holders.Where(pid => !Process(pid).NameUtf8.SequenceEqual("systemd"u8)).ToList();
        var rest = services.Count > 0 ? services : holders;
        var parents = rest.Where(pid => !rest.Contains(Process(pid).ParentId)).ToList();
        return (parents.Count > 0 ? parents : rest).Min();
    }

    private ProcessInfo Process(int pid) => host.Processes.GetValueOrDefault(pid);
}
