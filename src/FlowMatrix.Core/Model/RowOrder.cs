using System.Runtime.CompilerServices;
using FlowMatrix.Core.Interning;

namespace FlowMatrix.Core.Model;

/// <summary>
/// The fixed order of rows. Hosts, addresses and processes are ranked once; rows are then compared by these ranks,
/// which are plain integers. Source: docs/matching.md, "Rows".
/// </summary>
internal readonly struct RowOrder : IComparer<RowKey>, IComparer<Row>
{
    private readonly int[] _hosts;
    private readonly int[] _addresses;
    private readonly int[] _processes;

    public RowOrder(IdTables ids)
    {
        _hosts = Ranks(ids.Hosts.Count, ids.Hosts.Compare);
        _addresses = Ranks(
            ids.Addresses.Count,
            (a, b) => a == 0 || b == 0 ? a.CompareTo(b) : ids.Addresses[a].CompareTo(ids.Addresses[b])
        );
        _processes = Ranks(ids.Processes.Count, ids.Processes.Compare);
    }

    public int Compare(Row x, Row y) => Compare(in x.Key, in y.Key);

    public int Compare(RowKey x, RowKey y) => Compare(in x, in y);

    /// <summary>Inlined, so that sorting copies no rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Compare(in RowKey x, in RowKey y)
    {
        var service = Service(x).CompareTo(Service(y));
        if (service != 0)
        {
            return service;
        }

        var process = Pair(_addresses[x.ServiceAddress], x.ServicePort, _processes[x.ServiceProcess])
            .CompareTo(Pair(_addresses[y.ServiceAddress], y.ServicePort, _processes[y.ServiceProcess]));
        if (process != 0)
        {
            return process;
        }

        var client = Pair(_hosts[x.ClientHost], _addresses[x.ClientAddress])
            .CompareTo(Pair(_hosts[y.ClientHost], _addresses[y.ClientAddress]));
        return client != 0 ? client : _processes[x.ClientProcess].CompareTo(_processes[y.ClientProcess]);
    }

    private ulong Service(in RowKey row) => ((ulong)row.Protocol << 32) | (uint)_hosts[row.ServiceHost];

    private static (ulong High, int Low) Pair(int high, ushort middle, int low) =>
        (((ulong)(uint)high << 16) | middle, low);

    private static ulong Pair(int high, int low) => ((ulong)(uint)high << 32) | (uint)low;

    private static int[] Ranks(int count, Comparison<int> compare)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, compare);
        var ranks = new int[count];
        for (var rank = 0; rank < count; rank++)
        {
            ranks[order[rank]] = rank;
        }

        return ranks;
    }
}
