using System.Globalization;
using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Core.Text;
using FlowMatrix.Sources.Streams;

namespace FlowMatrix.Sources.Linux;

/// <summary>
/// Reads what <c>ss -tunap</c> of iproute2 prints: the sockets of one network namespace, of which it does not say
/// which. Source: docs/linux.md, "ss".
/// </summary>
/// <param name="source">The file, for messages.</param>
internal sealed partial class SsReader(string source, Action<string> warn)
{
    private static readonly Dictionary<string, SocketState> States = new(StringComparer.Ordinal)
    {
        ["ESTAB"] = SocketState.Established,
        ["LISTEN"] = SocketState.Listen,
        ["UNCONN"] = SocketState.Close,
        ["SYN-SENT"] = SocketState.SynSent,
        ["SYN-RECV"] = SocketState.SynRecv,
        ["FIN-WAIT-1"] = SocketState.FinWait1,
        ["FIN-WAIT-2"] = SocketState.FinWait2,
        ["TIME-WAIT"] = SocketState.TimeWait,
        ["CLOSE-WAIT"] = SocketState.CloseWait,
        ["LAST-ACK"] = SocketState.LastAck,
        ["CLOSING"] = SocketState.Closing,
    };

    private readonly HostSnapshot _host = new();

    /// <summary>
    /// The namespace, of which nothing is known. Its sockets get numbers that stand for the inodes, which ss prints
    /// only if it is asked to.
    /// </summary>
    private readonly NamespaceSnapshot _namespace = new("");

    /// <summary>What a lone "*" stands for: 0.0.0.0 up to iproute2 4.12, later "::" for IPv6 and IPv4.</summary>
    private IpAddress _any = IpAddress.AnyV6;

    private bool _hasUsers;

    /// <summary>Whether a file begins as the output of ss does.</summary>
    public static bool IsSsOutput(ReadOnlySpan<byte> first)
    {
        var line = first.IndexOf((byte)'\n') is >= 0 and var end ? first[..end] : first;
        var words = Encoding.UTF8.GetString(line).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is ["Netid", "State", ..] or ["NetidState", ..] or ["State", "Recv-Q", ..]
            || (words is ["tcp" or "udp", var state, _, _, _, ..] && States.ContainsKey(state));
    }

    /// <exception cref="Failure">The text is not complete, or not in a form that ss writes.</exception>
    public HostSnapshot Read(Stream text, CancellationToken cancel)
    {
        var lines = ReadSockets(text, cancel);
        if (
            !lines.Exists(line => IsNewForm(line.Text))
            && lines.Exists(line => line.Text.Contains(" :::", StringComparison.Ordinal))
        )
        {
            _any = IpAddress.AnyV4;
        }

        foreach (var (line, number) in lines)
        {
            AddSocket(line, number);
        }

        if (
            !_hasUsers
            && _namespace.Sockets.Exists(socket => socket.State is SocketState.Established or SocketState.Listen)
        )
        {
            warn($"{source}: names no processes: run ss -tunap as root");
        }

        _host.Namespaces.Add(_namespace);
        return _host;
    }

    private static bool IsNewForm(string line) =>
        line.Contains('[', StringComparison.Ordinal) || line.Contains(" 0.0.0.0", StringComparison.Ordinal);

    /// <summary>Collects the lines of sockets. A name may hold a newline, which cuts its line.</summary>
    private List<(string Text, long Number)> ReadSockets(Stream text, CancellationToken cancel)
    {
        var sockets = new List<(string Text, long Number)>();
        try
        {
            var lines = new LineReader(text);
            while (lines.TryRead(out var bytes))
            {
                cancel.ThrowIfCancellationRequested();
                var line = Encoding.UTF8.GetString(bytes);
                if (sockets.Count > 0 && !IsComplete(sockets[^1].Text))
                {
                    sockets[^1] = (sockets[^1].Text + "\n" + line, sockets[^1].Number);
                }
                else if (line.StartsWith("State", StringComparison.Ordinal))
                {
                    throw Invalid(lines.Line, "has no column Netid: give ss both -t and -u, as in ss -tunap");
                }
                else if (!IsHeader(line) && !IsDetail(line))
                {
                    sockets.Add((line.TrimEnd(' '), lines.Line));
                }
            }
        }
        catch (InvalidDataException e)
        {
            throw new Failure(FailureKind.Input, $"{source}: {e.Message}", e);
        }

        return sockets.Count == 0 || IsComplete(sockets[^1].Text)
            ? sockets
            : throw Invalid(sockets[^1].Number, "is cut in the middle of a process");
    }

    private static bool IsHeader(string line) => line.StartsWith("Netid", StringComparison.Ordinal) || line.Length == 0;

    /// <summary>Whether the line belongs to the one before, as with the options -i and -m.</summary>
    private static bool IsDetail(string line) => line[0] == '\t';

    private static bool IsComplete(string line) =>
        line.IndexOf("users:((", StringComparison.Ordinal) is var users
        && (users < 0 || line.IndexOf("))", users, StringComparison.Ordinal) >= 0);

    private void AddSocket(string line, long number)
    {
        var words = line.Split(' ', 7, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length < 6)
        {
            throw Invalid(number, "has too few columns for ss -tunap");
        }

        if (words[0] is not ("tcp" or "udp"))
        {
            return; // raw sockets, packets and others, which ss lists if it is not told which
        }

        if (!States.TryGetValue(words[1], out var state))
        {
            throw Invalid(number, $"{Quote(words[1])} is not a state that ss prints");
        }

        var protocol = words[0] == "tcp" ? Protocol.Tcp : Protocol.Udp;
        if (protocol == Protocol.Tcp && words[1] == "UNCONN")
        {
            return; // bound, but neither listening nor connected
        }

        var (local, localPort) = Endpoint(words[4], number);
        var (remote, remotePort) = Endpoint(words[5], number);
        var owner = words.Length > 6 ? AddOwner(words[6], number) : 0;
        _namespace.Sockets.Add(
            new KernelSocket
            {
                Protocol = protocol,
                State = state,
                Local = local,
                LocalPort = localPort,
                Remote = remote,
                RemotePort = remotePort,
                HasWaiting = words[2] != "0",
                Inode = owner,
            }
        );
    }

    private (IpAddress Address, ushort Port) Endpoint(string text, long number)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0)
        {
            throw Invalid(number, $"{Quote(text)} is not an address with a port");
        }

        var (host, port) = (text[..colon], text[(colon + 1)..]);
        var zone = host.IndexOf('%', StringComparison.Ordinal);
        host = zone >= 0 ? host[..zone] : host;
        host = host is ['[', .., ']'] ? host[1..^1] : host;
        if (port != "*" && !port.All(char.IsAsciiDigit))
        {
            return (
                Address(host),
                WellKnownPorts.Find(port)
                    ?? throw Invalid(number, $"{Quote(port)} is not a known port: give ss the option -n")
            );
        }

        return ushort.TryParse(port == "*" ? "0" : port, out var value)
            ? (Address(host), value)
            : throw Invalid(number, $"{Quote(port)} is not a port");

        IpAddress Address(string name) =>
            name is "*" or "" ? _any
            : IpAddress.TryParse(name, out var address) ? address
            : throw Invalid(number, $"{Quote(name)} is not an address: do not give ss the option -r");
    }

    /// <summary>
    /// Adds the process of a socket. Of several, ss lists the newest first, and the last one is the one that opened
    /// it.
    /// </summary>
    /// <returns>A number for the socket; 0 if no process is named.</returns>
    private ulong AddOwner(string rest, long number)
    {
        const string Opening = "users:((\"";
        const string ProcessMark = "\",pid=";
        var start = rest.IndexOf(Opening, StringComparison.Ordinal);
        if (start < 0)
        {
            return 0;
        }

        // Names may hold quotes and parentheses: the last entry is found from its end, and begins where the one before
        // it ends.
        start += Opening.Length;
        var end = rest.LastIndexOf("))", StringComparison.Ordinal);
        var mark = end < start ? -1 : rest.LastIndexOf(ProcessMark, end, StringComparison.Ordinal);
        if (mark < start || ProcessId(rest.AsSpan(mark + ProcessMark.Length)) is not { } pid)
        {
            throw Invalid(number, $"{Quote(rest)} is not how ss names processes");
        }

        var users = rest[start..mark];
        var before = EntryEnd().Matches(users);
        var name = before.Count > 0 ? users[(before[^1].Index + before[^1].Length)..] : users;
        _hasUsers = true;
        var inode = (ulong)_host.Holders.Count + 1;
        _host.AddHolder(inode, pid);
        _host.Process(pid).Name = Encoding.UTF8.GetBytes(name);
        return inode;
    }

    private static int? ProcessId(ReadOnlySpan<char> text) =>
        text.IndexOf(',') is var comma and > 0
        && int.TryParse(text[..comma], NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            ? pid
            : null;

    private static string Quote(string text) => $"\"{Printable.Message(text)}\"";

    private Failure Invalid(long line, string problem) => new(FailureKind.Input, $"{source}: line {line}: {problem}");

    [System.Text.RegularExpressions.GeneratedRegex("\",pid=[0-9]+,fd=[0-9]+\\),\\(\"")]
    private static partial System.Text.RegularExpressions.Regex EntryEnd();
}
