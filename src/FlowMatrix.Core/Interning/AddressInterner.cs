using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Interning;

/// <summary>Distinct IP addresses, each known by a small number; number 0 is "no address".</summary>
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

    /// <summary>Numbers are below this.</summary>
    public int Count { get; private set; }

    /// <summary>How many numbers stand for an address, or for none.</summary>
    public int InUse => Count - _free.Count;

    public IpAddress this[int id] => _addresses[id];

    /// <summary>Whether the address with this number never leaves its host.</summary>
    public bool IsLoopback(int id) => _loopback[id];

    /// <summary>The number of the address, or 0 for a text that is none.</summary>
    public int Add(ReadOnlySpan<byte> utf8)
    {
        // IPv4 is parsed faster than its text is hashed; IPv6 spellings are remembered.
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

    /// <summary>Forgets the addresses whose numbers aren't used; the numbers are given out again.</summary>
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

    /// <summary>The address as text; empty for number 0.</summary>
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
