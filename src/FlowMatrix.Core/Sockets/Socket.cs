using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Sockets;

/// <summary>The socket states that Skydive's agents report.</summary>
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

/// <summary>The role of a socket in matching. Source: docs/matching.md, "Terms".</summary>
internal enum SocketKind : byte
{
    /// <summary>A listening TCP socket, or an unconnected UDP one.</summary>
    Service,

    /// <summary>One end of a connection.</summary>
    Connection,

    /// <summary>One end of a connection that is being opened or closed. It counts only for the past.</summary>
    Transitional,
}

internal static class SocketKinds
{
    /// <summary>
    /// A service is TCP in LISTEN, or UDP without a remote endpoint in any state. Source: docs/matching.md, "Terms".
    /// </summary>
    /// <param name="hasNoRemote">Whether the remote address is unspecified.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // called for every socket that is read
    public static SocketKind Classify(Protocol protocol, SocketState state, bool hasNoRemote, ushort remotePort)
    {
        var service = protocol == Protocol.Udp ? hasNoRemote && remotePort == 0 : state == SocketState.Listen;
        return service ? SocketKind.Service
            : state is SocketState.Established or SocketState.Listen ? SocketKind.Connection
            : SocketKind.Transitional;
    }
}

/// <summary>
/// One entry of a host's list of open sockets, 24 bytes. <see cref="Local"/>, <see cref="Remote"/> and
/// <see cref="Process"/> are IDs in an <see cref="IdTables"/>; <see cref="Pid"/> is the system's process ID. The host
/// is that of the <see cref="SocketRange"/> in which the socket lies.
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

    /// <summary>Whether it comes from a captured flow and no host lists it.</summary>
    public bool FromFlow;

    /// <summary>Whether it is connected to itself.</summary>
    public readonly bool IsOwnPeer => Local == Remote && LocalPort == RemotePort;

    /// <summary>Whether protocol, local endpoint and remote endpoint are the same.</summary>
    public readonly bool SameEndpoints(in Socket other) =>
        Local == other.Local
        && Remote == other.Remote
        && LocalPort == other.LocalPort
        && RemotePort == other.RemotePort
        && Protocol == other.Protocol;

    /// <summary>Returns the same socket with IDs of other tables.</summary>
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
/// The fields that make two sockets of a host the same one: protocol, both endpoints and process, with IDs of one
/// <see cref="IdTables"/>. The system's process ID does not count. Source: docs/matching.md, "Duplicates".
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
