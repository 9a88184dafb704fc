using System.Runtime.CompilerServices;

namespace FlowMatrix.Core.Sockets;

/// <summary>A list of sockets in pages, so that it grows without copying its content.</summary>
internal sealed class SocketList
{
    private const int PageBits = 14;
    private const int PageSize = 1 << PageBits;

    private Socket[][] _pages = [];
    private readonly Stack<Socket[]> _spare = [];

    public int Count { get; private set; }

    public ref Socket this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // the matcher calls it for every look-up
        get => ref _pages[index >> PageBits][index & (PageSize - 1)];
    }

    public void Add(in Socket socket)
    {
        var page = Count >> PageBits;
        if (page == _pages.Length)
        {
            // Most inputs are small, so the first page starts small: a full page costs more than copying a few sockets.
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

    /// <summary>Removes the sockets that were added last, down to this count.</summary>
    public void CutTo(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        Count = count;
    }

    /// <summary>Moves all sockets of another list here. Its pages are reused, so that memory holds them once.</summary>
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

    /// <summary>
    /// Moves all sockets to a new list. This one is empty afterwards, so that references to it do not keep the sockets
    /// in memory.
    /// </summary>
    public SocketList Detach()
    {
        var detached = new SocketList { _pages = _pages, Count = Count };
        (_pages, Count) = ([], 0);
        return detached;
    }
}
