using System.Runtime.InteropServices;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Sockets;

/// <summary>The states that Skydive's agents report.</summary>
internal enum SocketState : byte
{
    Unknown,
    Established,
    SynSent,
    SynRecv,
    FinWait1,
    FinWait2,
    TimeWait,
    Close,
    CloseWait,
    LastAck,
    Listen,
    Closing,
}

/// <summary>What a socket is to the matrix.</summary>
internal enum SocketKind : byte
{
    /// <summary>A listening TCP socket, or an unconnected UDP one.</summary>
    Service,

    /// <summary>One end of a connection.</summary>
    Connection,

    /// <summary>One end of a connection that is being set up or torn down: it counts only in the past.</summary>
    HalfWay,
}

/// <summary>
/// One observed socket, 24 bytes: numbers into the tables of a <see cref="IdTables"/>. Its host is that of the range
/// of a <see cref="SocketTable"/> in which it lies.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Socket
{
    public int Local;
    public int Remote;
    public int Process;
    public int Pid;
    public ushort LocalPort;
    public ushort RemotePort;
    public Protocol Protocol;
    public SocketState State;
    public SocketKind Kind;

    /// <summary>Seen in a captured flow and in no host's list of sockets.</summary>
    public bool FromFlow;

    /// <summary>Connected to itself: what it sends, it receives.</summary>
    public readonly bool IsOwnPeer => Local == Remote && LocalPort == RemotePort;

    /// <summary>Same protocol, same endpoints on both sides.</summary>
    public readonly bool SameEndpoints(in Socket other) =>
        Local == other.Local
        && Remote == other.Remote
        && LocalPort == other.LocalPort
        && RemotePort == other.RemotePort
        && Protocol == other.Protocol;

    /// <summary>The same socket in the ids of other tables.</summary>
    public readonly Socket MapIds(IdMap map) =>
        this with
        {
            Local = map.Address(Local),
            Remote = map.Address(Remote),
            Process = map.Process(Process),
        };

    public readonly void MarkUsed(IdsInUse used)
    {
        used.Address(Local);
        used.Address(Remote);
        used.Process(Process);
    }
}

/// <summary>
/// What makes two listed sockets the same one: protocol, both endpoints and the process, by numbers of one
/// <see cref="IdTables"/>. Which of its pids holds a socket says nothing.
/// </summary>
internal readonly record struct SocketIdentity(
    Protocol Protocol,
    int Local,
    ushort LocalPort,
    int Remote,
    ushort RemotePort,
    int Process
)
{
    public static SocketIdentity From(in Socket socket) =>
        new(socket.Protocol, socket.Local, socket.LocalPort, socket.Remote, socket.RemotePort, socket.Process);
}
