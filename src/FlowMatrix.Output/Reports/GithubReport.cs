using System.Globalization;
using System.Text;

namespace FlowMatrix.Output.Reports;

/// <summary>
/// Annotations of a GitHub Actions job. Source: docs.github.com, "Workflow commands for GitHub Actions"; the npm
/// package @actions/core for the escapes.
/// </summary>
internal sealed class GithubReport : IReportFormat
{
    private const string Title = "flow matrix";

    public string Name => "github";

    public void Write(CheckReport report, Stream output)
    {
        using var text = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        foreach (var problem in report.Problems)
        {
            var level = report.Fails(problem) ? "error" : "warning";
            var title = Property($"{Title}: {problem.KindText}");
            text.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"::{level} file={Property(report.PolicyPath)},line={problem.Line},col={problem.Column},"
                        + $"title={title}::{Data($"{problem.Name}: {problem.Problem}")}"
                )
            );
        }

        if (report.FailureReason is not null)
        {
            text.WriteLine($"::error title={Property($"{Title}: not checked")}::{Data(report.FailureReason)}");
        }
        else
        {
            text.WriteLine($"::notice title={Property($"{Title}: checked")}::{Data(report.Summary)}");
        }
    }

    private static string Data(string text) =>
        text.Replace("%", "%25", StringComparison.Ordinal)
            .Replace("\r", "%0D", StringComparison.Ordinal)
            .Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) =>
        Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
