using System.Runtime.CompilerServices;

namespace FlowMatrix.Core.Sockets;

/// <summary>A list of sockets that grows without copying what it holds.</summary>
internal sealed class SocketList
{
    private const int PageBits = 14;
    private const int PageSize = 1 << PageBits;

    private Socket[][] _pages = [];
    private readonly Stack<Socket[]> _spare = [];

    public int Count { get; private set; }

    public ref Socket this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // the matcher's tables do little else
        get => ref _pages[index >> PageBits][index & (PageSize - 1)];
    }

    public void Add(in Socket socket)
    {
        var page = Count >> PageBits;
        if (page == _pages.Length)
        {
            // Most inputs are small, and a fresh page of memory costs more than the copy of a few sockets.
            Array.Resize(ref _pages, page + 1);
            _pages[page] =
                page == 0 ? new Socket[256]
                : _spare.TryPop(out var spare) ? spare
                : new Socket[PageSize];
        }
        else if (page == 0 && Count == _pages[0].Length)
        {
            var first = _pages[0];
            Array.Resize(ref first, Count * 4);
            _pages[0] = first;
        }

        _pages[page][Count & (PageSize - 1)] = socket;
        Count++;
    }

    /// <summary>Takes back what was added last, down to this count.</summary>
    public void CutTo(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        Count = count;
    }

    /// <summary>Adds all of another list and empties it: what is moved isn't held twice.</summary>
    public void MoveFrom(SocketList other, Func<Socket, Socket> translate)
    {
        for (var i = 0; i < other.Count; i++)
        {
            Add(translate(other[i]));
            if ((i & (PageSize - 1)) == PageSize - 1)
            {
                _spare.Push(other._pages[i >> PageBits]);
            }
        }

        _spare.Clear();
        (other._pages, other.Count) = ([], 0);
    }

    /// <summary>A list of all that this one has, which is empty then: whoever still holds it doesn't keep them.</summary>
    public SocketList Taken()
    {
        var taken = new SocketList { _pages = _pages, Count = Count };
        (_pages, Count) = ([], 0);
        return taken;
    }
}
