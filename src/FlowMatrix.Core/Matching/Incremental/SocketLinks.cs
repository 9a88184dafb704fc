namespace FlowMatrix.Core.Matching.Incremental;

/// <summary>By what sockets find each other; each link goes through a number made of these fields.</summary>
internal enum Link : byte
{
    /// <summary>The service that this one may be a client of, and its own port: (remote endpoint, local port).</summary>
    AsClient,

    /// <summary>The same as seen by the service: (local endpoint, remote port).</summary>
    AsServer,

    LocalEndpoint,

    RemoteEndpoint,

    RemoteAddress,

    /// <summary>On its host, its own port: where the client of a connection with both addresses changed is looked for.</summary>
    LocalPort,

    /// <summary>On its host, its peer's port: where the server of such a connection is looked for.</summary>
    RemotePort,
}

/// <summary>
/// Connections by one kind of <see cref="Link"/>: lists through the sockets' own slots, so that one comes and goes at
/// the same cost however many there are.
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

    /// <summary>Adds the slots of those under a key to a list.</summary>
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
