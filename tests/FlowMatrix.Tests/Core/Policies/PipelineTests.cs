using System.Runtime.Versioning;
using CliWrap;
using FlowMatrix.Sources.Yaml;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Core.Policies;

/// <summary>Runs the pipeline steps in the folder samples.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PipelineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PipelineTests()
    {
        Directory.CreateDirectory(_folder.PathOf("samples"));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "samples")))
        {
            File.Copy(file, _folder.PathOf(Path.Combine("samples", Path.GetFileName(file))));
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_shell_step_passes_and_writes_its_reports()
    {
        var run = await RunAsync("sh samples/check-flows.sh");

        Assert.Equal("0 violations, 0 warnings: 29 of 29 rows allowed by 6 rules\n", run.Succeeded().Text);
        Assert.Equal(["flows.md", "flows.xml"], _folder.Files);
    }

    [Fact]
    public async Task The_shell_step_fails_if_a_rule_is_missing()
    {
        var policy = _folder.PathOf("samples/flows.yaml");
        await File.WriteAllTextAsync(
            policy,
            (await File.ReadAllTextAsync(policy)).Replace(
                "to-process: etcd",
                "to-process: consul",
                StringComparison.Ordinal
            )
        );

        var run = await RunAsync("sh samples/check-flows.sh");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("violation: not allowed: etcd on vm-1 (10.0.0.15) to etcd on vm-1", run.Text);
    }

    [Fact]
    public async Task The_steps_for_GitHub_Actions_run()
    {
        var steps = Steps(YamlFile.Read(_folder.PathOf("samples/github-actions.yml")), "run").ToList();

        Assert.Equal(2, steps.Count);
        Assert.Equal(
            "::notice title=flow matrix%3A checked::0 violations, 0 warnings: 29 of 29 rows allowed by 6 rules\n",
            (await RunAsync(steps[0])).Succeeded().Text
        );
        (await RunAsync($"GITHUB_STEP_SUMMARY=summary.md; {steps[1]}")).Succeeded();
        Assert.StartsWith("## Flow matrix: as expected", await File.ReadAllTextAsync(_folder.PathOf("summary.md")));
        await Schemas.AssertSarifAsync(await File.ReadAllTextAsync(_folder.PathOf("flows.sarif")));
    }

    [Fact]
    public async Task The_script_for_GitLab_runs()
    {
        foreach (var step in Steps(YamlFile.Read(_folder.PathOf("samples/gitlab-ci.yml")), "script"))
        {
            (await RunAsync(step)).Succeeded();
        }

        Schemas.AssertJUnit(await File.ReadAllBytesAsync(_folder.PathOf("flows.xml")));
    }

    /// <summary>Returns all texts under a key at any depth.</summary>
    private static IEnumerable<string> Steps(YamlNode node, string key) =>
        node switch
        {
            YamlMap map => map.Items.SelectMany(item =>
                item.Key.Value != key ? Steps(item.Value, key)
                : item.Value is YamlList list ? list.Items.OfType<YamlText>().Select(text => text.Value)
                : [((YamlText)item.Value).Value]
            ),
            YamlList list => list.Items.SelectMany(item => Steps(item, key)),
            _ => [],
        };

    private Task<ProcessResult> RunAsync(string line) =>
        Tool.RunAsync(
            CliWrap
                .Cli.Wrap("bash")
                .WithArguments(["-c", line])
                .WithWorkingDirectory(_folder.FullName)
                .WithEnvironmentVariables(variables =>
                    variables.Set("PATH", $"{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}")
                )
                .WithValidation(CommandResultValidation.None)
        );
}
