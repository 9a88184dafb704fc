using System.Numerics;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching;

/// <summary>
/// Sockets by protocol and both endpoints: for each 5-tuple the only socket that has it, or that there are several.
/// </summary>
internal sealed class TupleTable(Estate estate)
{
    /// <summary>No socket; and: more than one.</summary>
    public const int None = -1;
    public const int Several = -2;

    private int[] _slots = [];
    private int _mask;

    /// <summary>Empties the table and makes room for so many sockets.</summary>
    public void Reset(int sockets)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, sockets + (sockets / 2)));
        if (_slots.Length < size)
        {
            _slots = new int[size];
        }
        else
        {
            Array.Clear(_slots, 0, size);
        }

        _mask = size - 1;
    }

    /// <returns>Whether it is the first with its endpoints.</returns>
    public bool Add(int index)
    {
        ref readonly var socket = ref estate[index];
        var slot = (int)Hash(socket.Protocol, socket.Local, socket.LocalPort, socket.Remote, socket.RemotePort) & _mask;
        for (; _slots[slot] is var entry and not 0; slot = (slot + 1) & _mask)
        {
            if (estate[Math.Abs(entry) - 1].SameEndpoints(socket))
            {
                _slots[slot] = -Math.Abs(entry);
                return false;
            }
        }

        _slots[slot] = index + 1;
        return true;
    }

    /// <summary>
    /// The only socket that is the other end of this one: with local and remote endpoint exchanged. A socket that is
    /// connected to itself needs no look-up.
    /// </summary>
    public int Mirror(in Socket socket)
    {
        var slot = (int)Hash(socket.Protocol, socket.Remote, socket.RemotePort, socket.Local, socket.LocalPort) & _mask;
        for (; _slots[slot] is var entry and not 0; slot = (slot + 1) & _mask)
        {
            ref readonly var other = ref estate[Math.Abs(entry) - 1];
            if (
                other.Local == socket.Remote
                && other.Remote == socket.Local
                && other.LocalPort == socket.RemotePort
                && other.RemotePort == socket.LocalPort
                && other.Protocol == socket.Protocol
            )
            {
                return entry < 0 ? Several : entry - 1;
            }
        }

        return None;
    }

    private static ulong Hash(Protocol protocol, int local, ushort localPort, int remote, ushort remotePort) =>
        Hashing.Hash(
            ((ulong)(uint)local << 32) | (uint)remote,
            ((ulong)protocol << 32) | ((ulong)localPort << 16) | remotePort
        );
}
