using System.Numerics;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching;

/// <summary>
/// A hash table from 5-tuples (protocol and both endpoints) to sockets. It knows the socket of a 5-tuple if there is
/// only one.
/// </summary>
internal sealed class TupleTable(Estate estate)
{
    /// <summary>No socket has the 5-tuple.</summary>
    public const int None = -1;

    /// <summary>Several sockets have the 5-tuple.</summary>
    public const int Several = -2;

    private int[] _slots = [];
    private int _mask;

    /// <summary>Clears the table and makes room for this number of sockets.</summary>
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

    /// <summary>Adds a socket of the estate.</summary>
    /// <returns>Whether it is the first socket with its 5-tuple.</returns>
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
    /// Returns the only socket with local and remote endpoint exchanged, or <see cref="None"/> or
    /// <see cref="Several"/>. Not for sockets that are connected to themselves.
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
