using System.Globalization;
using System.Text.Json;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Policies;
using FlowMatrix.Core.Text;
using FlowMatrix.Output.Html;

namespace FlowMatrix.Output.Reports;

/// <summary>The web page of the matrix. It marks rows that no rule allows and has a view of the rules.</summary>
internal sealed class HtmlReport : IReportFormat
{
    private const string Title = "Flow matrix: check";

    /// <summary>The order of the rules: violations, then warnings, then the rest.</summary>
    private static readonly RuleState[] Order = [RuleState.Missing, RuleState.Expired, RuleState.Unused, RuleState.Met];

    public string Name => "html";

    public void Write(CheckReport report, Stream output) => Content(report).Write(output, CancellationToken.None);

    private static HtmlContent Content(CheckReport report)
    {
        if (report.Result is not { } result)
        {
            return new HtmlContent(
                HtmlRows.From(Matrix.Empty),
                new HtmlMarks("check", "why", Title, report.Summary, [], _ => 0, _ => "")
            )
            {
                WriteMore = json => json.WriteString("failed"u8, report.FailureReason),
            };
        }

        var why = new Dictionary<int, string>();
        foreach (
            var (violation, one) in result.Unallowed.Zip(report.Cases.Where(one => one.Kind == CaseKind.NotAllowed))
        )
        {
            foreach (var row in violation.Rows)
            {
                why[row] = one.Problem;
            }
        }

        var marks = new HtmlMarks(
            "check",
            "why",
            Title,
            report.Summary,
            ["allowed", "not allowed"],
            row => why.ContainsKey(row) ? 1 : 0,
            row => why.GetValueOrDefault(row, "")
        );
        return new HtmlContent(HtmlRows.From(result.Matrix), marks)
        {
            WriteMore = json => WriteRules(json, report.PolicyPath, result),
        };
    }

    private static void WriteRules(Utf8JsonWriter json, string path, PolicyResult result)
    {
        json.WriteStartObject("check"u8);
        json.WriteString("policy"u8, path);
        json.WriteStartArray("rules"u8);
        foreach (var one in result.Rules.OrderBy(one => Array.IndexOf(Order, one.State)))
        {
            json.WriteStartObject();
            json.WriteString("state"u8, one.State.ToString().ToLowerInvariant());
            json.WriteBoolean("required"u8, one.Rule.Required);
            json.WriteString("text"u8, Printable.Escape(one.Rule.Text));
            json.WriteString("reason"u8, Printable.Escape(one.Rule.Reason));
            json.WriteString("owner"u8, Printable.Escape(one.Rule.Owner ?? ""));
            json.WriteString(
                "expires"u8,
                one.Rule.Expires?.ToString(PolicyKeys.DateFormat, CultureInfo.InvariantCulture) ?? ""
            );
            json.WriteNumber("rows"u8, one.Rows);
            json.WriteNumber("line"u8, one.Rule.Line);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
