using System.Runtime.InteropServices;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Sources.Linux;

/// <summary>What the kernel of one host reported at one moment. Source: docs/linux.md, "What is read".</summary>
internal sealed class HostSnapshot
{
    /// <summary>The ID of the process whose namespace is the host's own.</summary>
    public const int FirstProcess = 1;

    /// <summary>The host's own name.</summary>
    public string Name { get; set; } = "";

    /// <summary>The kernel's boot ID, unique for each start of each machine; empty if it is not known.</summary>
    public string BootId { get; set; } = "";

    /// <summary>Whether the host writes the addresses of its tables with the highest byte first.</summary>
    public bool IsBigEndian { get; set; }

    /// <summary>The ssh connection through which the host was read.</summary>
    public KernelTuple? Session { get; set; }

    /// <summary>Number of processes whose sockets must not be read.</summary>
    public int HiddenProcesses { get; set; }

    /// <summary>
    /// The key of the namespace of the first process, which is the host's own; null if it is not known.
    /// </summary>
    public string? OwnNamespace { get; set; }

    /// <summary>Whether it holds the host's sockets. If not, it adds addresses to a host of another file.</summary>
    public bool HasSockets { get; init; } = true;

    /// <summary>Addresses of the host, in an unknown namespace.</summary>
    public List<IpAddress> Addresses { get; } = [];

    public List<NamespaceSnapshot> Namespaces { get; } = [];

    /// <summary>The processes that have each socket, by the socket's inode.</summary>
    public Dictionary<ulong, List<int>> Holders { get; } = [];

    /// <summary>By process ID.</summary>
    public Dictionary<int, ProcessInfo> Processes { get; } = [];

    /// <summary>
    /// Number of sockets whose process cannot be read. The kernel has sockets of its own, which do not count if all
    /// processes can be read.
    /// </summary>
    public int HiddenSockets =>
        HiddenProcesses == 0
            ? 0
            : Namespaces.Sum(netns =>
                netns.Sockets.Count(socket => socket.Inode != 0 && !Holders.ContainsKey(socket.Inode))
            );

    public ref ProcessInfo Process(int pid) => ref CollectionsMarshal.GetValueRefOrAddDefault(Processes, pid, out _);

    public void AddHolder(ulong inode, int pid)
    {
        ref var pids = ref CollectionsMarshal.GetValueRefOrAddDefault(Holders, inode, out _);
        pids ??= [];
        if (!pids.Contains(pid))
        {
            pids.Add(pid);
        }
    }
}

/// <summary>The kernel's tables in one network namespace.</summary>
/// <param name="key">Tells it from the other namespaces of the host; empty if it is not known which one it is.</param>
internal sealed class NamespaceSnapshot(string key)
{
    public string Key => key;

    public List<KernelSocket> Sockets { get; } = [];

    /// <summary>The addresses of its interfaces.</summary>
    public List<IpAddress> Addresses { get; } = [];

    /// <summary>The connections that it translates.</summary>
    public List<KernelNatEntry> NatEntries { get; } = [];
}

/// <summary>A line of <c>/proc/net/tcp</c> and the like.</summary>
internal record struct KernelSocket
{
    public IpAddress Local;
    public IpAddress Remote;
    public ushort LocalPort;
    public ushort RemotePort;
    public Protocol Protocol;
    public SocketState State;

    /// <summary>
    /// Whether the receive queue is not empty: for a listening socket, connections wait to be accepted.
    /// </summary>
    public bool HasWaiting;

    /// <summary>0 if no process has the socket.</summary>
    public ulong Inode;
}

/// <summary>A line of <c>/proc/net/nf_conntrack</c> that translates a connection.</summary>
internal readonly record struct KernelNatEntry(Protocol Protocol, KernelTuple Before, KernelTuple After);

/// <summary>A connection from a client to a service.</summary>
internal readonly record struct KernelTuple(IpAddress Client, ushort ClientPort, IpAddress Service, ushort ServicePort);

/// <param name="Name">The kernel's name, at most 15 bytes.</param>
/// <param name="Path">The executable; empty if it could not be read.</param>
/// <param name="ParentId">0 if it has no parent, or a parent in another container.</param>
internal record struct ProcessInfo(byte[]? Name, byte[]? Path, int ParentId)
{
    public readonly ReadOnlySpan<byte> NameUtf8 => Name;

    public readonly ReadOnlySpan<byte> PathUtf8 => Path;
}
