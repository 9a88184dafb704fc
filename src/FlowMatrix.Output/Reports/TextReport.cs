using System.Globalization;
using System.Text;

namespace FlowMatrix.Output.Reports;

/// <summary>
/// For people: one line per problem, with file, line and column as compilers print them, and a summary.
/// </summary>
internal sealed class TextReport : IReportFormat
{
    public string Name => "text";

    public void Write(CheckReport report, Stream output)
    {
        using var text = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        foreach (var problem in report.Problems)
        {
            var place =
                problem.Kind == CaseKind.NotAllowed
                    ? ""
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"{report.PolicyPath}:{problem.Line}:{problem.Column}: "
                    );
            var level = report.Fails(problem) ? "violation" : "warning";
            text.WriteLine($"{place}{level}: {problem.KindText}: {problem.Name}: {problem.Problem}");
        }

        text.WriteLine(report.FailureReason is null ? report.Summary : $"{report.Summary}: {report.FailureReason}");
    }
}
