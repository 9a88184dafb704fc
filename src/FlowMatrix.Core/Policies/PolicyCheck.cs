using System.Numerics;
using FlowMatrix.Core.Diffing;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views.Filters;

namespace FlowMatrix.Core.Policies;

/// <summary>Compares a matrix with a policy.</summary>
internal static class PolicyCheck
{
    public static PolicyResult Run(Policy policy, Matrix matrix, DateOnly today)
    {
        var rules = new BitVectorClassifier(
            [.. policy.Rules.Select(rule => rule.Filter.Terms)],
            matrix.IdTables,
            matrix.NetworkHosts
        );
        var hasExpired = policy.Rules.Select(rule => rule.IsExpired(today)).ToArray();
        var uses = new int[policy.Rules.Count];
        var allowedBy = new int[matrix.Rows.Length];
        var unallowed = new Dictionary<RowKey, (List<int> Rows, int? Expired)>();
        var keys = new ComparedKeys(ComparisonKey.Default, matrix);
        for (var i = 0; i < matrix.Rows.Length; i++)
        {
            var (allowed, expired) = ((int?)null, (int?)null);
            var passed = rules.Classify(matrix.Rows[i], matrix.Via(i));
            for (var word = 0; word < passed.Length; word++)
            {
                for (var left = passed[word]; left != 0; left &= left - 1)
                {
                    var rule = (word * BitVectorClassifier.WordBits) + BitOperations.TrailingZeroCount(left);
                    uses[rule]++;
                    _ = hasExpired[rule] ? expired ??= rule : allowed ??= rule;
                }
            }

            allowedBy[i] = allowed ?? PolicyResult.NotAllowed;
            if (allowed is null)
            {
                var key = keys.Get(matrix.Rows[i].Key);
                if (!unallowed.TryGetValue(key, out var rows))
                {
                    unallowed[key] = rows = ([], expired);
                }

                rows.Rows.Add(i);
            }
        }

        return new PolicyResult(
            policy,
            matrix,
            [.. policy.Rules.Select((rule, i) => new RuleResult(rule, uses[i], State(rule, uses[i], today)))],
            [
                .. unallowed.Values.Select(entry => new Violation(
                    entry.Rows,
                    entry.Expired is { } by ? policy.Rules[by] : null
                )),
            ],
            allowedBy
        );
    }

    private static RuleState State(PolicyRule rule, int uses, DateOnly today) =>
        rule.IsExpired(today) ? RuleState.Expired
        : uses > 0 ? RuleState.Met
        : rule.Required ? RuleState.Missing
        : RuleState.Unused;
}

/// <summary>The result of a rule.</summary>
internal enum RuleState
{
    Met,

    /// <summary>Required, but the matrix has no such row: a violation.</summary>
    Missing,

    /// <summary>Allowed, but the matrix has no such row: a warning.</summary>
    Unused,

    /// <summary>Its last day is over: a warning. The rule no longer allows or requires anything.</summary>
    Expired,
}

/// <summary>The result of one rule.</summary>
/// <param name="Rows">Number of rows that the conditions of the rule match.</param>
internal sealed record RuleResult(PolicyRule Rule, int Rows, RuleState State);

/// <summary>A violation: rows that no rule allows, from one client to one service.</summary>
/// <param name="Rows">Indexes of the rows, which are equal in the default columns of a comparison.</param>
/// <param name="AllowedOnce">The expired rule that allowed the rows; null if there is none.</param>
internal sealed record Violation(IReadOnlyList<int> Rows, PolicyRule? AllowedOnce);

/// <summary>The result of a check.</summary>
/// <param name="Rules">One result for each rule, in the order of the policy.</param>
/// <param name="AllowedBy">
/// For each row the index of the first rule that allows it, or <see cref="NotAllowed"/>.
/// </param>
internal sealed record PolicyResult(
    Policy Policy,
    Matrix Matrix,
    IReadOnlyList<RuleResult> Rules,
    IReadOnlyList<Violation> Unallowed,
    IReadOnlyList<int> AllowedBy
)
{
    public const int NotAllowed = -1;
}
