using System.Globalization;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Policies;
using FlowMatrix.Core.Text;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output.Reports;

internal enum CaseKind
{
    /// <summary>A rule that has nothing against it.</summary>
    Met,
    NotAllowed,
    Missing,
    Unused,
    Expired,
}

/// <summary>One thing that was checked: a rule, or a flow that no rule allows. Texts are safe for a line of any format.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Problem">What is wrong with it; empty where nothing is.</param>
/// <param name="Line">Where in the policy; 1 for what the policy doesn't know.</param>
internal sealed record CheckCase(CaseKind Kind, string Name, string Problem, int Line, int Column)
{
    public bool IsViolation => Kind is CaseKind.NotAllowed or CaseKind.Missing;

    public bool IsWarning => Kind is CaseKind.Unused or CaseKind.Expired;

    /// <summary>For people, and for machines that group by it: "not-allowed".</summary>
    public string KindName => Kind == CaseKind.NotAllowed ? "not-allowed" : Kind.ToString().ToLowerInvariant();

    public string KindWords => KindName.Replace('-', ' ');
}

/// <summary>What a check came to, for every form of report.</summary>
/// <param name="PolicyAsGiven">As the user named it.</param>
/// <param name="Strict">Warnings count as violations.</param>
internal sealed record CheckReport(
    string PolicyAsGiven,
    IReadOnlyList<CheckCase> Cases,
    string Summary,
    bool Strict,
    DateTimeOffset At
)
{
    /// <summary>The same for a line of text.</summary>
    public string PolicyPath { get; } = Printable.Message(PolicyAsGiven);

    /// <summary>The matrix and the rules that it was held against; null where there could be no check.</summary>
    public PolicyResult? Result { get; private init; }

    /// <summary>Why there could be no check; else null.</summary>
    public string? Failed { get; private init; }

    public bool Fails(CheckCase one) => one.IsViolation || (Strict && one.IsWarning);

    public int Failures => Cases.Count(Fails);

    public bool Passes => Failed is null && Failures == 0;

    /// <summary>Violations, then warnings.</summary>
    public IEnumerable<CheckCase> Problems =>
        Cases.Where(one => one.Kind != CaseKind.Met).OrderByDescending(one => one.IsViolation);

    public static CheckReport FromFailure(string policyPath, string reason, bool strict, DateTimeOffset at) =>
        new(policyPath, [], "the check could not be done", strict, at) { Failed = Printable.Message(reason) };

    public static CheckReport From(PolicyResult result, bool strict, DateTimeOffset at)
    {
        var flows = result.Matrix.Rows.Length;
        var unallowed = result.Unallowed.Sum(flow => flow.Rows.Count);
        var texts = new RowTexts(result.Matrix, Printable.Escape);
        List<CheckCase> cases = [.. result.Rules.Select(Case), .. result.Unallowed.Select(flow => Case(texts, flow))];
        var violations = cases.Count(one => one.IsViolation || (strict && one.IsWarning));
        var warnings = cases.Count(one => !strict && one.IsWarning);
        return new CheckReport(
            result.Policy.Path,
            cases,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Counted.Text(violations, "violation")}, {Counted.Text(warnings, "warning")}: "
                    + $"{flows - unallowed:N0} of {Counted.Text(flows, "row")} allowed by {Counted.Text(result.Rules.Count, "rule")}"
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
        var name = Printable.Message($"{(rule.Required ? PolicyKeys.Require : PolicyKeys.Allow)} {rule.Words}");
        var (kind, problem) = result.State switch
        {
            RuleState.Missing => (CaseKind.Missing, $"required, and no such flow is there: {rule.Reason}{owner}"),
            RuleState.Unused => (CaseKind.Unused, $"no flow uses this rule: {rule.Reason}{owner}"),
            RuleState.Expired => (
                CaseKind.Expired,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the rule's last day was {Day(rule)}, {Counted.Text(result.Flows, "row")} would use it: {rule.Reason}{owner}"
                )
            ),
            _ => (CaseKind.Met, ""),
        };
        return new CheckCase(kind, name, Printable.Message(problem), rule.Line, rule.Column);
    }

    private static CheckCase Case(RowTexts texts, Violation flow)
    {
        var row = texts.Matrix.Rows[flow.Rows[0]];
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
        var once = flow.AllowedOnce is not { } rule
            ? "no rule allows it"
            : string.Create(CultureInfo.InvariantCulture, $"the rule at line {rule.Line} allowed it until {Day(rule)}");
        return new CheckCase(
            CaseKind.NotAllowed,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{client} to {service} on {row.Protocol.Name().ToLowerInvariant()} {row.ServicePort}"
            ),
            flow.Rows.Count == 1
                ? once
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{once} (nor {flow.Rows.Count - 1} more rows between the two)"
                ),
            flow.AllowedOnce?.Line ?? 1,
            flow.AllowedOnce?.Column ?? 1
        );
    }

    /// <summary>"php on web (10.0.0.2)".</summary>
    private static string End(string process, string host, string address) =>
        $"{process} {(host.Length == 0 ? $"outside ({address})" : $"on {host} ({address})")}";

    private static string Day(PolicyRule rule) =>
        rule.Expires!.Value.ToString(PolicyKeys.DateFormat, CultureInfo.InvariantCulture);
}
