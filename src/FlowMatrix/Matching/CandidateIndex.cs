namespace FlowMatrix.Matching;

/// <summary>
/// Sockets by what they have in common with their other end, for the steps in which that is not the whole 5-tuple.
/// Sorted by key and host, so that those on the same host are found first and a look-up ends at the second candidate.
/// </summary>
internal sealed class CandidateIndex
{
    private readonly Entry[] _entries;

    public CandidateIndex(IEnumerable<Entry> entries)
    {
        _entries = [.. entries];
        Array.Sort(_entries);
    }

    public bool HasKey(ulong key) =>
        First(key, int.MinValue) is var at && at < _entries.Length && _entries[at].Key == key;

    /// <summary>
    /// The only candidate for a socket: among those on its host if there are any, else among those on other hosts.
    /// </summary>
    /// <param name="fits">Whether a candidate is one, given that and whether it is on another host.</param>
    public int Only(ulong key, int host, Func<int, bool, bool> fits)
    {
        var only = TupleTable.None;
        for (var i = First(key, host); i < _entries.Length && _entries[i].Key == key && _entries[i].Host == host; i++)
        {
            if (fits(_entries[i].Socket, false))
            {
                if (only != TupleTable.None)
                {
                    return TupleTable.Several;
                }

                only = _entries[i].Socket;
            }
        }

        if (only != TupleTable.None)
        {
            return only;
        }

        for (var i = First(key, int.MinValue); i < _entries.Length && _entries[i].Key == key; i++)
        {
            if (_entries[i].Host != host && fits(_entries[i].Socket, true))
            {
                if (only != TupleTable.None)
                {
                    return TupleTable.Several;
                }

                only = _entries[i].Socket;
            }
        }

        return only;
    }

    private int First(ulong key, int host)
    {
        var wanted = new Entry(key, host, int.MinValue);
        var at = Array.BinarySearch(_entries, wanted);
        return at < 0 ? ~at : at;
    }

    internal readonly record struct Entry(ulong Key, int Host, int Socket) : IComparable<Entry>
    {
        public int CompareTo(Entry other)
        {
            var key = Key.CompareTo(other.Key);
            return key != 0 ? key
                : Host != other.Host ? Host.CompareTo(other.Host)
                : Socket.CompareTo(other.Socket);
        }
    }
}
