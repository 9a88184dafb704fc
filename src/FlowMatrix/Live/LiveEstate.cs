using FlowMatrix.Core.Events;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Matching.Incremental;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Time;
using FlowMatrix.Core.Views;
using FlowMatrix.Sources.Skydive.Subscribing;

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
    private readonly LiveMatcher _matcher = new(new IdTables());
    private readonly LiveView _shown;
    private readonly LostHosts _lost;
    private readonly TimeSpan _grace;
    private IReadOnlyList<string> _hostsOfInterfaces = [];
    private int _namesKept;
    private bool _anyReplaced;

    /// <param name="settle">How long a row has to stay as it is to be told.</param>
    /// <param name="view">Its names and filters say which rows there are to all who ask; null for all as they
    /// are.</param>
    /// <param name="grace">How long a host that no longer reports is waited for: until then its rows stay as they
    /// are.</param>
    public LiveEstate(TimeSpan settle, TimeProvider time, View? view = null, TimeSpan grace = default)
    {
        _shown = new LiveView(_matcher.Rows, view ?? new View());
        Events = new EventBuffer(_shown.Rows, settle);
        (_grace, _lost) = (grace, new LostHosts(grace, time));
        _matcher.Rows.IsHeld = IsUncertain;
        _matcher.Replaced = host =>
        {
            var name = IdTables.Hosts[host];
            _lost.Remove(name);
            _anyReplaced = true;
            Warn($"host {name} is dropped: another host has its addresses now");
            Forget(name);
        };
    }

    public EventBuffer Events { get; }

    public IdTables IdTables => _matcher.IdTables;

    public int Rows => _shown.Rows.Count;

    /// <summary>With those that filters leave out, and each by itself where names join several.</summary>
    public int AllRows => _matcher.Rows.Count;

    public int Hosts => _matcher.Hosts.Count();

    public int Sockets => _matcher.SocketCount;

    /// <summary>Whether known hosts are missing: then rows that depend on them are neither added nor removed.</summary>
    public bool IsIncomplete => _lost.Count > 0;

    /// <summary>How long until a missing host is given up; null where none is missing.</summary>
    public TimeSpan? GraceLeft => _lost.Due;

    /// <summary>Told which hosts are missing, back, or given up.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Told after each event which rows it touched, before anything is forgotten.</summary>
    public Action<RowLedger> Touched { get; init; } = _ => { };

    /// <summary>Whether there was a first answer.</summary>
    public bool Began { get; private set; }

    /// <returns>Whether any row came or went.</returns>
    public bool Apply(SubscriberEvent happened, DateTimeOffset now)
    {
        var missing = _lost.Count;
        _anyReplaced = false;
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

        if (missing > 0 && _lost.Count == 0 && !_anyReplaced)
        {
            Warn("all known hosts report again");
        }

        return Report(now);
    }

    /// <summary>
    /// Gives up the hosts that have been missing for longer than the grace period. To be called while there is a
    /// connection.
    /// </summary>
    /// <returns>Whether any was given up.</returns>
    public bool GiveUpOverdue(DateTimeOffset now)
    {
        var overdue = _lost.TakeOverdue();
        if (overdue.Count == 0)
        {
            return false;
        }

        Warn(
            $"{Named(overdue)} did not come back within {GoDuration.Text(_grace)} (--grace): "
                + $"{(overdue.Count == 1 ? "it is" : "they are")} forgotten"
        );
        overdue.ForEach(Forget);
        Report(now);
        return true;
    }

    /// <summary>Says what happened to the rows since the last call, but for those that are held.</summary>
    private bool Report(DateTimeOffset now)
    {
        Touched(_matcher.Rows);
        var changes = _shown.Follow(_matcher.Hosts.Select(host => IdTables.Hosts[host]).Concat(_hostsOfInterfaces));
        if (!Began)
        {
            Began = true;
        }
        else
        {
            Events.Observe(changes, now);
        }

        ForgetWhatLeft();
        return changes.Count > 0;
    }

    /// <summary>
    /// A missing host's own rows; those at its addresses, which a machine around it lists too; and those with an
    /// unknown end, which may be the missing host's under an address that nobody knows to be so.
    /// </summary>
    private bool IsUncertain(RowKey row) =>
        _lost.Count > 0
        && (
            row.ServiceProcess == 0
            || row.ClientProcess == 0
            || _matcher.IsLost(row.ServiceHost)
            || _matcher.IsLost(row.ClientHost)
            || _matcher.IsLostAddress(row.ServiceAddress)
            || _matcher.IsLostAddress(row.ClientAddress)
        );

    /// <summary>Waits for known hosts that no longer report.</summary>
    private void Lose(List<string> hosts)
    {
        if (_grace == TimeSpan.Zero)
        {
            hosts.ForEach(Forget);
            return;
        }

        var added = hosts.Where(_lost.Add).Order(StringComparer.Ordinal).ToList();
        added.ForEach(host => _matcher.MarkLost(IdTables.Hosts.Add(host)));
        if (added.Count > 0)
        {
            var its = added.Count == 1 ? "reports no longer: its" : "report no longer: their";
            Warn(
                $"{Named(added)} {its} rows stay as they are until "
                    + $"{(added.Count == 1 ? "it is" : "they are")} back, for {GoDuration.Text(_grace)} at most "
                    + "(--grace)"
            );
        }
    }

    /// <summary>
    /// Its interfaces stay known until the next reply: when it comes back, nobody asks for them anew.
    /// </summary>
    private void Forget(string host) => _matcher.Remove(IdTables.Hosts.Add(host));

    private static string Named(List<string> hosts) =>
        hosts.Count == 1
            ? $"host {hosts[0]}"
            : $"{Counted.Text(hosts.Count, "host")} "
                + $"({string.Join(", ", hosts.Take(3))}{(hosts.Count > 3 ? ", …" : "")})";

    public Matrix ToMatrix() => _shown.ToMatrix(_matcher.ScanCounts());

    /// <summary>What each condition of the filter leaves now.</summary>
    public IReadOnlyList<ViewStep> Steps() => _shown.Steps(_matcher.ScanCounts());

    private void Begin(SubscriberMessage reply, SocketTable addresses)
    {
        _nodes.Clear();
        foreach (var node in reply.Nodes)
        {
            _nodes[node.Host] = node;
        }

        // A reply without some of the known hosts is that of an analyzer which doesn't know them again yet.
        var reporting = reply.Table.Ranges.Select(range => reply.Table.IdTables.Hosts[range.Host]).ToHashSet();
        foreach (var host in reporting.Where(_lost.Remove))
        {
            _matcher.MarkFound(IdTables.Hosts.Add(host));
        }

        _lost.WaitAnew();
        Lose([.. _matcher.Hosts.Select(host => IdTables.Hosts[host]).Where(host => !reporting.Contains(host))]);

        var idMap = new IdMap(addresses.IdTables, IdTables);
        _matcher.SetInterfaces([
            .. addresses.Interfaces.All().Select(pair => (idMap.Address(pair.Address), idMap.Host(pair.Host))),
        ]);
        _hostsOfInterfaces =
        [
            .. addresses.Interfaces.All().Select(pair => addresses.IdTables.Hosts[pair.Host]).Distinct(),
        ];
        SetHosts(reply.Table);
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
                LoseIfKnown(node.Host);
            }

            return;
        }

        // An agent that starts has a node before it has looked at its sockets.
        _nodes[node.Host] = node;
        if (!SetHosts(message.Table, node.Host))
        {
            LoseIfKnown(node.Host);
        }
    }

    private void LoseIfKnown(string host)
    {
        if (_matcher.Hosts.Contains(IdTables.Hosts.Add(host)))
        {
            Lose([host]);
        }
    }

    /// <param name="only">Null for all.</param>
    /// <returns>Whether there were any.</returns>
    private bool SetHosts(SocketTable table, string? only = null)
    {
        var idMap = new IdMap(table.IdTables, IdTables);
        var hosts = table
            .Ranges.GroupBy(range => range.Host)
            .Where(ranges => only is null || table.IdTables.Hosts[ranges.Key] == only)
            .Select(ranges =>
                (
                    Host: idMap.Host(ranges.Key),
                    Sockets: ranges.SelectMany(range =>
                        Enumerable.Range(range.Start, range.Count).Select(i => table.Sockets[i].MapIds(idMap))
                    )
                )
            )
            .ToList();
        hosts.ForEach(host => _lost.Remove(IdTables.Hosts[host.Host]));
        if (!Began)
        {
            _matcher.Load(hosts);
        }
        else
        {
            hosts.ForEach(host => _matcher.Update(host.Host, host.Sockets));
        }

        return hosts.Count > 0;
    }

    private void ForgetWhatLeft()
    {
        if (IdTables.InUse < FewNames || IdTables.InUse < 2 * _namesKept)
        {
            return;
        }

        var used = new IdsInUse(IdTables);
        _matcher.MarkUsed(used);
        _shown.MarkUsed(used);
        Events.MarkUsed(used);
        IdTables.Sweep(used);
        _shown.LookAnew();
        _namesKept = IdTables.InUse;
    }
}
