using System.Globalization;
using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Sources.Streams;

namespace FlowMatrix.Sources.Linux;

/// <summary>
/// Reads the output of the script that prints a host's kernel tables. It is cut into sections by lines with a random
/// number, which tells them from everything that users of the host can write. Anything before the first section is
/// ignored. Source: docs/linux.md, "The script's output".
/// </summary>
/// <param name="kind">What kind of failure an invalid output is.</param>
/// <param name="source">The file or host, for messages.</param>
internal sealed class ScriptReader(FailureKind kind, string source)
{
    private const string Version = "1";

    /// <summary>More than a million sockets need. Output without an end is an error.</summary>
    private const long MaxLength = 1L << 30;

    private readonly HostSnapshot _host = new();
    private string _section = "";
    private NamespaceReader? _namespace;
    private int _process = -1;
    private byte[] _name = [];

    /// <summary>The processes before their sockets were read, and those whose sockets could be read.</summary>
    private readonly HashSet<int> _processes = [];
    private readonly HashSet<int> _readable = [];

    /// <summary>Whether the first line of the script's output has come.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>The first line before the script's output that is not empty, as printable text.</summary>
    public string FirstLine { get; private set; } = "";

    /// <summary>Whether a file begins with the output of the script, perhaps after other lines.</summary>
    public static bool IsScriptOutput(ReadOnlySpan<byte> first)
    {
        foreach (var range in first.Split((byte)'\n'))
        {
            if (TryParseBegin(first[range].TrimEnd((byte)'\r'), out _, out _))
            {
                return true;
            }
        }

        return false;
    }

    /// <exception cref="Failure">The output is invalid or cut.</exception>
    public HostSnapshot Read(Stream output, CancellationToken cancel)
    {
        var lines = new LineReader(output);
        try
        {
            Read(lines, cancel);
            return _host;
        }
        catch (InvalidDataException e)
        {
            throw new Failure(kind, $"{source}: {e.Message}", e);
        }
    }

    private void Read(LineReader lines, CancellationToken cancel)
    {
        var opening = FindBegin(lines);
        while (lines.TryRead(out var line))
        {
            cancel.ThrowIfCancellationRequested();
            if (lines.Position > MaxLength)
            {
                throw Invalid(lines, "the output of the script does not end");
            }

            if (line.StartsWith(opening))
            {
                var words = Encoding.UTF8.GetString(line[opening.Length..]).Split(' ');
                if (words is ["end"])
                {
                    // Not those that ended meanwhile, and have no name, which is printed last.
                    _host.HiddenProcesses = _processes.Count(pid =>
                        !_readable.Contains(pid) && _host.Processes.GetValueOrDefault(pid).Name is not null
                    );
                    return;
                }

                if (!TryOpen(words))
                {
                    throw Invalid(lines, "an unknown section: was it made by a newer flowmatrix?");
                }
            }
            else if (!TryParse(line))
            {
                throw Invalid(lines, $"not a valid line of section {_section}");
            }
        }

        throw new Failure(kind, $"{source}: the output of the script is cut: its last line is missing");
    }

    /// <returns>What each section's first line begins with.</returns>
    private byte[] FindBegin(LineReader lines)
    {
        while (lines.TryRead(out var line))
        {
            if (TryParseBegin(line, out var nonce, out var version))
            {
                HasBegun = true;
                return version == Version
                    ? Encoding.ASCII.GetBytes($"== {nonce} ")
                    : throw Invalid(lines, $"version {version} of the script's output, which is not known");
            }

            FirstLine = FirstLine.Length > 0 ? FirstLine : Encoding.UTF8.GetString(line).Trim();
            if (lines.Position > MaxLength)
            {
                break;
            }
        }

        throw new Failure(kind, $"{source}: does not hold the output of the script");
    }

    private static bool TryParseBegin(ReadOnlySpan<byte> line, out string nonce, out string version)
    {
        (nonce, version) = ("", "");
        const int NonceLength = 16;
        if (
            line.Length > 80
            || !line.StartsWith("== "u8)
            || Encoding.ASCII.GetString(line).Split(' ') is not [_, { Length: NonceLength } number, "begin", var one]
            || !number.All(char.IsAsciiHexDigitLower)
        )
        {
            return false;
        }

        (nonce, version) = (number, one);
        return true;
    }

    private Failure Invalid(LineReader lines, string problem)
    {
        var where = _namespace is null ? "" : $" (network namespace {_namespace.Namespace.Key})";
        return new Failure(kind, $"{source}: line {lines.Line}{where}: {problem}");
    }

    private bool TryOpen(string[] words)
    {
        _process = -1;
        switch (words)
        {
            case ["netns", var key, _]:
                _namespace = new NamespaceReader(new NamespaceSnapshot(key), _host.IsBigEndian);
                break;
            case ["netns-end", var key]:
                if (_namespace?.Namespace.Key != key || _host.Namespaces.Exists(known => known.Key == key))
                {
                    return false;
                }

                _host.Namespaces.Add(_namespace.Namespace);
                _namespace = null;
                break;
            case ["file", var name] when name != NamespaceReader.RoutingTable:
                _section = name;
                return _namespace?.TryOpen(name) == true;
            case ["host" or "ns" or "fd" or "exe" or "status" or "cgroup"]:
                // A namespace whose last line is missing was printed for a process that has ended meanwhile.
                _namespace = null;
                break;
            default:
                return false;
        }

        _section = words[0];
        return true;
    }

    private bool TryParse(ReadOnlySpan<byte> line) =>
        _section switch
        {
            "host" => HostFacts.TryParse(line, _host),
            "fd" => TryParseDescriptor(line),
            "exe" => TryParsePath(line),
            "status" => TryParseStatus(line),
            "ns" => TryParseProcess(line),
            "cgroup" => TryParseGroup(line),
            _ => _namespace?.TryRead(line) == true,
        };

    /// <summary>A process ID alone, then the lines of its sockets: descriptor and inode.</summary>
    private bool TryParseDescriptor(ReadOnlySpan<byte> line)
    {
        var space = line.IndexOf((byte)' ');
        if (space < 0)
        {
            _readable.Add(line.Length > 0 && TryParsePid(line, out _process) ? _process : -1);
            return _process >= 0;
        }

        if (_process < 0 || !ProcNet.TryParseDecimal(line[(space + 1)..], out var inode))
        {
            return false;
        }

        _host.AddHolder(inode, _process);
        return ProcNet.TryParseDecimal(line[..space], out _);
    }

    /// <summary>A process ID and the path of its executable, in the escapes of <c>ls -b</c>.</summary>
    private bool TryParsePath(ReadOnlySpan<byte> line)
    {
        var space = line.IndexOf((byte)' ');
        if (space < 0 || !TryParsePid(line[..space], out var pid))
        {
            return false;
        }

        _host.Process(pid).Path = KernelText.WithoutDeletedMark(KernelText.Unescape(line[(space + 1)..]));
        return true;
    }

    /// <summary>The lines Name, Pid and PPid of <c>/proc/PID/status</c>, in this order.</summary>
    private bool TryParseStatus(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon < 0)
        {
            return false;
        }

        var key = Encoding.UTF8.GetString(line[..colon]);
        var value = line[(colon + 1)..];
        value = value.StartsWith("\t"u8) ? value[1..] : value;
        switch (key)
        {
            case "Name":
                (_name, _process) = (KernelText.Unescape(value), -1);
                return true;
            case "Pid":
                if (!TryParsePid(value, out _process))
                {
                    return false;
                }

                _host.Process(_process).Name = _name;
                return true;
            case "PPid":
                if (_process < 0 || !TryParsePid(value, out var parent))
                {
                    return false;
                }

                _host.Process(_process).ParentId = parent;
                return true;
            default:
                return key == "Uid";
        }
    }

    /// <summary>A process ID and the key of its namespace.</summary>
    private bool TryParseProcess(ReadOnlySpan<byte> line)
    {
        if (line.IndexOf((byte)' ') is not (var space and > 0) || !TryParsePid(line[..space], out var pid))
        {
            return false;
        }

        _processes.Add(pid);
        if (pid == HostSnapshot.FirstProcess)
        {
            _host.OwnNamespace = Encoding.UTF8.GetString(line[(space + 1)..]);
        }

        return true;
    }

    /// <summary>
    /// A process ID with a line of <c>/proc/PID/cgroup</c>. In recordings, the process ID stands alone before the
    /// lines.
    /// </summary>
    private static bool TryParseGroup(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOfAny((byte)' ', (byte)':');
        return TryParsePid(end < 0 ? line : line[..end], out _);
    }

    private static bool TryParsePid(ReadOnlySpan<byte> word, out int pid)
    {
        var isNumber = ProcNet.TryParseDecimal(word, out var number) && number <= int.MaxValue;
        pid = isNumber ? (int)number : -1;
        return isNumber;
    }
}
