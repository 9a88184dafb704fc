using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Commands;

public sealed class ViewFileTests : IDisposable
{
    private readonly DirectoryInfo _here = Directory.CreateTempSubdirectory("flowmatrix");

    public void Dispose() => _here.Delete(recursive: true);

    [Fact]
    public async Task A_settings_file_in_the_current_folder_is_applied()
    {
        Write(
            """
            host: [vm-2, web*]
            not:
              process: skydive
            loopback: hide
            alias:
              vm-(\d): vm-$1
            group-by: service
            """
        );

        var run = await Run.OnSampleAsync(Here(), "--no-header");

        Assert.Equal(
            [
                "TCP,5672,beam.smp,neutron-dhcp-ag,1,1,1",
                "TCP,5672,beam.smp,neutron-openvsw,1,1,1",
                "TCP,5672,beam.smp,nova-compute,1,1,1",
                "UDP,53,dnsmasq,nova-compute,1,1,1",
            ],
            run.Lines
        );
        Assert.Contains("flowmatrix.yaml is read for settings", run.Error);
        Assert.Equal(30, (await Run.OnSampleAsync(Here(), "--no-config")).Succeeded().Lines.Length);
    }

    [Fact]
    public async Task The_command_line_replaces_the_same_setting_and_adds_names()
    {
        Write(
            """
            host: vm-2
            group-by: service
            alias: { vm-1: one }
            """
        );

        var run = await Run.OnSampleAsync(
            Here(),
            "--no-header",
            "--host",
            "*",
            "--group-by",
            "host",
            "--alias",
            "vm-2=two",
            "--port",
            "8082"
        );

        Assert.Equal(["one,one,8082/tcp 8082/udp,3,1,1", "one,two,8082/tcp 8082/udp,2,1,1"], run.Lines);
    }

    [Theory]
    [InlineData("hots: a", "1:1: \"hots\" is not a setting (did you mean host?); valid values: host, from-host")]
    [InlineData("# secret\npassword: x", "2:1: \"password\" is not allowed here")]
    [InlineData("username: x", "must not hold credentials")]
    [InlineData("api-token: x", "must not hold credentials")]
    [InlineData("key: x", "must not hold credentials")]
    [InlineData("port:\n  - 80\n  - 99999", "3:5: port \"99999\"")]
    [InlineData("host: *web", "1:7: anchors (&), aliases (*) and tags (!) are not supported")]
    [InlineData("host: *", "1:7: is not valid YAML")]
    [InlineData("host: [", "is not valid YAML")]
    [InlineData("host: a\nhost: b", "2:1: \"host\" is given twice")]
    [InlineData("host: {a: b}", "1:7: \"host\" needs a text or a list of texts, not a mapping")]
    [InlineData("group-by: [host, process]", "needs a text, not a list")]
    [InlineData("not: web", "1:6: \"not\" holds filters")]
    [InlineData("not: {group-by: host}", "1:7: \"group-by\" is not a filter")]
    [InlineData("alias: web", "holds pairs")]
    [InlineData("explain: maybe", "true or false")]
    [InlineData("- host", "must be keys with values, not a list")]
    [InlineData("host: a\n---\nhost: b", "2:1: has more than one document")]
    public async Task A_mistake_in_the_file_is_reported_with_its_place(string yaml, string message)
    {
        Write(yaml);

        var run = await Run.OnSampleAsync(Here());

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"{DefaultPath}:", run.Error);
        Assert.Contains(message, run.Error);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_file_of_config_must_exist()
    {
        (await Run.OnSampleAsync("--config", Path.Combine(_here.FullName, "none.yaml"))).Failed(
            2,
            "none.yaml: no such file"
        );
        (await Run.OnSampleAsync("--config", "a", "--no-config")).Failed(2, "use one or the other");
    }

    [Fact]
    public async Task A_list_of_services_ignores_settings_for_rows()
    {
        Write("group-by: host\nport: 3306\nreaches: vm-1");

        var run = await Run.WithAsync(Here(), "services", "-i", Sample.Estate, "--no-header");

        Assert.Equal(["TCP,vm-1,10.0.0.15,3306,address,/usr/sbin/mariadbd,mariadbd,5,5,vm-1"], run.Lines);
    }

    [Theory]
    [InlineData("diff", "a.csv", "a.csv")]
    [InlineData("check", "-i", "a.csv", "--policy", "flows.yaml")]
    [InlineData("firewall", "-i", "a.csv")]
    public async Task A_file_with_groups_is_shared_with_commands_that_have_none(params string[] arguments)
    {
        Write("group-by: host\nloopback: hide");
        (await Run.OnSampleAsync("-o", Path.Combine(_here.FullName, "a.csv"))).Succeeded();
        File.Copy(Sample.Policy, Path.Combine(_here.FullName, "flows.yaml"));
        string[] files = ["a.csv", "flows.yaml"];

        var run = await Run.WithAsync(
            Here(),
            [.. arguments.Select(word => files.Contains(word) ? Path.Combine(_here.FullName, word) : word)]
        );

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("is read for settings; ignored here: group-by\n", run.Error);
    }

    [Fact]
    public async Task A_recording_does_not_depend_on_a_settings_file()
    {
        Write("hots: not a setting");
        await using var analyzer = await FakeAnalyzer.StartAsync(FakeGraph.Recorded());
        var day = Path.Combine(_here.FullName, "day.ndjson");
        string[] record = ["record", "-a", analyzer.Address.ToString(), "-o", day, "--for", "100ms"];

        var run = await Run.WithAsync(Here(), record);

        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain("flowmatrix.yaml", run.Error);
        (await Run.WithAsync([.. record, "--no-config"])).Failed(2, "flowmatrix record has no --no-config");
    }

    private string DefaultPath => Path.Combine(_here.FullName, "flowmatrix.yaml");

    private RunEnvironment Here() => new() { Directory = _here.FullName };

    private void Write(string yaml) => File.WriteAllText(DefaultPath, yaml);
}
