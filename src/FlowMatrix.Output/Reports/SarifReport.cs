using System.Reflection;
using System.Text.Json;

namespace FlowMatrix.Output.Reports;

/// <summary>SARIF 2.1.0 for code scanning. Source: the OASIS standard and GitHub's "SARIF support".</summary>
internal sealed class SarifReport : IReportFormat
{
    private static readonly (CaseKind Kind, string Description)[] Kinds =
    [
        (CaseKind.NotAllowed, "A row that no rule of the policy allows"),
        (CaseKind.Missing, "A rule that requires a row, but no row matches"),
        (CaseKind.Unused, "A rule that no row matches"),
        (CaseKind.Expired, "A rule that has expired"),
    ];

    public string Name => "sarif";

    public void Write(CheckReport report, Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString(
            "$schema",
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
        );
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        WriteTool(json);
        WriteInvocation(json, report);
        json.WriteStartArray("results");
        foreach (var problem in report.Problems)
        {
            WriteResult(json, report, problem);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void WriteTool(Utf8JsonWriter json)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "flowmatrix");
        json.WriteString(
            "version",
            typeof(SarifReport)
                .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
                .InformationalVersion
        );
        json.WriteStartArray("rules");
        foreach (var (kind, description) in Kinds)
        {
            json.WriteStartObject();
            json.WriteString("id", CheckCase.NameOf(kind));
            WriteMessage(json, "shortDescription", description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteInvocation(Utf8JsonWriter json, CheckReport report)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", report.FailureReason is null);
        if (report.FailureReason is not null)
        {
            json.WriteStartArray("toolExecutionNotifications");
            json.WriteStartObject();
            json.WriteString("level", "error");
            WriteMessage(json, "message", report.FailureReason);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteResult(Utf8JsonWriter json, CheckReport report, CheckCase problem)
    {
        var rule = Array.FindIndex(Kinds, kind => kind.Kind == problem.Kind);
        json.WriteStartObject();
        json.WriteString("ruleId", problem.KindName);
        json.WriteNumber("ruleIndex", rule);
        json.WriteString("level", report.Fails(problem) ? "error" : "warning");
        WriteMessage(json, "message", $"{problem.Name}: {problem.Problem}");
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", Reference(report.PolicyAsGiven));
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", problem.Line);
        json.WriteNumber("startColumn", problem.Column);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();

        // Without the line, so that an edit elsewhere in the policy does not create new alerts.
        json.WriteStartObject("partialFingerprints");
        json.WriteString("flow/v1", $"{problem.KindName}: {problem.Name}");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    /// <summary>A path as a URI reference; a relative path stays relative.</summary>
    private static string Reference(string path) =>
        (Path.IsPathRooted(path) ? "file://" : "")
        + string.Join('/', path.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString));
}
