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
internal sealed class LiveEstate
{
    /// <summary>Below so many names and addresses it isn't worth the work to forget some.</summary>
    private const int FewNames = 20_000;

    private readonly Dictionary<string, NodeVersion> _nodes = [];
    private readonly LiveMatcher _matcher = new(new Vocabulary());
    private readonly ShownRows _shown;
    private IReadOnlyList<string> _hostsOfInterfaces = [];
    private int _namesKept;

    /// <param name="settle">How long a row has to stay as it is to be told.</param>
    /// <param name="view">Its names and filters say which rows there are to all who ask; null for all as they are.</param>
    public LiveEstate(TimeSpan settle, View? view = null)
    {
        _shown = new ShownRows(_matcher.Rows, view ?? new View());
        Changes = new RowChanges(_shown.Rows, settle);
    }

    public RowChanges Changes { get; }

    public Vocabulary Vocabulary => _matcher.Vocabulary;

    public int Rows => _shown.Rows.Count;

    /// <summary>With those that filters leave out, and each by itself where names join several.</summary>
    public int AllRows => _matcher.Rows.Count;

    public int Hosts => _matcher.Hosts.Count();

    public int Sockets => _matcher.SocketCount;

    /// <summary>Told after each event which rows it touched, before anything is forgotten.</summary>
    public Action<RowLedger> Touched { get; init; } = _ => { };

    /// <summary>Whether there was a first answer.</summary>
    public bool Began { get; private set; }

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
        var changes = _shown.Follow(_matcher.Hosts.Select(host => Vocabulary.Hosts[host]).Concat(_hostsOfInterfaces));
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

    public Matrix ToMatrix() => _shown.ToMatrix(_matcher.Census());

    /// <summary>What each condition of the filter leaves now.</summary>
    public IReadOnlyList<ViewStep> Steps() => _shown.Steps(_matcher.Census());

    private void Begin(SubscriberMessage reply, SocketTable addresses)
    {
        var translation = new Translation(addresses.Vocabulary, Vocabulary);
        _matcher.SetInterfaces([.. addresses.Interfaces.All()
            .Select(pair => (translation.Address(pair.Address), translation.Host(pair.Host)))]);
        _hostsOfInterfaces = [.. addresses.Interfaces.All().Select(pair => addresses.Vocabulary.Hosts[pair.Host]).Distinct()];
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
        if (Vocabulary.InUse < FewNames || Vocabulary.InUse < 2 * _namesKept)
        {
            return;
        }

        var used = new VocabularyUse(Vocabulary);
        _matcher.MarkUsed(used);
        _shown.MarkUsed(used);
        Changes.MarkUsed(used);
        Vocabulary.Keep(used);
        _shown.LookAnew();
        _namesKept = Vocabulary.InUse;
    }
}
