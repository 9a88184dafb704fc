using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using FlowMatrix.Output.Reports;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Core.Policies;

/// <summary>Reports are complete and safe, whatever the name of the policy file.</summary>
public sealed class HostilePathTests : IDisposable
{
    private const string Name = "a\u0001\u001b[31m\n::error::x\uffff##vso[task.complete]##[error]\u202e&<\">'b.yaml";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Forms => [.. IReportFormat.All.Select(form => form.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_report_is_the_same_on_standard_output_and_in_a_file(string form)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var policy = _folder.Write(Name, "allow:\n  - reason: none\n    to-port: 1\n  - reason: all\n    host: vm-*\n");

        var run = await CheckAsync(policy, form);
        await CheckAsync(policy, $"{form}={_folder.PathOf("report")}");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(run.Text, await File.ReadAllTextAsync(_folder.PathOf("report")));
        AssertSafe(form, run.Text);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_check_that_fails_gives_a_complete_report(string form)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var run = await CheckAsync(_folder.Write(Name, "allow: 1"), form);

        Assert.Equal(2, run.ExitCode);
        Assert.Equal(1, run.Error.Count(char.IsControl));
        AssertSafe(form, run.Text);
    }

    private Task<Run> CheckAsync(string policy, string report) =>
        Run.WithAsync(
            new RunEnvironment { Time = TimeProvider.System },
            "check",
            "-i",
            Sample.Estate,
            "-p",
            policy,
            "--report",
            report
        );

    private static void AssertSafe(string form, string text)
    {
        switch (form)
        {
            case "junit":
                Assert.NotEmpty(XDocument.Parse(text).Descendants("testcase"));
                break;
            case "sarif":
                using (JsonDocument.Parse(text)) { }

                break;
        }

        if (form != "html")
        {
            Assert.DoesNotContain("##vso[", text);
            Assert.DoesNotContain("##[", text);
            Assert.DoesNotContain(
                text.EnumerateRunes(),
                rune =>
                    rune.Value != '\n'
                    && Rune.GetUnicodeCategory(rune)
                        is System.Globalization.UnicodeCategory.Control
                            or System.Globalization.UnicodeCategory.Format
            );
            if (form != "github")
            {
                Assert.DoesNotContain(text.Split('\n'), line => line.StartsWith("::", StringComparison.Ordinal));
            }
        }
    }
}
