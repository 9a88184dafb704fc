using System.Collections.Frozen;
using FlowMatrix.Core.Interning;

namespace FlowMatrix.Core.Model;

/// <summary>
/// Who talks to whom: distinct rows in the fixed order of <see cref="RowOrder"/>, and what they were made from.
/// <see cref="GroupedMatrix"/> and <see cref="MatrixDiff"/> are what is made of it.
/// </summary>
internal sealed record Matrix(IdTables IdTables, Row[] Rows, ScanCounts ScanCounts)
{
    public static Matrix Empty => new(new IdTables(), [], ScanCounts.None);

    public RowDetails Details { get; init; } = RowDetails.None;

    /// <summary>Connections of which one end's process is not known; empty unless asked for.</summary>
    public IReadOnlyList<UnmatchedConnection> UnmatchedConnections { get; init; } = [];

    /// <summary>Hosts that are only names which a user gave to networks: what they name is external.</summary>
    public IReadOnlySet<int> NetworkHosts { get; init; } = FrozenSet<int>.Empty;

    /// <summary>Whether it was made from sockets and programs were asked for: only then rows can differ in them.</summary>
    public bool KnowsPrograms { get; init; }

    /// <summary>Addresses that clients of this row used where they are not the service's own, in order.</summary>
    public IReadOnlyList<int> Via(int row) => Details.Via.TryGetValue(row, out var addresses) ? addresses : [];

    /// <summary>
    /// The programs at the ends of the row's connections: one pair of 0 where each end is one program, as in all inputs
    /// without pids.
    /// </summary>
    public IReadOnlyList<ProgramPair> Programs(int row) =>
        Details.Programs.TryGetValue(row, out var programs) ? programs : [new ProgramPair(0, 0, Rows[row].Connections)];

    /// <summary>Unknown for a row that does not come from a recording.</summary>
    public SeenRange SeenRange(int row) => Details.Seen.Length == 0 ? default : Details.Seen[row];

    public bool IsExternal(int host) => host == 0 || NetworkHosts.Contains(host);

    public Matrix WithoutPrograms() =>
        this with
        {
            KnowsPrograms = false,
            Details = Details with { Programs = FrozenDictionary<int, ProgramPair[]>.Empty },
        };

    /// <summary>Distinct rows in their order again, after rows were renamed.</summary>
    public Matrix Merged()
    {
        var merged = new MatrixBuilder(IdTables);
        for (var row = 0; row < Rows.Length; row++)
        {
            merged.Add(Rows[row], Via(row), SeenRange(row));
            for (var i = 0; Details.Programs.Count > 0 && i < Programs(row).Count; i++)
            {
                merged.AddPrograms(Rows[row].Key, Programs(row)[i]);
            }
        }

        return merged.Build(ScanCounts, [.. UnmatchedConnections], NetworkHosts);
    }

    /// <summary>The same with some of the rows, and with the unmatched connections that these stand for.</summary>
    public Matrix Only(ReadOnlySpan<bool> keep)
    {
        var rows = new List<Row>();
        for (var row = 0; row < Rows.Length; row++)
        {
            if (keep[row])
            {
                rows.Add(Rows[row]);
            }
        }

        var unmatched = UnmatchedConnections;
        if (unmatched.Count > 0)
        {
            var kept = rows.Select(row => row.Key).ToHashSet();
            unmatched = [.. unmatched.Where(end => kept.Contains(end.RowKey))];
        }

        return this with
        {
            Rows = [.. rows],
            Details = Details.Only(keep),
            UnmatchedConnections = unmatched,
        };
    }
}

/// <summary>What is known of some rows beside their key and statistics, by the number of the row.</summary>
/// <param name="Via">The addresses that clients used where they are not the service's own, in order.</param>
/// <param name="Programs">Of the rows of which an end is several programs.</param>
/// <param name="Seen">When each row was there; empty where the rows do not come from a recording.</param>
internal sealed record RowDetails(
    IReadOnlyDictionary<int, int[]> Via,
    IReadOnlyDictionary<int, ProgramPair[]> Programs,
    SeenRange[] Seen
)
{
    public static readonly RowDetails None = new(
        FrozenDictionary<int, int[]>.Empty,
        FrozenDictionary<int, ProgramPair[]>.Empty,
        []
    );

    /// <summary>Of some of the rows, which are numbered anew.</summary>
    public RowDetails Only(ReadOnlySpan<bool> keep)
    {
        var via = new Dictionary<int, int[]>();
        var programs = new Dictionary<int, ProgramPair[]>();
        var seen = new List<SeenRange>();
        var count = 0;
        for (var row = 0; row < keep.Length; row++)
        {
            if (!keep[row])
            {
                continue;
            }

            if (Via.TryGetValue(row, out var addresses))
            {
                via[count] = addresses;
            }

            if (Programs.TryGetValue(row, out var pairs))
            {
                programs[count] = pairs;
            }

            if (Seen.Length > 0)
            {
                seen.Add(Seen[row]);
            }

            count++;
        }

        return new RowDetails(via, programs, [.. seen]);
    }
}

/// <summary>
/// Connections of a row between one program and another. Programs are numbered for each process of a host: from 1 where
/// its pids are several programs, 0 where they are not told apart, -1 where it may be any of several.
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
