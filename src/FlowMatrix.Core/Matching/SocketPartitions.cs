using System.Numerics;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching;

/// <summary>
/// Sockets in groups of a few thousand, the two ends of a connection in the same one: a group's table fits a
/// processor's cache, one of a whole large estate's sockets doesn't, and every look-up would wait for memory.
/// </summary>
internal sealed class SocketPartitions
{
    private const int Size = 4096;

    private readonly int[] _members;
    private readonly int[] _ends;

    /// <param name="takesPart">For each of the estate's sockets whether it does.</param>
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

    /// <summary>The same for both ends: local and remote are not told apart.</summary>
    private int GroupOf(in Socket socket) =>
        (int)
            Hashing.Hash(
                ((ulong)(uint)(socket.Local ^ socket.Remote) << 32) | (uint)(socket.LocalPort ^ socket.RemotePort)
            ) & (_ends.Length - 1);
}
