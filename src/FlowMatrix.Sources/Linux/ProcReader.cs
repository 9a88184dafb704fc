using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Files;
using FlowMatrix.Sources.Streams;

namespace FlowMatrix.Sources.Linux;

/// <summary>
/// Reads the kernel's tables of this machine, in the order in which the script prints them: the sockets of all network
/// namespaces first, then who has them, then the names of processes. A socket that is opened meanwhile is missing
/// rather than without its process. Source: docs/linux.md, "What is read".
/// </summary>
/// <param name="root">The folder of the kernel's files.</param>
[SupportedOSPlatform("linux")]
internal sealed class ProcReader(string root, TimeProvider time)
{
    private const int FirstProcess = 1;

    private static readonly (string Name, Protocol Protocol)[] Tables =
    [
        ("tcp", Protocol.Tcp),
        ("tcp6", Protocol.Tcp),
        ("udp", Protocol.Udp),
        ("udp6", Protocol.Udp),
        ("udplite", Protocol.Udp),
        ("udplite6", Protocol.Udp),
    ];

    private readonly HostSnapshot _host = new();

    /// <exception cref="Failure">The kernel's files cannot be read.</exception>
    public HostSnapshot Read(CancellationToken cancel)
    {
        _host.Name = Text("sys/kernel/hostname") ?? Environment.MachineName;
        _host.BootId = Text("sys/kernel/random/boot_id") ?? "";
        _host.Time = time.GetUtcNow();
        _host.IsBigEndian = !BitConverter.IsLittleEndian;
        _host.OwnNamespace = KeyOf(FirstProcess);
        var pids = Pids();
        if (pids.Count == 0)
        {
            throw new Failure(FailureKind.Input, $"cannot read the processes in {root}: is it mounted?");
        }

        foreach (
            var processes in pids.Select(pid => (Pid: pid, Key: KeyOf(pid)))
                .Where(pair => pair.Key is not null)
                .GroupBy(pair => pair.Key!, pair => pair.Pid)
        )
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var pid in processes)
            {
                if (TryReadNamespace(processes.Key, pid))
                {
                    break;
                }
            }
        }

        foreach (var pid in pids)
        {
            cancel.ThrowIfCancellationRequested();
            ReadHolder(pid);
        }

        foreach (var pid in _host.Holders.Values.SelectMany(pids => pids).Distinct().ToList())
        {
            ReadProcess(pid);
        }

        return _host;
    }

    private List<int> Pids() =>
        [
            .. Directory
                .EnumerateDirectories(root)
                .Select(path =>
                    int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                        ? pid
                        : 0
                )
                .Where(pid => pid > 0)
                .Order(),
        ];

    /// <summary>Identifies the network namespace of a process, which needs no rights.</summary>
    /// <returns>Null if the process has ended.</returns>
    private string? KeyOf(int pid) =>
        Posix.IdentityOf(Path.Combine(root, $"{pid}/net/tcp"))?.Inode.ToString(CultureInfo.InvariantCulture);

    /// <returns>False if the process ended before all tables were read.</returns>
    private bool TryReadNamespace(string key, int pid)
    {
        var netns = new NamespaceSnapshot(key);
        var seen = new HashSet<KernelSocket>();
        foreach (var (name, protocol) in Tables)
        {
            var isHeader = true;
            ReadLines(
                $"{pid}/net/{name}",
                line =>
                {
                    if (isHeader)
                    {
                        isHeader = false;
                        return true;
                    }

                    var isValid = ProcNet.TryParseSocket(line, protocol, _host.IsBigEndian, out var socket);
                    if (isValid && seen.Add(socket))
                    {
                        netns.Sockets.Add(socket);
                    }

                    return isValid;
                }
            );
        }

        ReadLines(
            $"{pid}/net/if_inet6",
            line =>
            {
                var isValid = ProcNet.TryParseInterface(line, out var address);
                netns.Addresses.Add(address);
                return isValid;
            }
        );
        ReadFibTrie(netns, pid);
        ReadLines(
            $"{pid}/net/nf_conntrack",
            line =>
            {
                var isValid = ProcNet.TryParseNat(line, out var entry);
                if (entry is { } translated)
                {
                    netns.NatEntries.Add(translated);
                }

                return isValid;
            }
        );
        if (KeyOf(pid) != key)
        {
            return false;
        }

        _host.Namespaces.Add(netns);
        return true;
    }

    /// <summary>An own address is a line with the address, followed by a line <c>/32 host LOCAL</c>.</summary>
    private void ReadFibTrie(NamespaceSnapshot netns, int pid)
    {
        var found = new HashSet<IpAddress>();
        IpAddress? last = null;
        ReadLines(
            $"{pid}/net/fib_trie",
            line =>
            {
                if (ProcNet.TryParseLocalAddress(line, out var address))
                {
                    last = address;
                }
                else if (last is { } own && line.TrimStart((byte)' ').StartsWith("/32 host LOCAL"u8))
                {
                    found.Add(own);
                }

                return true;
            }
        );
        netns.Addresses.AddRange(found);
    }

    private void ReadHolder(int pid)
    {
        var isReadable = Posix.TryReadLinks(
            Path.Combine(root, $"{pid}/fd"),
            (_, target) =>
            {
                if (
                    target.StartsWith("socket:["u8)
                    && target.EndsWith("]"u8)
                    && ProcNet.TryParseDecimal(target[8..^1], out var inode)
                )
                {
                    _host.AddHolder(inode, pid);
                }
            }
        );
        _host.HiddenProcesses += isReadable || KeyOf(pid) is null ? 0 : 1;
    }

    private void ReadProcess(int pid)
    {
        ref var process = ref _host.Process(pid);
        var (name, parent) = (Array.Empty<byte>(), 0);
        ReadLines(
            $"{pid}/status",
            line =>
            {
                if (line.StartsWith("Name:\t"u8))
                {
                    name = KernelText.Unescape(line[6..]);
                }
                else if (line.StartsWith("PPid:\t"u8) && ProcNet.TryParseDecimal(line[6..], out var number))
                {
                    parent = (int)number;
                }

                return true;
            }
        );
        (process.Name, process.ParentId) = (name, parent);
        process.Path = ExecutableOf(pid);
    }

    private byte[] ExecutableOf(int pid)
    {
        try
        {
            var target = new FileInfo(Path.Combine(root, $"{pid}/exe")).LinkTarget ?? "";
            return KernelText.WithoutDeletedMark(Encoding.UTF8.GetBytes(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // a process of another user, or one that has ended
        }
    }

    private string? Text(string path)
    {
        string? text = null;
        ReadLines(
            path,
            line =>
            {
                text ??= Encoding.UTF8.GetString(line);
                return true;
            }
        );
        return text;
    }

    /// <summary>Reads a file that may be absent, or end early because its process ends.</summary>
    private void ReadLines(string path, LineFound found)
    {
        try
        {
            using var file = new FileStream(
                Path.Combine(root, path),
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite,
                0
            );
            var lines = new LineReader(file);
            while (lines.TryRead(out var line))
            {
                if (!found(line))
                {
                    throw new Failure(
                        FailureKind.Input,
                        $"{Path.Combine(root, path)}: line {lines.Line} is not in a known form: "
                            + Encoding.UTF8.GetString(line)
                    );
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Absent: no IPv6, no NAT, no rights, or the process has ended.
        }
    }

    /// <returns>False if the line is not valid.</returns>
    private delegate bool LineFound(ReadOnlySpan<byte> line);
}
