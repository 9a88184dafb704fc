using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using FlowMatrix.Core;
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
internal sealed class ProcReader(string root)
{
    private readonly HostSnapshot _host = new();

    /// <summary>For small files, and for those of which only the first lines are needed.</summary>
    private readonly byte[] _start = new byte[4096];

    /// <exception cref="Failure">The kernel's files cannot be read.</exception>
    public HostSnapshot Read(CancellationToken cancel)
    {
        _host.Name = Text("sys/kernel/hostname");
        _host.BootId = Text("sys/kernel/random/boot_id");
        _host.IsBigEndian = !BitConverter.IsLittleEndian;
        _host.OwnNamespace = KeyOf(HostSnapshot.FirstProcess);
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
            .. (Directory.Exists(root) ? Directory.EnumerateDirectories(root) : [])
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
        var reader = new NamespaceReader(new NamespaceSnapshot(key), _host.IsBigEndian);
        foreach (var file in NamespaceReader.Files)
        {
            reader.TryOpen(file);
            ReadLines($"{pid}/net/{file}", reader);
        }

        if (KeyOf(pid) != key)
        {
            return false;
        }

        _host.Namespaces.Add(reader.Namespace);
        return true;
    }

    private void ReadHolder(int pid)
    {
        var isReadable = Posix.TryReadLinks(
            Path.Combine(root, $"{pid}/fd"),
            target =>
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
        process.Path = ExecutableOf(pid);
        var status = ReadStart($"{pid}/status");
        foreach (var range in status.Split((byte)'\n'))
        {
            var line = status[range];
            if (line.StartsWith("Name:\t"u8))
            {
                process.Name = KernelText.Unescape(line[6..]);
            }
            else if (line.StartsWith("PPid:\t"u8) && ProcNet.TryParseDecimal(line[6..], out var parent))
            {
                process.ParentId = (int)parent;
                break;
            }
        }
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

    private string Text(string path) => Encoding.UTF8.GetString(ReadStart(path)).Trim();

    /// <summary>Reads the beginning of a file: valid until the next call, and empty if the file is absent.</summary>
    private ReadOnlySpan<byte> ReadStart(string path)
    {
        try
        {
            using var file = Open(path);
            return _start.AsSpan(0, file.ReadAtLeast(_start, _start.Length, throwOnEndOfStream: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // the process has ended
        }
    }

    /// <summary>Reads a file that may be absent, or end early because its process ends.</summary>
    private void ReadLines(string path, NamespaceReader reader)
    {
        try
        {
            using var file = Open(path);
            var lines = new LineReader(file);
            while (lines.TryRead(out var line))
            {
                if (!reader.TryRead(line))
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

    private FileStream Open(string path) =>
        new(Path.Combine(root, path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
}
