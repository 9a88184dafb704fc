using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Policies;
using FlowMatrix.Core.Text;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output.Reports;

/// <summary>The outcome of one check. Source: docs/policies.md, "The policy".</summary>
internal enum CaseKind
{
    /// <summary>A rule without a problem.</summary>
    Met,

    /// <summary>A violation: rows that no rule allows.</summary>
    NotAllowed,

    /// <summary>A violation: a required rule that no row matches.</summary>
    Missing,

    /// <summary>A warning: a rule that no row matches.</summary>
    Unused,

    /// <summary>A warning: a rule that no longer applies.</summary>
    Expired,
}

/// <summary>
/// One case of a report: a rule of the policy, or rows that no rule allows. The texts are escaped and have no line
/// breaks.
/// </summary>
/// <param name="Name">The rule as in the policy, or both ends of the rows.</param>
/// <param name="Problem">What is wrong; empty if nothing is.</param>
/// <param name="Line">The line of the rule in the policy, from 1; 1 for rows that no rule ever allowed.</param>
/// <param name="Column">The column of the rule, from 1.</param>
internal sealed record CheckCase(CaseKind Kind, string Name, string Problem, int Line, int Column)
{
    public bool IsViolation => Kind is CaseKind.NotAllowed or CaseKind.Missing;

    public bool IsWarning => Kind is CaseKind.Unused or CaseKind.Expired;

    /// <summary>An identifier by which programs group cases, such as "not-allowed".</summary>
    public string KindName => NameOf(Kind);

    /// <summary>The kind for people, such as "not allowed".</summary>
    public string KindText => KindName.Replace('-', ' ');

    public static string NameOf(CaseKind kind) =>
        kind == CaseKind.NotAllowed ? "not-allowed" : kind.ToString().ToLowerInvariant();
}

/// <summary>
/// The result of <c>flowmatrix check</c>, from which every <see cref="IReportFormat"/> is written. If the check failed
/// before it could compare anything, there are no cases and <see cref="FailureReason"/> holds the reason.
/// </summary>
/// <param name="PolicyAsGiven">The path of the policy as the user gave it, not escaped.</param>
/// <param name="Cases">All rules, and the rows that no rule allows.</param>
/// <param name="Summary">One line with the totals.</param>
/// <param name="Strict">Whether warnings count as violations.</param>
/// <param name="At">When the check ran.</param>
internal sealed record CheckReport(
    string PolicyAsGiven,
    IReadOnlyList<CheckCase> Cases,
    string Summary,
    bool Strict,
    DateTimeOffset At
)
{
    /// <summary>The path of the policy, escaped.</summary>
    public string PolicyPath { get; } = Printable.Message(PolicyAsGiven);

    /// <summary>The matrix with the result for each row and rule; null if the check failed.</summary>
    public PolicyResult? Result { get; private init; }

    /// <summary>Why the check failed; null if it ran.</summary>
    public string? FailureReason { get; private init; }

    /// <summary>Whether a case makes the check fail.</summary>
    public bool Fails(CheckCase one) => one.IsViolation || (Strict && one.IsWarning);

    public int Failures => Cases.Count(Fails);

    public bool Passes => FailureReason is null && Failures == 0;

    /// <summary>The cases with a problem: first violations, then warnings.</summary>
    public IEnumerable<CheckCase> Problems =>
        Cases.Where(one => one.Kind != CaseKind.Met).OrderByDescending(one => one.IsViolation);

    public static CheckReport FromFailure(string policyPath, string reason, bool strict, DateTimeOffset at) =>
        new(policyPath, [], "the check did not run", strict, at) { FailureReason = Printable.Message(reason) };

    public static CheckReport From(PolicyResult result, bool strict, DateTimeOffset at)
    {
        var rows = result.Matrix.Rows.Length;
        var unallowed = result.Unallowed.Sum(violation => violation.Rows.Count);
        var texts = new RowTexts(result.Matrix, Printable.Escape);
        List<CheckCase> cases =
        [
            .. result.Rules.Select(Case),
            .. result.Unallowed.Select(violation => Case(texts, violation)),
        ];
        var violations = cases.Count(one => one.IsViolation || (strict && one.IsWarning));
        var warnings = cases.Count(one => !strict && one.IsWarning);
        return new CheckReport(
            result.Policy.Path,
            cases,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Counted.Text(violations, "violation")}, {Counted.Text(warnings, "warning")}: "
                    + $"{rows - unallowed:N0} of {Counted.Text(rows, "row")} allowed by "
                    + $"{Counted.Text(result.Rules.Count, "rule")}"
            ),
            strict,
            at
        )
        {
            Result = result,
        };
    }

    private static CheckCase Case(RuleResult result)
    {
        var rule = result.Rule;
        var owner = rule.Owner is null ? "" : $" (owner: {rule.Owner})";
        var name = Printable.Message($"{(rule.Required ? PolicyKeys.Require : PolicyKeys.Allow)} {rule.Text}");
        var (kind, problem) = result.State switch
        {
            RuleState.Missing => (CaseKind.Missing, $"required, but no row matches: {rule.Reason}{owner}"),
            RuleState.Unused => (CaseKind.Unused, $"no row matches this rule: {rule.Reason}{owner}"),
            RuleState.Expired => (
                CaseKind.Expired,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the rule's last day was {Day(rule)}, {Counted.Text(result.Rows, "row")} would match it: "
                        + $"{rule.Reason}{owner}"
                )
            ),
            _ => (CaseKind.Met, ""),
        };
        return new CheckCase(kind, name, Printable.Message(problem), rule.Line, rule.Column);
    }

    private static CheckCase Case(RowTexts texts, Violation violation)
    {
        var row = texts.Matrix.Rows[violation.Rows[0]];
        var client = End(
            EndNames.Process(texts, row.ClientProcess, ProcessLabel.Unknown),
            texts.Host(row.ClientHost),
            texts.Address(row.ClientAddress)
        );
        var service = End(
            EndNames.Process(texts, row.ServiceProcess, ProcessLabel.Unknown),
            texts.Host(row.ServiceHost),
            texts.Address(row.ServiceAddress)
        );
        var problem = violation.AllowedOnce is not { } rule
            ? "no rule allows it"
            : string.Create(CultureInfo.InvariantCulture, $"the rule at line {rule.Line} allowed it until {Day(rule)}");
        return new CheckCase(
            CaseKind.NotAllowed,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{client} to {service} on {row.Protocol.Name().ToLowerInvariant()} {row.ServicePort}"
            ),
            violation.Rows.Count == 1
                ? problem
                : $"{problem} (also {Counted.Text(violation.Rows.Count - 1, "more row")} between these two processes)",
            violation.AllowedOnce?.Line ?? 1,
            violation.AllowedOnce?.Column ?? 1
        );
    }

    /// <summary>Such as "php on web (10.0.0.2)".</summary>
    private static string End(string process, string host, string address) =>
        $"{process} {(host.Length == 0 ? $"outside ({address})" : $"on {host} ({address})")}";

    private static string Day(PolicyRule rule) =>
        rule.Expires!.Value.ToString(PolicyKeys.DateFormat, CultureInfo.InvariantCulture);
}
