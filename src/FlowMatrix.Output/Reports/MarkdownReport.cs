using System.Globalization;
using System.Text;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output.Reports;

/// <summary>A Markdown report for a merge request or a job summary.</summary>
internal sealed class MarkdownReport : IReportFormat
{
    public string Name => "markdown";

    public void Write(CheckReport report, Stream output)
    {
        using var text = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        var outcome =
            report.FailureReason is not null ? "not checked"
            : report.Passes ? "as expected"
            : "not as expected";
        text.WriteLine($"## Flow matrix: {outcome}");
        text.WriteLine();
        text.WriteLine(
            report.FailureReason is null
                ? $"{report.Summary}."
                : $"The check did not run: {MarkdownFormat.CodeSpan(report.FailureReason)}"
        );
        if (report.Problems.Any())
        {
            text.WriteLine();
            text.WriteLine("| | what | why | where |");
            text.WriteLine("| --- | --- | --- | --- |");
        }

        foreach (var problem in report.Problems)
        {
            var place =
                problem.Kind == CaseKind.NotAllowed
                    ? ""
                    : MarkdownFormat.CodeSpan(
                        string.Create(CultureInfo.InvariantCulture, $"{report.PolicyPath}:{problem.Line}")
                    );
            text.WriteLine(
                $"| {(report.Fails(problem) ? "**violation**" : "warning")}: {problem.KindText} "
                    + $"| {MarkdownFormat.CodeSpan(problem.Name)} "
                    + $"| {MarkdownFormat.CodeSpan(problem.Problem)} | {place} |"
            );
        }
    }
}
