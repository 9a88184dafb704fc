using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Interning;

/// <summary>Distinct IP addresses, each with a small integer ID. ID 0 means "no address".</summary>
internal sealed class AddressInterner
{
    private readonly Stack<int> _free = [];
    private TextInterner _spellings = new();
    private int[] _bySpelling = new int[16];
    private IpAddress[] _addresses = new IpAddress[64];
    private bool[] _loopback = new bool[64];
    private string?[] _strings = [];
    private int[] _slots = new int[128];

    public AddressInterner() => Count = 1;

    /// <summary>All IDs are below this.</summary>
    public int Count { get; private set; }

    /// <summary>Number of IDs in use, including 0.</summary>
    public int InUse => Count - _free.Count;

    public IpAddress this[int id] => _addresses[id];

    /// <summary>Whether it is a loopback address.</summary>
    public bool IsLoopback(int id) => _loopback[id];

    /// <summary>Returns the ID of the address; 0 if the text is not an address.</summary>
    public int Add(ReadOnlySpan<byte> utf8)
    {
        // Parsing IPv4 is faster than hashing its text. IPv6 spellings are cached.
        if (IpAddress.TryParseV4(utf8, out var v4))
        {
            return Add(v4);
        }

        var known = _spellings.Count;
        var spelling = _spellings.Add(utf8);
        if (spelling >= known)
        {
            if (spelling >= _bySpelling.Length)
            {
                Array.Resize(ref _bySpelling, _bySpelling.Length * 2);
            }

            _bySpelling[spelling] = IpAddress.TryParse(utf8, out var v6) ? Add(v6) : 0;
        }

        return _bySpelling[spelling];
    }

    public int Add(IpAddress address)
    {
        var slot = Find(address);
        if (_slots[slot] is var id and not 0)
        {
            return id;
        }

        if (!_free.TryPop(out id))
        {
            if (Count == _addresses.Length)
            {
                Grow();
                slot = Find(address);
            }

            id = Count++;
        }

        _addresses[id] = address;
        _loopback[id] = address.IsLoopback;
        _slots[slot] = id;
        return id;
    }

    /// <summary>Removes the addresses whose IDs are not in use. Their IDs are assigned again.</summary>
    public void Sweep(ReadOnlySpan<bool> used)
    {
        (_spellings, _bySpelling) = (new TextInterner(), new int[16]);
        _free.Clear();
        Array.Clear(_slots);
        for (var id = Count - 1; id > 0; id--)
        {
            if (used[id])
            {
                _slots[Find(_addresses[id])] = id;
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

    /// <summary>Returns the address as text; empty for ID 0.</summary>
    public string Text(int id)
    {
        if (_strings.Length <= id)
        {
            Array.Resize(ref _strings, Math.Max(Count, id + 1));
        }

        return _strings[id] ??= id == 0 ? "" : _addresses[id].ToString();
    }

    private int Find(IpAddress address)
    {
        var mask = _slots.Length - 1;
        var slot = (int)Hashing.Hash((ulong)(address.Number >> 64), (ulong)address.Number) & mask;
        while (_slots[slot] is var id and not 0 && _addresses[id] != address)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private void Grow()
    {
        Array.Resize(ref _addresses, _addresses.Length * 2);
        Array.Resize(ref _loopback, _addresses.Length);
        _slots = new int[_addresses.Length * 2];
        for (var id = 1; id < Count; id++)
        {
            _slots[Find(_addresses[id])] = id;
        }
    }
}
