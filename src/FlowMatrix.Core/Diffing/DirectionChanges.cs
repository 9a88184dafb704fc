using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Diffing;

/// <summary>
/// Finds removed and added rows that are the same two ends with service and client exchanged: the connection is the
/// same, only the decision which end is the service changed. Protocol, hosts, addresses, paths and names of the ends
/// must be equal. The service's port differs, because a row does not have the client's port. Ambiguous rows stay as
/// they are. So do rows whose direction a listener decided both times: a service that starts to use its own client is a
/// new row.
/// </summary>
internal static class DirectionChanges
{
    /// <summary>Returns the entries, with one entry for each removed and added pair whose direction changed.</summary>
    public static IEnumerable<DiffEntry> Joined(IReadOnlyList<DiffEntry> entries, Matrix matrix)
    {
        var removed = entries
            .Where(entry => entry.Kind == DiffKind.Removed)
            .ToLookup(entry => Ends(entry.Before, matrix, swapped: false));
        var added = entries
            .Where(entry => entry.Kind == DiffKind.Added)
            .ToLookup(entry => Ends(entry.After, matrix, swapped: true));
        var joined = new HashSet<DiffEntry>(ReferenceEqualityComparer.Instance);
        foreach (var before in removed)
        {
            var after = added[before.Key];
            if (AreSwapped([.. before], [.. after], matrix))
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

    /// <summary>
    /// One entry for one entry, or several for one. All of several must be at ephemeral ports, at which services rarely
    /// listen.
    /// </summary>
    private static bool AreSwapped(DiffEntry[] before, DiffEntry[] after, Matrix matrix) =>
        before.Length > 0
        && after.Length > 0
        && (before.Length == 1 || after.Length == 1)
        && (before.Length == 1 || before.All(entry => AreEphemeral(entry.Before, matrix)))
        && (after.Length == 1 || after.All(entry => AreEphemeral(entry.After, matrix)))
        && !HasEqualEnds(before[0].Before, matrix)
        && (
            before.Any(entry => IsWithoutListener(entry.Before, matrix))
            || after.Any(entry => IsWithoutListener(entry.After, matrix))
        );

    /// <summary>
    /// Whether any direction was decided without a listener. If the input has no directions, an ephemeral service port
    /// indicates it.
    /// </summary>
    private static bool IsWithoutListener(IReadOnlyList<int> rows, Matrix matrix) =>
        rows.Any(row =>
            matrix.Rows[row].Direction == 0
                ? EphemeralPorts.Has(matrix.Rows[row].ServicePort)
                : (matrix.Rows[row].Direction & ~Direction.Listener) != 0
        );

    private static bool AreEphemeral(IReadOnlyList<int> rows, Matrix matrix) =>
        rows.All(row => EphemeralPorts.Has(matrix.Rows[row].ServicePort));

    /// <summary>Whether both ends are equal, so that exchanging them makes no difference.</summary>
    private static bool HasEqualEnds(IReadOnlyList<int> rows, Matrix matrix) =>
        Ends(rows, matrix, swapped: false) == Ends(rows, matrix, swapped: true);

    /// <summary>Returns the same text for rows with the same ends.</summary>
    private static string Ends(IReadOnlyList<int> rows, Matrix matrix, bool swapped) =>
        string.Join(
            ';',
            rows.Select(i =>
                {
                    ref readonly var row = ref matrix.Rows[i];
                    var service = $"{row.ServiceHost} {row.ServiceAddress} {row.ServiceProcess}";
                    var client = $"{row.ClientHost} {row.ClientAddress} {row.ClientProcess}";
                    return swapped ? $"{row.Protocol} {client}, {service}" : $"{row.Protocol} {service}, {client}";
                })
                .Distinct()
                .Order(StringComparer.Ordinal)
        );
}
