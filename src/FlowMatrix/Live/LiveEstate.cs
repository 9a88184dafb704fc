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
/// The current estate of a subscription: its matrix and the changes of its rows. Ids of names and addresses that are no
/// longer used are freed from time to time, so that memory does not grow.
/// </summary>
internal sealed class LiveEstate
{
    /// <summary>With fewer IDs in use, none are freed.</summary>
    private const int MinIdsToSweep = 20_000;

    private readonly Dictionary<string, NodeVersion> _nodes = [];
    private readonly LiveMatcher _matcher = new(new IdTables());
    private readonly LiveView _view;
    private readonly LostHosts _lost;
    private readonly TimeSpan _grace;
    private IReadOnlyList<string> _interfaceHosts = [];
    private int _idsAfterSweep;
    private bool _anyReplaced;

    /// <param name="settle">How long a changed row must stay the same before it is reported.</param>
    /// <param name="view">The names and filters for the reported rows; null for all rows unchanged.</param>
    /// <param name="grace">How long the rows of a host that stopped reporting are kept.</param>
    public LiveEstate(TimeSpan settle, TimeProvider time, View? view = null, TimeSpan grace = default)
    {
        _view = new LiveView(_matcher.Rows, view ?? new View());
        Events = new EventBuffer(_view.Rows, settle);
        (_grace, _lost) = (grace, new LostHosts(grace, time));
        _matcher.Rows.IsHeld = IsHeld;
        _matcher.Replaced = host =>
        {
            var name = IdTables.Hosts[host];
            _lost.Remove(name);
            _anyReplaced = true;
            Warn($"host {name} was removed: another host now has its addresses");
            RemoveHost(name);
        };
    }

    public EventBuffer Events { get; }

    public IdTables IdTables => _matcher.IdTables;

    public int Rows => _view.Rows.Count;

    /// <summary>The number of rows before names and filters.</summary>
    public int AllRows => _matcher.Rows.Count;

    public int Hosts => _matcher.Hosts.Count();

    public int Sockets => _matcher.SocketCount;

    /// <summary>Whether any host is lost. Rows that depend on it are then neither added nor removed.</summary>
    public bool IsIncomplete => _lost.Count > 0;

    /// <summary>How long until the next lost host is removed; null if none is lost.</summary>
    public TimeSpan? GraceLeft => _lost.Due;

    /// <summary>Called with messages about hosts that are lost, back or removed.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Called after each event with the changed rows, before IDs are freed.</summary>
    public Action<RowLedger> Touched { get; init; } = _ => { };

    /// <summary>Whether the first answer was applied.</summary>
    public bool HasStarted { get; private set; }

    /// <returns>Whether any row was added or removed.</returns>
    public bool Apply(SubscriberEvent received, DateTimeOffset now)
    {
        var missing = _lost.Count;
        _anyReplaced = false;
        if (received.Addresses is not null)
        {
            Begin(received.Message, received.Addresses);
        }
        else
        {
            // A late reply is applied like updates of its nodes.
            foreach (var node in received.Message.Nodes)
            {
                Update(received.Message, node);
            }
        }

        if (missing > 0 && _lost.Count == 0 && !_anyReplaced)
        {
            Warn("all known hosts report again");
        }

        return ReportChanges(now);
    }

    /// <summary>
    /// Removes the hosts that have been lost for longer than the grace period. To be called only while connected.
    /// </summary>
    /// <returns>Whether any host was removed.</returns>
    public bool RemoveOverdue(DateTimeOffset now)
    {
        var overdue = _lost.RemoveOverdue();
        if (overdue.Count == 0)
        {
            return false;
        }

        Warn(
            $"{Names(overdue)} did not come back within {GoDuration.Text(_grace)} (--grace): "
                + $"{(overdue.Count == 1 ? "its" : "their")} rows are removed"
        );
        overdue.ForEach(RemoveHost);
        ReportChanges(now);
        return true;
    }

    /// <summary>Reports the changes of rows since the last call, except for held rows.</summary>
    private bool ReportChanges(DateTimeOffset now)
    {
        Touched(_matcher.Rows);
        var changes = _view.Update(_matcher.Hosts.Select(host => IdTables.Hosts[host]).Concat(_interfaceHosts));
        if (!HasStarted)
        {
            HasStarted = true;
        }
        else
        {
            Events.Add(changes, now);
        }

        SweepIds();
        return changes.Count > 0;
    }

    /// <summary>
    /// Whether a row may depend on a lost host: a row of that host; a row at one of its addresses, which the host that
    /// contains it also lists; or a row with an unknown end, which may be the lost host under another address.
    /// </summary>
    private bool IsHeld(RowKey row) =>
        _lost.Count > 0
        && (
            row.ServiceProcess == 0
            || row.ClientProcess == 0
            || _matcher.IsLost(row.ServiceHost)
            || _matcher.IsLost(row.ClientHost)
            || _matcher.IsLostAddress(row.ServiceAddress)
            || _matcher.IsLostAddress(row.ClientAddress)
        );

    /// <summary>Starts the grace period of hosts that stopped reporting.</summary>
    private void MarkLost(List<string> hosts)
    {
        if (_grace == TimeSpan.Zero)
        {
            hosts.ForEach(RemoveHost);
            return;
        }

        var added = hosts.Where(_lost.Add).Order(StringComparer.Ordinal).ToList();
        added.ForEach(host => _matcher.MarkLost(IdTables.Hosts.Add(host)));
        if (added.Count > 0)
        {
            Warn(
                $"{Names(added)} stopped reporting: {(added.Count == 1 ? "its" : "their")} rows are kept for up to "
                    + $"{GoDuration.Text(_grace)} (--grace)"
            );
        }
    }

    /// <summary>
    /// Removes a host. Its interfaces are kept until the next reply, since they are not queried again if it comes back.
    /// </summary>
    private void RemoveHost(string host) => _matcher.Remove(IdTables.Hosts.Add(host));

    private static string Names(List<string> hosts) =>
        hosts.Count == 1
            ? $"host {hosts[0]}"
            : $"{Counted.Text(hosts.Count, "host")} "
                + $"({string.Join(", ", hosts.Take(3))}{(hosts.Count > 3 ? ", …" : "")})";

    public Matrix ToMatrix() => _view.ToMatrix(_matcher.ScanCounts());

    /// <summary>The number of rows that each condition of the filter leaves.</summary>
    public IReadOnlyList<ViewStep> Steps() => _view.Steps(_matcher.ScanCounts());

    private void Begin(SubscriberMessage reply, SocketTable addresses)
    {
        _nodes.Clear();
        foreach (var node in reply.Nodes)
        {
            _nodes[node.Host] = node;
        }

        // Known hosts may be missing because a restarted analyzer does not know them yet.
        var reporting = reply.Table.Ranges.Select(range => reply.Table.IdTables.Hosts[range.Host]).ToHashSet();
        foreach (var host in reporting.Where(_lost.Remove))
        {
            _matcher.MarkFound(IdTables.Hosts.Add(host));
        }

        _lost.RestartGrace();
        MarkLost([.. _matcher.Hosts.Select(host => IdTables.Hosts[host]).Where(host => !reporting.Contains(host))]);

        var idMap = new IdMap(addresses.IdTables, IdTables);
        _matcher.SetInterfaces([
            .. addresses.Interfaces.All().Select(pair => (idMap.Address(pair.Address), idMap.Host(pair.Host))),
        ]);
        _interfaceHosts =
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
            // The node may be deleted after a new node of the same host was added.
            if (known && version.Id == node.Id)
            {
                _nodes.Remove(node.Host);
                MarkLostIfKnown(node.Host);
            }

            return;
        }

        // The node of a starting agent has no sockets before its first scan.
        _nodes[node.Host] = node;
        if (!SetHosts(message.Table, node.Host))
        {
            MarkLostIfKnown(node.Host);
        }
    }

    private void MarkLostIfKnown(string host)
    {
        if (_matcher.Hosts.Contains(IdTables.Hosts.Add(host)))
        {
            MarkLost([host]);
        }
    }

    /// <summary>Replaces the sockets of the hosts in a table.</summary>
    /// <param name="only">The only host to take from the table; null for all.</param>
    /// <returns>Whether the table had sockets of any of these hosts.</returns>
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
        if (!HasStarted)
        {
            _matcher.Load(hosts);
        }
        else
        {
            hosts.ForEach(host => _matcher.Update(host.Host, host.Sockets));
        }

        return hosts.Count > 0;
    }

    private void SweepIds()
    {
        if (IdTables.InUse < MinIdsToSweep || IdTables.InUse < 2 * _idsAfterSweep)
        {
            return;
        }

        var used = new IdsInUse(IdTables);
        _matcher.MarkUsed(used);
        _view.MarkUsed(used);
        Events.MarkUsed(used);
        IdTables.Sweep(used);
        _view.ClearCaches();
        _idsAfterSweep = IdTables.InUse;
    }
}
