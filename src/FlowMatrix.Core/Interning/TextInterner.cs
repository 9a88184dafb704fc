using System.Text;

namespace FlowMatrix.Core.Interning;

/// <summary>
/// Distinct UTF-8 texts, each with a small integer ID. ID 0 is the empty text. Invalid UTF-8 becomes U+FFFD, as in
/// Skydive's own encoder, so that every text can be printed and compared.
/// </summary>
internal sealed class TextInterner
{
    private const int PageSize = 64 * 1024;

    private readonly Stack<int> _free = [];
    private List<byte[]> _pages = [new byte[PageSize]];
    private int _pageUsed;
    private Entry[] _entries = new Entry[64];
    private string?[] _strings = [];
    private int[] _slots = new int[128];

    public TextInterner() => Count = 1;

    /// <summary>Creates a copy with the same IDs. The bytes of the texts are shared.</summary>
    public TextInterner(TextInterner other)
    {
        Count = other.Count;
        _free = new Stack<int>(other._free.Reverse());
        _pages = [.. other._pages, new byte[PageSize]]; // shared pages are not written to
        _entries = [.. other._entries];
        _slots = [.. other._slots];
    }

    /// <summary>All IDs are below this.</summary>
    public int Count { get; private set; }

    /// <summary>Number of IDs in use, including 0.</summary>
    public int InUse => Count - _free.Count;

    public int Add(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return 0;
        }

        var hash = (uint)Hashing.Hash(utf8);
        var slot = Find(utf8, hash);
        return _slots[slot] is var id and not 0 ? id : AddNew(utf8, hash);
    }

    public int Add(string text) => Add(Encoding.UTF8.GetBytes(text));

    /// <summary>Returns the ID of a text; -1 if the text was never added.</summary>
    public int IndexOf(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        if (utf8.Length == 0)
        {
            return 0;
        }

        return _slots[Find(utf8, (uint)Hashing.Hash(utf8))] is var id and not 0 ? id : -1;
    }

    public ReadOnlySpan<byte> Utf8(int id)
    {
        ref readonly var entry = ref _entries[id];
        return id == 0 ? default : _pages[entry.Page].AsSpan(entry.Start, entry.Length);
    }

    public string this[int id]
    {
        get
        {
            if (_strings.Length <= id)
            {
                Array.Resize(ref _strings, Math.Max(Count, id + 1));
            }

            return _strings[id] ??= Encoding.UTF8.GetString(Utf8(id));
        }
    }

    /// <summary>Compares by code point, which is the same on every machine.</summary>
    public int Compare(int a, int b) => a == b ? 0 : Utf8(a).SequenceCompareTo(Utf8(b));

    /// <summary>Removes the texts whose IDs are not in use. Their IDs are assigned again.</summary>
    public void Sweep(ReadOnlySpan<bool> used)
    {
        var old = _pages;
        (_pages, _pageUsed) = ([new byte[PageSize]], 0);
        _free.Clear();
        Array.Clear(_slots);
        for (var id = Count - 1; id > 0; id--)
        {
            if (used[id])
            {
                ref var entry = ref _entries[id];
                entry = Store(old[entry.Page].AsSpan(entry.Start, entry.Length)) with { Hash = entry.Hash };
                _slots[FreeSlot(entry.Hash)] = id;
            }
            else
            {
                _free.Push(id);
                if (id < _strings.Length)
                {
                    _strings[id] = null;
                }
            }
        }
    }

    private int Find(ReadOnlySpan<byte> utf8, uint hash)
    {
        var mask = _slots.Length - 1;
        for (var slot = (int)(hash & mask); ; slot = (slot + 1) & mask)
        {
            var id = _slots[slot];
            if (id == 0 || (_entries[id].Hash == hash && Utf8(id).SequenceEqual(utf8)))
            {
                return slot;
            }
        }
    }

    private int AddNew(ReadOnlySpan<byte> utf8, uint hash)
    {
        if (!System.Text.Unicode.Utf8.IsValid(utf8))
        {
            return Add(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8)));
        }

        if (!_free.TryPop(out var id))
        {
            if (Count == _entries.Length)
            {
                Grow();
            }

            id = Count++;
        }

        _entries[id] = Store(utf8) with { Hash = hash };
        _slots[Find(utf8, hash)] = id;
        return id;
    }

    private Entry Store(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > PageSize - _pageUsed)
        {
            _pages.Add(new byte[Math.Max(PageSize, utf8.Length)]);
            _pageUsed = 0;
        }

        var entry = new Entry(_pages.Count - 1, _pageUsed, utf8.Length, 0);
        utf8.CopyTo(_pages[^1].AsSpan(_pageUsed));
        _pageUsed = Math.Min(PageSize, _pageUsed + utf8.Length);
        return entry;
    }

    private void Grow()
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        _slots = new int[_entries.Length * 2];
        for (var id = 1; id < Count; id++)
        {
            _slots[FreeSlot(_entries[id].Hash)] = id;
        }
    }

    private int FreeSlot(uint hash)
    {
        var mask = _slots.Length - 1;
        var slot = (int)(hash & mask);
        while (_slots[slot] != 0)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private readonly record struct Entry(int Page, int Start, int Length, uint Hash);
}
