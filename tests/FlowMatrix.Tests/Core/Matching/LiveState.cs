using FlowMatrix.Core;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Matching.Incremental;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Skydive.Reading;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Matching;

/// <summary>A live matcher, and the hosts that it was updated with.</summary>
internal sealed class LiveState
{
    public LiveMatcher Matcher { get; } = new(new IdTables());

    public Dictionary<string, HostSpec> Hosts { get; } = [];

    /// <summary>All steps so far, to be shown if a test fails.</summary>
    public List<string> History { get; } = [];

    /// <summary>Lost hosts. The matcher keeps their sockets.</summary>
    public HashSet<string> Lost { get; } = [];

    /// <summary>Changes a random host of the estate: it reports other sockets, or stops reporting.</summary>
    /// <param name="canLose">Whether the host can also be lost.</param>
    public void Step(EstateSpec estate, Random random, bool canLose = false)
    {
        var next = OneHost(estate, random);
        if (random.Next(6) == 0)
        {
            Remove(next.Name);
            History.Add($"without {next.Name}");
            return;
        }

        if (canLose && random.Next(6) == 0 && Hosts.ContainsKey(next.Name))
        {
            Matcher.MarkLost(Matcher.IdTables.Hosts.Add(next.Name));
            Lost.Add(next.Name);
            History.Add($"lost {next.Name}");
            return;
        }

        // Usually the host keeps most of its sockets, as between two scans.
        var sockets =
            random.Next(3) == 0 || !Hosts.TryGetValue(next.Name, out var old)
                ? next.Sockets
                : [.. old.Sockets.Where(_ => random.Next(4) != 0), .. next.Sockets.Where(_ => random.Next(4) == 0)];
        Update(next with { Sockets = sockets });
        History.Add(new EstateSpec([next with { Sockets = sockets }], [], false).ToString());
    }

    /// <summary>All lost hosts report again, with the same sockets as before.</summary>
    public void ReportLostAgain()
    {
        foreach (var host in Lost.ToList())
        {
            Update(Hosts[host]);
        }
    }

    public void Update(HostSpec host)
    {
        if (Lost.Remove(host.Name))
        {
            Matcher.MarkFound(Matcher.IdTables.Hosts.Add(host.Name));
        }

        Hosts[host.Name] = host;
        Matcher.SetInterfaces(Interfaces());
        var table = new SocketTable();
        new AnswerReader(table, FailureKind.Input, "test").Read(
            new MemoryStream(new EstateSpec([host], [], false).Json()),
            CancellationToken.None
        );
        var idMap = new IdMap(table.IdTables, Matcher.IdTables);
        Matcher.Update(
            idMap.Host(table.Ranges.Single().Host),
            Enumerable.Range(0, table.Sockets.Count).Select(i => table.Sockets[i].MapIds(idMap))
        );
    }

    /// <summary>Removes unused IDs.</summary>
    /// <param name="mark">Marks IDs that are used outside the matcher.</param>
    public void Forget(Action<IdsInUse>? mark = null)
    {
        var used = new IdsInUse(Matcher.IdTables);
        Matcher.MarkUsed(used);
        mark?.Invoke(used);
        Matcher.IdTables.Sweep(used);
    }

    public EstateSpec Whole() => new([.. Hosts.Values], [], false);

    private void Remove(string name)
    {
        if (Hosts.TryGetValue(name, out var host))
        {
            // A host that no longer reports keeps its interface addresses. If it was lost, another host may have taken
            // some of them meanwhile, until the next list of interfaces.
            var wasLost = Lost.Remove(name);
            Hosts[name] = host with { Sockets = [] };
            Matcher.Remove(Matcher.IdTables.Hosts.Add(name));
            if (wasLost)
            {
                Matcher.SetInterfaces(Interfaces());
            }
        }
    }

    private static HostSpec OneHost(EstateSpec estate, Random random)
    {
        var name = estate.Hosts[random.Next(estate.Hosts.Count)].Name;
        var parts = estate.Hosts.Where(host => host.Name == name).ToList();
        return new HostSpec(
            name,
            [.. parts.SelectMany(part => part.Addresses)],
            [.. parts.SelectMany(part => part.Sockets)]
        );
    }

    private List<(int Address, int Host)> Interfaces() =>
        [
            .. Hosts.Values.SelectMany(host =>
                host.Addresses.Select(address =>
                    (
                        Matcher.IdTables.Addresses.Add(System.Text.Encoding.UTF8.GetBytes(address)),
                        Matcher.IdTables.Hosts.Add(host.Name)
                    )
                )
            ),
        ];
}
