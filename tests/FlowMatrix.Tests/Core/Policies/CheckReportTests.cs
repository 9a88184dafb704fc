using System.Text;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Core.Policies;

/// <summary>The reports of a policy check.</summary>
public sealed class CheckReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Several_reports_of_one_run_are_valid()
    {
        var (junit, sarif, markdown) = (_folder.PathOf("r.xml"), _folder.PathOf("r.sarif"), _folder.PathOf("r.md"));
        const string Mixed = """
            allow:
              - reason: "half | of <it> & \"so\""
                to-port: 5672
              - reason: expired
                to-port: 3306
                expires: 2020-01-01
              - reason: unused
                to-port: 1
            require:
              - reason: missing
                to-port: 2
            """;

        var run = await CheckAsync(Mixed, Reports(junit, sarif, markdown));

        Assert.Equal(1, run.ExitCode);
        Schemas.AssertJUnit(await File.ReadAllBytesAsync(junit));
        await Schemas.AssertSarifAsync(await File.ReadAllTextAsync(sarif));
        Assert.Contains("**violation**: missing", await File.ReadAllTextAsync(markdown));
        Assert.All(run.Lines, line => Assert.Matches("^::(error|warning|notice) ", line));
        Assert.Contains(
            "flows.yaml,line=10,col=5,title=flow matrix%3A missing::require to-port: 2: required, but no row matches",
            run.Text
        );
    }

    [Fact]
    public async Task Reports_are_written_even_if_the_run_fails_early()
    {
        var (junit, sarif) = (_folder.PathOf("r.xml"), _folder.PathOf("r.sarif"));

        var run = await Run.WithAsync(
            "check",
            "-a",
            "127.0.0.1:1",
            "--retries",
            "0",
            "-p",
            _folder.Write("flows.yaml", PolicyRun.AllowAll),
            "--report",
            $"junit={junit}",
            "--report",
            $"sarif={sarif}"
        );

        run.Failed(3, "connection refused");
        var xml = await File.ReadAllTextAsync(junit);
        Assert.Contains("errors=\"1\"", xml);
        Assert.Contains("connection refused", xml);
        Schemas.AssertJUnit(Encoding.UTF8.GetBytes(xml));
        var text = await File.ReadAllTextAsync(sarif);
        Assert.Contains("\"executionSuccessful\": false", text);
        await Schemas.AssertSarifAsync(text);
    }

    [Fact]
    public async Task A_report_that_cannot_be_written_does_not_prevent_the_others()
    {
        var (gone, also) = (_folder.PathOf("full/r.xml"), _folder.PathOf("full/r.sarif"));
        _folder.Write("full", "");

        var run = await CheckAsync(
            PolicyRun.AllowAll,
            "--report",
            $"junit={gone}",
            "--report",
            $"sarif={also}",
            "--report",
            $"markdown={_folder.PathOf("r.md")}",
            "--report",
            "text"
        );

        Assert.Equal(4, run.ExitCode);
        Assert.Equal(
            [
                $"flowmatrix: cannot write {also}: its folder cannot be created",
                $"flowmatrix: cannot write {gone}: its folder cannot be created",
            ],
            run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line[..(line.IndexOf(" created", StringComparison.Ordinal) + " created".Length)])
        );
        Assert.StartsWith("0 violations", run.Text);
        Assert.Contains("as expected", await File.ReadAllTextAsync(_folder.PathOf("r.md")));
    }

    [Fact]
    public async Task A_report_that_cannot_be_written_does_not_hide_an_earlier_failure()
    {
        var gone = Path.Combine(_folder.Write("file", ""), "r.xml");

        var run = await Run.WithAsync(
            "check",
            "-a",
            "127.0.0.1:1",
            "--retries",
            "0",
            "-p",
            _folder.Write("flows.yaml", PolicyRun.AllowAll),
            "--report",
            $"junit={gone}",
            "--report",
            $"markdown={_folder.PathOf("r.md")}"
        );

        Assert.Equal(3, run.ExitCode);
        Assert.StartsWith($"flowmatrix: cannot write {gone}: ", run.Error);
        Assert.Contains("connection refused", run.Error.Split('\n')[1]);
        Assert.Contains("connection refused", await File.ReadAllTextAsync(_folder.PathOf("r.md")));
    }

    [Fact]
    public async Task Hostile_names_do_not_break_reports()
    {
        var policy = _folder.Write("flows.yaml", "allow:\n  - reason: none\n    to-port: 1\n");
        var (junit, sarif, markdown) = (_folder.PathOf("r.xml"), _folder.PathOf("r.sarif"), _folder.PathOf("r.md"));

        var run = await Run.WithAsync(
            new RunEnvironment { Input = HostileEstate.Json },
            ["check", "-i", "-", "-p", policy, .. Reports(junit, sarif, markdown)]
        );

        Assert.Equal(1, run.ExitCode);
        Schemas.AssertJUnit(await File.ReadAllBytesAsync(junit));
        await Schemas.AssertSarifAsync(await File.ReadAllTextAsync(sarif));
        Assert.All(run.Lines, line => Assert.Matches("^::(error|warning|notice) ", line));
        Assert.DoesNotContain('\u001b', run.Text);
        Assert.DoesNotContain('\u202e', await File.ReadAllTextAsync(markdown));
    }

    /// <summary>Asks for all reports that are not for people alone; that of GitHub on standard output.</summary>
    private static string[] Reports(string junit, string sarif, string markdown) =>
        [
            "--report",
            $"junit={junit}",
            "--report",
            $"sarif={sarif}",
            "--report",
            $"markdown={markdown}",
            "--report",
            "github",
        ];

    private Task<Run> CheckAsync(string policy, params string[] arguments) =>
        PolicyRun.CheckAsync(_folder, policy, arguments);
}
