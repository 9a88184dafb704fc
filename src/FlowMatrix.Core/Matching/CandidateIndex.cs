using System.Numerics;

namespace FlowMatrix.Core.Matching;

/// <summary>
/// The candidates of a pairing step whose key is less than the whole 5-tuple. Possible clients and servers are sorted
/// by key and host, so that a look-up finds candidates on the same host first and ends at the second candidate. A
/// socket may be a candidate in both roles. Source: docs/matching.md, "Pairing the two ends".
/// </summary>
internal sealed class CandidateIndex
{
    private readonly Side _clients;
    private readonly Side _servers;
    private readonly Func<int, Entry> _asClient;
    private readonly Func<int, Entry> _asServer;
    private readonly Func<int, int, bool> _isPair;
    private readonly Func<int, int> _otherHost;

    /// <param name="clients">The sockets that can be clients.</param>
    /// <param name="servers">The sockets that can be servers.</param>
    /// <param name="asClient">Returns key and host of a socket as a client.</param>
    /// <param name="asServer">Returns key and host of a socket as a server.</param>
    /// <param name="isPair">Whether a client and a server can be the two ends of a connection.</param>
    /// <param name="otherHost">The only host on which a socket's other end can be; 0 if it can be on any host.</param>
    public CandidateIndex(
        List<int> clients,
        List<int> servers,
        Func<int, Entry> asClient,
        Func<int, Entry> asServer,
        Func<int, int, bool> isPair,
        Func<int, int> otherHost
    )
    {
        (_asClient, _asServer, _isPair, _otherHost) = (asClient, asServer, isPair, otherHost);

        // Most keys are on one side only. These sockets cannot be paired, so they are removed before sorting.
        var asked = new KeySet(clients.Count);
        clients.ForEach(client => asked.Add(asClient(client).Key));
        _servers = new Side([.. servers.Select(asServer).Where(server => asked.MayHave(server.Key))]);
        _clients = new Side([.. clients.Select(asClient).Where(client => _servers.HasKey(client.Key))]);
    }

    /// <summary>Returns the sockets that are each other's only candidates.</summary>
    public IEnumerable<(int Client, int Server)> Pairs()
    {
        foreach (var client in _clients.Entries)
        {
            var other = OnlyOtherEnd(client.Socket);
            if (other >= 0 && OnlyOtherEnd(other) == client.Socket && _isPair(client.Socket, other))
            {
                yield return (client.Socket, other);
            }
        }
    }

    private int OnlyOtherEnd(int socket)
    {
        var (client, server) = (_asClient(socket), _asServer(socket));
        var only = TupleTable.None;
        foreach (var onHost in (ReadOnlySpan<bool>)[true, false])
        {
            Count(_servers, client, onHost, ref only);
            Count(_clients, server, onHost, ref only);
            if (only != TupleTable.None)
            {
                break;
            }
        }

        return only;
    }

    /// <summary>Counts the candidates for a socket, on its own host or on the other hosts.</summary>
    private void Count(Side side, Entry wanted, bool onHost, ref int only)
    {
        var candidates = side.Entries;
        var onlyHost = onHost ? wanted.Host : _otherHost(wanted.Socket);
        var isAnyHost = !onHost && onlyHost == 0;
        var first = new Entry(wanted.Key, isAnyHost ? int.MinValue : onlyHost, int.MinValue);
        for (var i = side.First(first); i < candidates.Length && only != TupleTable.Several; i++)
        {
            var other = candidates[i];
            if (other.Key != wanted.Key || (!isAnyHost && other.Host != onlyHost))
            {
                return;
            }

            if (
                (other.Host == wanted.Host) == onHost
                && (side == _servers ? _isPair(wanted.Socket, other.Socket) : _isPair(other.Socket, wanted.Socket))
            )
            {
                only = only == TupleTable.None ? other.Socket : TupleTable.Several;
            }
        }
    }

    /// <summary>A set of keys that may also report keys that were not added: it looks at some bits only.</summary>
    private sealed class KeySet(int expected)
    {
        private readonly bool[] _seen = new bool[BitOperations.RoundUpToPowerOf2((uint)expected * 8 | 1)];

        public void Add(ulong key) => _seen[key & (ulong)(_seen.Length - 1)] = true;

        public bool MayHave(ulong key) => _seen[key & (ulong)(_seen.Length - 1)];
    }

    /// <summary>
    /// The sorted candidates of one role. Keys are hashes, so the first bits of a key give its approximate position,
    /// and a search looks at a few entries only.
    /// </summary>
    private sealed class Side
    {
        private readonly int _shift;
        private readonly int[] _starts;

        public Side(Entry[] entries)
        {
            Sort(entries);
            Entries = entries;
            var bits = BitOperations.Log2((uint)entries.Length | 1) + 1;
            _shift = 64 - bits;
            _starts = new int[(1 << bits) + 1];
            foreach (var entry in entries)
            {
                _starts[(entry.Key >> _shift) + 1]++;
            }

            for (var i = 1; i < _starts.Length; i++)
            {
                _starts[i] += _starts[i - 1];
            }
        }

        public Entry[] Entries { get; }

        /// <summary>Sorts by key, which is fast for plain integers, and then the few entries with equal keys.</summary>
        private static void Sort(Entry[] entries)
        {
            var keys = Array.ConvertAll(entries, entry => entry.Key);
            Array.Sort(keys, entries);
            for (int start = 0, end; start < keys.Length; start = end)
            {
                for (end = start + 1; end < keys.Length && keys[end] == keys[start]; end++) { }

                entries.AsSpan(start..end).Sort();
            }
        }

        public bool HasKey(ulong key) =>
            First(new Entry(key, int.MinValue, int.MinValue)) is var at
            && at < Entries.Length
            && Entries[at].Key == key;

        /// <summary>Returns the index of the entry, or of the first greater entry.</summary>
        public int First(Entry wanted)
        {
            var (start, end) = (_starts[wanted.Key >> _shift], _starts[(wanted.Key >> _shift) + 1]);
            if (start == end)
            {
                return start;
            }

            var at = Array.BinarySearch(Entries, start, end - start, wanted);
            return at < 0 ? ~at : at;
        }
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
