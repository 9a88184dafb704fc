using System.Numerics;
using FlowMatrix.Core.Diffing;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views.Filters;

namespace FlowMatrix.Core.Policies;

/// <summary>Holds a matrix against a policy. Pure: the day is given.</summary>
internal static class PolicyCheck
{
    public static PolicyResult Run(Policy policy, Matrix matrix, DateOnly today)
    {
        var rules = new BitVectorClassifier(
            [.. policy.Rules.Select(rule => rule.Flows.Terms)],
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
                .. unallowed.Values.Select(flow => new Violation(
                    flow.Rows,
                    flow.Expired is { } by ? policy.Rules[by] : null
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

internal enum RuleState
{
    Met,

    /// <summary>Required, and no such flow is there: a violation.</summary>
    Missing,

    /// <summary>Allowed, and no such flow is there: a warning.</summary>
    Unused,

    /// <summary>Its last day is over: a warning. It allows and requires nothing any more.</summary>
    Expired,
}

/// <param name="Flows">How many rows it is about.</param>
internal sealed record RuleResult(PolicyRule Rule, int Flows, RuleState State);

/// <summary>What nothing allows: a violation. All rows from one client process of a host to one service of a host.</summary>
/// <param name="Rows">Numbers into the matrix.</param>
/// <param name="AllowedOnce">The expired rule that allowed it.</param>
internal sealed record Violation(IReadOnlyList<int> Rows, PolicyRule? AllowedOnce);

/// <param name="AllowedBy">Of each row the first rule that allows it, or <see cref="NotAllowed"/>.</param>
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
