namespace FlowMatrix.Core.Matching.Incremental;

/// <summary>The fields by which connections are indexed.</summary>
internal enum Link : byte
{
    /// <summary>Remote endpoint and local port: the service and the client's port, if this end is the client.</summary>
    AsClient,

    /// <summary>
    /// Local endpoint and remote port: the service and the client's port, if this end is the service.
    /// </summary>
    AsServer,

    LocalEndpoint,

    RemoteEndpoint,

    RemoteAddress,

    /// <summary>Host and local port, to find the client of a connection with both addresses changed.</summary>
    LocalPort,

    /// <summary>Host and remote port, to find the service of such a connection.</summary>
    RemotePort,
}

/// <summary>
/// An index of connections by one kind of <see cref="Link"/>: a hash table with linked lists through the slots, so that
/// adding and removing takes constant time.
/// </summary>
internal sealed class SocketLinks(LiveSockets sockets, Link link)
{
    private const int None = -1;

    private int[] _heads = NewHeads(256);
    private int[] _next = [];
    private int[] _previous = [];
    private int _count;

    public void Add(int slot)
    {
        if (slot >= _next.Length)
        {
            var size = Math.Max(slot + 1, _next.Length * 2);
            Array.Resize(ref _next, size);
            Array.Resize(ref _previous, size);
        }

        if (++_count > _heads.Length)
        {
            Grow();
        }

        Link(slot);
    }

    public void Remove(int slot)
    {
        _count--;
        var (next, previous) = (_next[slot], _previous[slot]);
        if (previous == None)
        {
            _heads[Bucket(sockets.Key(link, slot))] = next;
        }
        else
        {
            _next[previous] = next;
        }

        if (next != None)
        {
            _previous[next] = previous;
        }
    }

    /// <summary>Adds the slots with a key to a list.</summary>
    public void Find(ulong key, List<int> into)
    {
        for (var slot = _heads[Bucket(key)]; slot != None; slot = _next[slot])
        {
            if (sockets.Key(link, slot) == key)
            {
                into.Add(slot);
            }
        }
    }

    private int Bucket(ulong key) => (int)key & (_heads.Length - 1);

    private void Link(int slot)
    {
        ref var head = ref _heads[Bucket(sockets.Key(link, slot))];
        _previous[slot] = None;
        _next[slot] = head;
        if (head != None)
        {
            _previous[head] = slot;
        }

        head = slot;
    }

    private void Grow()
    {
        var old = _heads;
        _heads = NewHeads(old.Length * 2);
        foreach (var head in old)
        {
            var slot = head;
            while (slot != None)
            {
                var next = _next[slot];
                Link(slot);
                slot = next;
            }
        }
    }

    private static int[] NewHeads(int size)
    {
        var heads = new int[size];
        Array.Fill(heads, None);
        return heads;
    }
}
