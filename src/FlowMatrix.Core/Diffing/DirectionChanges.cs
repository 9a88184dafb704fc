using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Diffing;

/// <summary>
/// Finds rows that are the same two ends as before, with the service and the client exchanged: nothing changed in who
/// talks to whom, only which end was taken for the service. The ends are protocol, hosts, addresses, paths and names; the
/// service's port is another one, since a row doesn't have the client's. What could be meant by several is left alone, and so
/// is what a listener decided both times: a service that begins to use its own client is a new flow.
/// </summary>
internal static class DirectionChanges
{
    /// <returns>The entries, with one in the place of those that turned.</returns>
    public static IEnumerable<DiffEntry> Joined(IReadOnlyList<DiffEntry> entries, Matrix matrix)
    {
        var removed = entries
            .Where(entry => entry.Kind == DiffKind.Removed)
            .ToLookup(entry => Ends(entry.Before, matrix, turned: false));
        var added = entries
            .Where(entry => entry.Kind == DiffKind.Added)
            .ToLookup(entry => Ends(entry.After, matrix, turned: true));
        var joined = new HashSet<DiffEntry>(ReferenceEqualityComparer.Instance);
        foreach (var before in removed)
        {
            var after = added[before.Key];
            if (AreTurned([.. before], [.. after], matrix))
            {
                joined.UnionWith(before.Concat(after));
                yield return new DiffEntry(
                    DiffKind.DirectionChanged,
                    [.. before.SelectMany(entry => entry.Before).Order()],
                    [.. after.SelectMany(entry => entry.After).Order()]
                );
            }
        }

        foreach (var entry in entries.Where(entry => !joined.Contains(entry)))
        {
            yield return entry;
        }
    }

    /// <summary>One for one; of several on one side, all have to be at ports that nobody would listen at.</summary>
    private static bool AreTurned(DiffEntry[] before, DiffEntry[] after, Matrix matrix) =>
        before.Length > 0
        && after.Length > 0
        && (before.Length == 1 || after.Length == 1)
        && (before.Length == 1 || before.All(entry => AreEphemeral(entry.Before, matrix)))
        && (after.Length == 1 || after.All(entry => AreEphemeral(entry.After, matrix)))
        && !IsItsOwnPeer(before[0].Before, matrix)
        && (
            before.Any(entry => MayBeGuessed(entry.Before, matrix))
            || after.Any(entry => MayBeGuessed(entry.After, matrix))
        );

    /// <summary>No listener decided it; where nothing is known of that, a port at which nobody would listen shows it.</summary>
    private static bool MayBeGuessed(IReadOnlyList<int> rows, Matrix matrix) =>
        rows.Any(row =>
            matrix.Rows[row].Direction == 0
                ? EphemeralPorts.Has(matrix.Rows[row].ServicePort)
                : (matrix.Rows[row].Direction & ~Direction.Listener) != 0
        );

    private static bool AreEphemeral(IReadOnlyList<int> rows, Matrix matrix) =>
        rows.All(row => EphemeralPorts.Has(matrix.Rows[row].ServicePort));

    /// <summary>Exchanged ends that are the same say nothing.</summary>
    private static bool IsItsOwnPeer(IReadOnlyList<int> rows, Matrix matrix) =>
        Ends(rows, matrix, turned: false) == Ends(rows, matrix, turned: true);

    /// <summary>The same text for rows with the same ends.</summary>
    private static string Ends(IReadOnlyList<int> rows, Matrix matrix, bool turned) =>
        string.Join(
            ';',
            rows.Select(i =>
                {
                    ref readonly var row = ref matrix.Rows[i];
                    var service = $"{row.ServiceHost} {row.ServiceAddress} {row.ServiceProcess}";
                    var client = $"{row.ClientHost} {row.ClientAddress} {row.ClientProcess}";
                    return turned ? $"{row.Protocol} {client}, {service}" : $"{row.Protocol} {service}, {client}";
                })
                .Distinct()
                .Order(StringComparer.Ordinal)
        );
}
