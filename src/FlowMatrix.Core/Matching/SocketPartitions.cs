using System.Numerics;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching;

/// <summary>
/// Splits sockets into groups of a few thousand, with both ends of a connection in the same group. The hash table of a
/// group fits into the processor's cache; in a table of all sockets of a large estate, every look-up would wait for
/// memory.
/// </summary>
internal sealed class SocketPartitions
{
    private const int Size = 4096;

    private readonly int[] _members;
    private readonly int[] _ends;

    /// <param name="takesPart">For each socket of the estate, whether it is put into a group.</param>
    public SocketPartitions(Estate estate, bool[] takesPart)
    {
        var count = takesPart.AsSpan().Count(true);
        _members = new int[count];
        _ends = new int[BitOperations.RoundUpToPowerOf2((uint)((count / Size) + 1))];
        for (var i = 0; i < estate.SocketCount; i++)
        {
            if (takesPart[i])
            {
                _ends[GroupOf(estate[i])]++;
            }
        }

        for (int group = 0, sum = 0; group < _ends.Length; group++)
        {
            (sum, _ends[group]) = (sum + _ends[group], sum);
        }

        for (var i = 0; i < estate.SocketCount; i++)
        {
            if (takesPart[i])
            {
                _members[_ends[GroupOf(estate[i])]++] = i;
            }
        }
    }

    public int Count => _ends.Length;

    public ReadOnlySpan<int> this[int group] => _members.AsSpan((group == 0 ? 0 : _ends[group - 1])..(_ends[group]));

    /// <summary>Returns the same group for both ends, because the hash is symmetric.</summary>
    private int GroupOf(in Socket socket) =>
        (int)
            Hashing.Hash(
                ((ulong)(uint)(socket.Local ^ socket.Remote) << 32) | (uint)(socket.LocalPort ^ socket.RemotePort)
            ) & (_ends.Length - 1);
}
