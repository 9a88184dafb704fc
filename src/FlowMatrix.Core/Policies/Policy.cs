using FlowMatrix.Core.Views;

namespace FlowMatrix.Core.Policies;

/// <summary>What people expect of a matrix, written down and reviewed.</summary>
/// <param name="Path">Of its file, for messages.</param>
internal sealed record Policy(string Path, IReadOnlyList<PolicyRule> Rules);

/// <summary>Flows that are allowed, and maybe required to be there.</summary>
/// <param name="Flows">Which: the same conditions as the filters of the command line.</param>
/// <param name="Required">At least one such flow has to be there.</param>
/// <param name="Reason">Why; every rule has one.</param>
/// <param name="Expires">The last day on which the rule counts.</param>
/// <param name="Line">Where it begins in the file, from 1.</param>
internal sealed record PolicyRule(
    Filter Flows,
    bool Required,
    string Reason,
    string? Owner,
    DateOnly? Expires,
    int Line,
    int Column
)
{
    /// <summary>Its conditions as they stand in the file.</summary>
    public string Words =>
        string.Join(
            ", ",
            Flows.Terms.Select(term =>
                $"{(term.Not ? "not " : "")}{term.Name}{(term.Value.Length > 0 ? $": {term.Value}" : "")}"
            )
        );

    public bool IsExpired(DateOnly today) => Expires < today;
}
