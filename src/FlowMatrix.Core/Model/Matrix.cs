using System.Collections.Frozen;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Core.Model;

/// <summary>
/// Who talks to whom: rows in the fixed order (protocol; service host, address as a number, port, name, path; client
/// host, address, name, path), and what they were made from.
/// </summary>
internal sealed class Matrix
{
    private readonly IReadOnlyDictionary<int, int[]> _via;

    /// <param name="via">By row: the addresses that clients used where they are not the service's own.</param>
    public Matrix(
        IdTables ids,
        Row[] rows,
        IReadOnlyDictionary<int, int[]> via,
        ScanCounts counts,
        IReadOnlyList<UnmatchedConnection> unmatched
    )
    {
        IdTables = ids;
        Rows = rows;
        _via = via;
        ScanCounts = counts;
        UnmatchedConnections = unmatched;
    }

    /// <summary>Of nothing.</summary>
    public static Matrix Empty => new(new IdTables(), [], FrozenDictionary<int, int[]>.Empty, ScanCounts.None, []);

    public IdTables IdTables { get; }

    public Row[] Rows { get; }

    public ScanCounts ScanCounts { get; }

    /// <summary>Connections of which one end's process is not known; empty unless asked for.</summary>
    public IReadOnlyList<UnmatchedConnection> UnmatchedConnections { get; }

    /// <summary>Addresses that clients of this row used where they are not the service's own, in order.</summary>
    public IReadOnlyList<int> Via(int row) => _via.TryGetValue(row, out var addresses) ? addresses : [];

    /// <summary>
    /// The programs at the ends of the row's connections: one pair of 0 where each end is one program, as in all inputs
    /// without pids.
    /// </summary>
    public IReadOnlyList<ProgramPair> Programs(int row) =>
        ProgramsByRow.TryGetValue(row, out var programs) ? programs : [new ProgramPair(0, 0, Rows[row].Connections)];

    /// <summary>Whether it was made from sockets and programs were asked for: only then rows can differ in them.</summary>
    public bool KnowsPrograms { get; init; }

    /// <summary>Those of the rows that have anything to tell apart.</summary>
    public IReadOnlyDictionary<int, ProgramPair[]> ProgramsByRow { get; init; } =
        FrozenDictionary<int, ProgramPair[]>.Empty;

    /// <summary>Hosts that are only names which a user gave to networks: what they name is external.</summary>
    public IReadOnlySet<int> NetworkHosts { get; init; } = FrozenSet<int>.Empty;

    /// <summary>How it was grouped, and what was counted; null where each row is one of the matcher's.</summary>
    public Groups? Groups { get; init; }

    /// <summary>What became of its rows since an earlier matrix, of which it then has the rows too; else null.</summary>
    public Differences? Differences { get; private init; }

    /// <summary>When each row was there, by its number; empty where the matrix comes from no recording.</summary>
    public SeenRange[] SeenRanges { get; init; } = [];

    /// <summary>Unknown for a row that comes from no recording.</summary>
    public SeenRange SeenRange(int row) => SeenRanges.Length == 0 ? default : SeenRanges[row];

    /// <summary>Each row's number in the matrix that it was picked from; empty where it is the number that it has.</summary>
    public int[] PickedFrom { get; private init; } = [];

    /// <summary>The services of what it was made from, as its view shows them; null unless asked for.</summary>
    public ServiceList? Services { get; private init; }

    public bool IsExternal(int host) => host == 0 || NetworkHosts.Contains(host);

    /// <summary>Each row another one.</summary>
    public Matrix With(Row[] rows, IReadOnlyList<UnmatchedConnection> unmatched, IReadOnlySet<int> networkHosts) =>
        new(IdTables, rows, _via, ScanCounts, unmatched)
        {
            NetworkHosts = networkHosts,
            SeenRanges = SeenRanges,
            ProgramsByRow = ProgramsByRow,
        };

    public Matrix WithoutPrograms() =>
        new(IdTables, Rows, _via, ScanCounts, UnmatchedConnections)
        {
            NetworkHosts = NetworkHosts,
            SeenRanges = SeenRanges,
            Groups = Groups,
            Differences = Differences,
            Services = Services,
        };

    public Matrix With(Differences changes) =>
        new(IdTables, Rows, _via, ScanCounts, UnmatchedConnections)
        {
            NetworkHosts = NetworkHosts,
            SeenRanges = SeenRanges,
            Differences = changes,
        };

    public Matrix With(ServiceList services) =>
        new(IdTables, Rows, _via, ScanCounts, UnmatchedConnections)
        {
            NetworkHosts = NetworkHosts,
            SeenRanges = SeenRanges,
            ProgramsByRow = ProgramsByRow,
            KnowsPrograms = KnowsPrograms,
            Groups = Groups,
            Differences = Differences,
            Services = services,
        };

    /// <summary>Distinct rows in their order, where they have been changed.</summary>
    public Matrix Merged()
    {
        var merged = new MatrixBuilder(IdTables);
        for (var row = 0; row < Rows.Length; row++)
        {
            merged.Add(Rows[row], Via(row), SeenRange(row));
            for (var i = 0; ProgramsByRow.Count > 0 && i < Programs(row).Count; i++)
            {
                merged.AddPrograms(Rows[row], Programs(row)[i]);
            }
        }

        return merged.Build(ScanCounts, [.. UnmatchedConnections], NetworkHosts);
    }

    /// <summary>The same with some of the rows, and with the lone ends that these stand for.</summary>
    public Matrix Only(ReadOnlySpan<bool> keep)
    {
        var rows = new List<Row>();
        var via = new Dictionary<int, int[]>();
        var programs = new Dictionary<int, ProgramPair[]>();
        var seen = new List<SeenRange>();
        var picked = new List<int>();
        for (var row = 0; row < Rows.Length; row++)
        {
            if (!keep[row])
            {
                continue;
            }

            if (_via.TryGetValue(row, out var addresses))
            {
                via[rows.Count] = addresses;
            }

            if (ProgramsByRow.TryGetValue(row, out var ofRow))
            {
                programs[rows.Count] = ofRow;
            }

            rows.Add(Rows[row]);
            picked.Add(PickedFrom.Length == 0 ? row : PickedFrom[row]);
            if (SeenRanges.Length > 0)
            {
                seen.Add(SeenRanges[row]);
            }
        }

        var ends = UnmatchedConnections;
        if (ends.Count > 0)
        {
            var kept = new HashSet<Row>(rows, RowKeys.Instance);
            ends = [.. ends.Where(end => kept.Contains(end.Row))];
        }

        return new Matrix(IdTables, [.. rows], via, ScanCounts, ends)
        {
            NetworkHosts = NetworkHosts,
            SeenRanges = [.. seen],
            ProgramsByRow = programs,
            PickedFrom = [.. picked],
        };
    }
}

/// <summary>
/// Connections of a row between one program and another. Programs are numbered for each process of a host: from 1 where
/// its pids are several programs, 0 for what is not told apart, -1 where it may be any of several.
/// </summary>
internal readonly record struct ProgramPair(int Service, int Client, int Connections)
{
    public static ProgramPair[] Sorted(IEnumerable<KeyValuePair<(int Service, int Client), int>> connections) =>
        [
            .. connections
                .OrderBy(pair => pair.Key)
                .Select(pair => new ProgramPair(pair.Key.Service, pair.Key.Client, pair.Value)),
        ];
}

/// <summary>What a matrix was made from.</summary>
/// <param name="Hosts">The hosts that report sockets, by name, with how many.</param>
/// <param name="Sockets">All sockets that were read.</param>
/// <param name="Services">Sockets that listen.</param>
/// <param name="Connections">Connections, each counted once, whether one or both ends were seen.</param>
/// <param name="Paired">Connections of which both ends were seen.</param>
/// <param name="UnmatchedConnections">Connections of which one end's process is not known.</param>
/// <param name="UnplacedFlowSockets">Sockets of flows whose host could not be told.</param>
internal sealed record ScanCounts(
    IReadOnlyList<(string Name, int Sockets)> Hosts,
    int Sockets,
    int Services,
    int Connections,
    int Paired,
    int UnmatchedConnections,
    int UnplacedFlowSockets
)
{
    /// <summary>Of rows whose sockets nobody counted.</summary>
    public static readonly ScanCounts None = new([], 0, 0, 0, 0, 0, 0);
}
