using FlowMatrix.Matching;
using FlowMatrix.Matrices;
using FlowMatrix.Skydive;
using FlowMatrix.Sockets;
using FlowMatrix.Tables;

namespace FlowMatrix.Live;

/// <summary>
/// An estate as a subscriber tells of it: keeps its matrix and what changed in it. Names and addresses that left it are
/// forgotten from time to time, so that it can go on for ever.
/// </summary>
internal sealed class LiveEstate(TimeSpan settle)
{
    /// <summary>Below so many names and addresses it isn't worth the work to forget some.</summary>
    private const int FewNames = 20_000;

    private readonly Dictionary<string, NodeVersion> _nodes = [];
    private LiveMatcher _matcher = new(new Vocabulary());
    private RowChanges? _changes;
    private int _namesWhenCompacted;

    public RowChanges Changes => _changes ??= new RowChanges(_matcher.Rows, settle);

    public Vocabulary Vocabulary => _matcher.Vocabulary;

    public int Rows => _matcher.Rows.Count;

    public int Hosts => _matcher.Hosts.Count();

    public int Sockets => _matcher.SocketCount;

    /// <summary>Told after each event which rows it touched, before anything is forgotten.</summary>
    public Action<RowLedger> Touched { get; init; } = _ => { };

    /// <summary>Whether there was a first answer.</summary>
    public bool Began { get; private set; }

    private int Names => Vocabulary.Hosts.Count + Vocabulary.Addresses.Count + Vocabulary.Processes.Count;

    /// <returns>Whether any row came or went.</returns>
    public bool Apply(LiveEvent happened, DateTimeOffset now)
    {
        if (happened.Addresses is not null)
        {
            Begin(happened.Message, happened.Addresses);
        }
        else
        {
            // A reply that nobody waits for any more is as good as its nodes' updates.
            foreach (var node in happened.Message.Nodes)
            {
                Update(happened.Message, node);
            }
        }

        Touched(_matcher.Rows);
        var changes = _matcher.Rows.TakeChanges();
        if (!Began)
        {
            Began = true;
        }
        else
        {
            Changes.Observe(changes, now);
        }

        ForgetWhatLeft();
        return changes.Count > 0;
    }

    public Matrix ToMatrix() => _matcher.ToMatrix();

    private void Begin(SubscriberMessage reply, SocketTable addresses)
    {
        var translation = new Translation(addresses.Vocabulary, Vocabulary);
        _matcher.SetInterfaces([.. addresses.Owners.All()
            .Select(pair => (translation.Address(pair.Address), translation.Host(pair.Host)))]);
        _nodes.Clear();
        foreach (var node in reply.Nodes)
        {
            _nodes[node.Host] = node;
        }

        var reported = SetHosts(reply.Table);
        foreach (var gone in _matcher.Hosts.Where(host => !reported.Contains(host)).ToList())
        {
            _matcher.Remove(gone);
        }
    }

    private void Update(SubscriberMessage message, NodeVersion node)
    {
        var known = _nodes.TryGetValue(node.Host, out var version);
        if (known && version.Id == node.Id && node.IsOlderThan(version))
        {
            return;
        }

        if (message.Kind == MessageKind.Deleted)
        {
            // A host's node may be deleted after another one took its place.
            if (known && version.Id == node.Id)
            {
                _nodes.Remove(node.Host);
                _matcher.Remove(Vocabulary.Hosts.Add(node.Host));
            }

            return;
        }

        _nodes[node.Host] = node;
        if (SetHosts(message.Table, node.Host).Count == 0)
        {
            _matcher.Remove(Vocabulary.Hosts.Add(node.Host));
        }
    }

    /// <param name="only">Null for all.</param>
    private HashSet<int> SetHosts(SocketTable table, string? only = null)
    {
        var translation = new Translation(table.Vocabulary, Vocabulary);
        var hosts = table.Ranges.GroupBy(range => range.Host)
            .Where(ranges => only is null || table.Vocabulary.Hosts[ranges.Key] == only)
            .Select(ranges => (Host: translation.Host(ranges.Key), Sockets: ranges.SelectMany(range =>
                Enumerable.Range(range.Start, range.Count).Select(i => translation.Socket(table.Sockets[i])))))
            .ToList();
        if (!Began)
        {
            _matcher.Load(hosts);
        }
        else
        {
            hosts.ForEach(host => _matcher.Update(host.Host, host.Sockets));
        }

        return [.. hosts.Select(host => host.Host)];
    }

    private void ForgetWhatLeft()
    {
        if (Names < FewNames || Names < 2 * _namesWhenCompacted)
        {
            return;
        }

        var before = _matcher;
        _matcher = before.Compacted();
        _changes = Changes.Translated(_matcher.Rows, new Translation(before.Vocabulary, Vocabulary));
        _namesWhenCompacted = Names;
    }
}
