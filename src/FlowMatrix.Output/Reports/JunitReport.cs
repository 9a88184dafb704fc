using System.Globalization;
using System.Text;
using System.Xml;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Output.Reports;

/// <summary>
/// Test results in the XML format of JUnit, which CI systems read: one test case for each rule and for each violation.
/// Source: the schema of Jenkins' JUnit plugin.
/// </summary>
internal sealed class JunitReport : IReportFormat
{
    private const string Suite = "flowmatrix check";

    public string Name => "junit";

    public void Write(CheckReport report, Stream output)
    {
        using var xml = XmlWriter.Create(
            output,
            new XmlWriterSettings
            {
                Encoding = new UTF8Encoding(false),
                Indent = true,
                NewLineChars = "\n",
                CheckCharacters = true,
            }
        );
        var (tests, errors) = (
            report.FailureReason is null ? report.Cases.Count : 1,
            report.FailureReason is null ? 0 : 1
        );
        var skipped = report.Cases.Count(one => one.IsWarning && !report.Fails(one));
        xml.WriteStartElement("testsuites");
        xml.WriteAttributeString("name", Suite);
        WriteCounts(xml, tests, report.Failures, errors);
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", LegalXml.From(report.PolicyPath));
        WriteCounts(xml, tests, report.Failures, errors);
        xml.WriteAttributeString("skipped", Number(skipped));
        xml.WriteAttributeString(
            "timestamp",
            report.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)
        );
        foreach (var one in report.Cases)
        {
            WriteCase(xml, report, one);
        }

        if (report.FailureReason is not null)
        {
            WriteCaseStart(xml, Suite, "the check runs");
            WriteProblem(xml, "error", "failure", report.FailureReason);
            xml.WriteEndElement();
        }

        xml.WriteElementString("system-out", LegalXml.From(report.Summary));
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void WriteCounts(XmlWriter xml, int tests, int failures, int errors)
    {
        xml.WriteAttributeString("tests", Number(tests));
        xml.WriteAttributeString("failures", Number(failures));
        xml.WriteAttributeString("errors", Number(errors));
        xml.WriteAttributeString("time", "0");
    }

    private static void WriteCase(XmlWriter xml, CheckReport report, CheckCase one)
    {
        var line = one.Kind == CaseKind.NotAllowed ? "" : $" (line {Number(one.Line)})";
        WriteCaseStart(xml, report.PolicyPath, $"{one.Name}{line}");
        if (report.Fails(one))
        {
            WriteProblem(xml, "failure", one.KindName, one.Problem);
        }
        else if (one.IsWarning)
        {
            xml.WriteElementString("skipped", LegalXml.From(one.Problem));
        }

        xml.WriteEndElement();
    }

    private static void WriteCaseStart(XmlWriter xml, string className, string name)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", LegalXml.From(className));
        xml.WriteAttributeString("name", LegalXml.From(name));
        xml.WriteAttributeString("time", "0");
    }

    private static void WriteProblem(XmlWriter xml, string element, string type, string message)
    {
        xml.WriteStartElement(element);
        xml.WriteAttributeString("type", type);
        xml.WriteAttributeString("message", LegalXml.From(message));
        xml.WriteString(LegalXml.From(message));
        xml.WriteEndElement();
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
