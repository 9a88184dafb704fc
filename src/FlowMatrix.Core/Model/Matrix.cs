using System.Collections.Frozen;
using FlowMatrix.Core.Interning;

namespace FlowMatrix.Core.Model;

/// <summary>
/// The flow matrix: one row for each distinct service and client, in the order of <see cref="RowOrder"/>. Rows hold
/// IDs; <see cref="IdTables"/> has the names and addresses. Source: docs/matching.md, "Rows".
/// </summary>
/// <param name="IdTables">The hosts, addresses and processes of the rows. They may hold more than the rows use.</param>
/// <param name="Rows">Rows with distinct keys.</param>
/// <param name="ScanCounts">Counts over the sockets that the matrix was made from.</param>
internal sealed record Matrix(IdTables IdTables, Row[] Rows, ScanCounts ScanCounts)
{
    public static Matrix Empty => new(new IdTables(), [], ScanCounts.None);

    /// <summary>Details of the rows, by their index in <see cref="Rows"/>.</summary>
    public RowDetails Details { get; init; } = RowDetails.None;

    /// <summary>
    /// Connections of which one end's process is not known, in a fixed order. Empty unless the matcher was asked for
    /// them.
    /// </summary>
    public IReadOnlyList<UnmatchedConnection> UnmatchedConnections { get; init; } = [];

    /// <summary>Host IDs that stand for networks with a name of the user. Their addresses are external.</summary>
    public IReadOnlySet<int> NetworkHosts { get; init; } = FrozenSet<int>.Empty;

    /// <summary>Whether programs were told apart. This needs sockets with process IDs.</summary>
    public bool KnowsPrograms { get; init; }

    /// <summary>Returns the addresses other than the service's own that clients of the row used, in order.</summary>
    public IReadOnlyList<int> Via(int row) => Details.Via.TryGetValue(row, out var addresses) ? addresses : [];

    /// <summary>
    /// Returns the programs at the ends of the row's connections: the single pair (0, 0) if each end is one program, as
    /// in all inputs without process IDs.
    /// </summary>
    public IReadOnlyList<ProgramPair> Programs(int row) =>
        Details.Programs.TryGetValue(row, out var programs) ? programs : [new ProgramPair(0, 0, Rows[row].Connections)];

    /// <summary>Returns when the row was seen; not known if it does not come from a recording.</summary>
    public SeenRange SeenRange(int row) => Details.Seen.Length == 0 ? default : Details.Seen[row];

    /// <summary>Whether the host field of a row stands for an external address.</summary>
    public bool IsExternal(int host) => host == 0 || NetworkHosts.Contains(host);

    /// <summary>Returns the matrix with one program for each host and process.</summary>
    public Matrix WithoutPrograms() =>
        this with
        {
            KnowsPrograms = false,
            Details = Details with { Programs = FrozenDictionary<int, ProgramPair[]>.Empty },
        };

    /// <summary>Merges rows with equal keys and sorts them again, as is needed after renaming.</summary>
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

    /// <summary>Returns the matrix with some of the rows, their details and their unmatched connections.</summary>
    /// <param name="keep">One entry per row.</param>
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

/// <summary>Details of rows beside key and statistics, by the index of the row.</summary>
/// <param name="Via">Addresses other than the service's own that clients used, in order; only rows with any.</param>
/// <param name="Programs">Programs at both ends; only rows of which an end is several programs.</param>
/// <param name="Seen">When each row was seen; empty if the rows do not come from a recording.</param>
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

    /// <summary>Returns the details of some of the rows, by their new indexes.</summary>
    /// <param name="keep">One entry per row.</param>
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
/// Connections of a row between one program of the service's process and one program of the client's process. Programs
/// are numbered for each process of a host: from 1 if its process IDs are several programs, 0 if they are not told
/// apart, -1 if it may be any of several. Source: docs/matching.md, "Programs".
/// </summary>
internal readonly record struct ProgramPair(int Service, int Client, int Connections)
{
    /// <summary>Creates pairs from numbers of connections, in order.</summary>
    public static ProgramPair[] Sorted(IEnumerable<KeyValuePair<(int Service, int Client), int>> connections) =>
        [
            .. connections
                .OrderBy(pair => pair.Key)
                .Select(pair => new ProgramPair(pair.Key.Service, pair.Key.Client, pair.Value)),
        ];
}
