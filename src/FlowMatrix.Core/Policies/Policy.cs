using FlowMatrix.Core.Views;

namespace FlowMatrix.Core.Policies;

/// <summary>The rows that users expect in a matrix (flows.yaml). Source: docs/policies.md, "The policy".</summary>
/// <param name="Path">Path of the file, for messages.</param>
/// <param name="Rules">The rules in the order of the file. A row needs one rule that allows it.</param>
internal sealed record Policy(string Path, IReadOnlyList<PolicyRule> Rules);

/// <summary>A rule of a policy: rows that are allowed, and possibly required.</summary>
/// <param name="Filter">Selects the rows by the same conditions as on the command line.</param>
/// <param name="Required">Whether the matrix must have at least one such row.</param>
/// <param name="Reason">Why the rows are allowed. Every rule has a reason.</param>
/// <param name="Expires">The last day on which the rule is valid; null for no limit.</param>
/// <param name="Line">Line of the file in which the rule starts, from 1.</param>
/// <param name="Column">Column in which the rule starts, from 1.</param>
internal sealed record PolicyRule(
    Filter Filter,
    bool Required,
    string Reason,
    string? Owner,
    DateOnly? Expires,
    int Line,
    int Column
)
{
    /// <summary>The conditions as they are written in the file.</summary>
    public string Text =>
        string.Join(
            ", ",
            Filter.Terms.Select(term =>
                $"{(term.Not ? "not " : "")}{term.Name}{(term.Value.Length > 0 ? $": {term.Value}" : "")}"
            )
        );

    public bool IsExpired(DateOnly today) => Expires < today;
}
