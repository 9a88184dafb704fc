using System.Runtime.Versioning;
using CliWrap;
using CliWrap.Buffered;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Output.Firewall;

/// <summary>Drafts of security groups, run by a real shell with a client that only records its arguments.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class OpenStackTests : IDisposable
{
    private const string GroupCreate = "security group create --format value --column id --description";
    private const string RuleCreate = "security group rule create --ingress --protocol";

    /// <summary>Records one argument per line, and a line with a full stop after each call.</summary>
    private const string Client = """
        #!/bin/sh
        for argument in "$@"; do printf '%s\n' "$argument"; done >> "$CALLS"
        echo . >> "$CALLS"
        if [ "$3" = create ]; then echo "id-of-${10}"; else echo "unexpected output"; fi
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_script_of_the_sample_estate_matches_its_snapshot()
    {
        var run = await Run.OnSampleAsync("-f", "openstack-sg", "--policy", Sample.Policy);

        Snapshots.Match(run.Succeeded().Text, "sample-openstack-sg");
    }

    [Fact]
    public async Task The_script_creates_one_group_per_host_and_one_rule_per_source()
    {
        var run = await FirewallEstate.RunAsync("openstack-sg", "--to-host", "db", "--name", "10.9.0.0/16=office");

        var calls = await CallsAsync(run.Text);

        Assert.Equal(
            [
                $"{GroupCreate} drafted by flowmatrix for db db",
                Rule("IPv4", "10.0.0.2/32", "from php to mysqld"),
                Rule("IPv4", "10.0.0.3/32", "from php-fpm to mysqld"),
                Rule("IPv4", "192.0.2.9/32", "from outside to mysqld"),
                Rule("IPv4", "10.9.0.0/16", "from office to mysqld"),
                Rule("IPv6", "fd00::2/128", "from php to mysqld"),
            ],
            calls.Select(call => string.Join(' ', call))
        );

        static string Rule(string family, string source, string description) =>
            $"{RuleCreate} tcp --dst-port 3306 --ethertype {family} --remote-ip {source} --description "
            + $"{description} id-of-db";
    }

    [Fact]
    public async Task A_source_that_two_rules_of_the_policy_allow_gets_one_rule_with_both_reasons()
    {
        var estate = new EstateBuilder()
            .Host("db", "10.0.0.15")
            .Listens("0.0.0.0:6379", "redis")
            .Tcp("10.0.0.15:6379", "10.0.0.14:40001", "redis")
            .Tcp("10.0.0.15:6379", "10.0.0.14:40002", "redis")
            .Host("vm-2", "10.0.0.14")
            .Tcp("10.0.0.14:40001", "10.0.0.15:6379", "php")
            .Tcp("10.0.0.14:40002", "10.0.0.15:6379", "cron");
        var policy = _folder.Write(
            "flows.yaml",
            "allow:\n  - reason: sessions\n    from-process: php\n  - reason: cleaning up\n    from-process: cron\n"
        );

        var run = await Run.WithAsync(
            new RunEnvironment { Input = estate.Spec.Json() },
            "-i",
            "-",
            "-f",
            "openstack-sg",
            "--policy",
            policy
        );

        var call = Assert.Single(await CallsAsync(run.Succeeded().Text), call => call[2] == "rule");
        Assert.Equal("from php to redis: sessions; from cron to redis: cleaning up", call[^2]);
        Assert.Contains("\n# tcp 6379: redis\n# cleaning up\n# vm-2: cron (in a rule above)\n", run.Text);
    }

    [Fact]
    public async Task Hostile_names_reach_the_client_as_text_and_are_never_executed()
    {
        var calls = await CallsAsync((await FirewallEstate.OfHostileAsync("openstack-sg")).Text);

        var groups = calls.Where(call => call[2] == "create").ToList();
        Assert.Equal(
            HostileEstate
                .Names.Select(name => $"drafted by flowmatrix for {name.Replace('\uE000', '\uFFFD')}")
                .Order(StringComparer.Ordinal),
            groups.Select(call => HostileOutput.Unescape(call[^2])).Order(StringComparer.Ordinal)
        );
        Assert.Equal(HostileEstate.Names.Count, groups.Select(call => call[^1]).Distinct().Count());
        Assert.All(groups, call => Assert.Matches("^[A-Za-z0-9][A-Za-z0-9._-]*$", call[^1]));
        var rules = calls.Where(call => call[2] == "rule").ToList();
        Assert.Equal(HostileEstate.Names.Count, rules.Count);
        Assert.All(rules, call => Assert.StartsWith("from ", call[^2]));
        Assert.Equal(["calls", "openstack", "script"], _folder.Files);
    }

    [Fact]
    public async Task Names_with_quotes_and_commands_reach_the_client_unchanged()
    {
        var matrix = _folder.Write(
            "matrix.csv",
            "protocol,service_host,service_address,service_port,service_path,service_name,client_host,"
                + "client_address,client_path,client_name\n"
                + "TCP,-h'$(touch x)`touch y`,10.0.0.1,80,p,\"'; touch z; '\",web,10.0.0.2,p,\"a'b\"\"c $HOME \\\\n\"\n"
        );
        var run = await Run.WithAsync("-i", matrix, "-f", "openstack-sg");

        var calls = await CallsAsync(run.Succeeded().Text);

        Assert.Equal("drafted by flowmatrix for -h'$(touch x)`touch y`", calls[0][^2]);
        Assert.Equal("h___touch_x__touch_y", calls[0][^1]);
        Assert.Equal(@"from a'b""c $HOME \\n to '; touch z; '", calls[1][^2]);
        Assert.Equal(["calls", "matrix.csv", "openstack", "script"], _folder.Files);
    }

    [Fact]
    public async Task A_description_is_cut_to_the_limit_of_OpenStack()
    {
        var policy = _folder.Write("flows.yaml", $"allow:\n  - reason: {new string('日', 300)}\n    host: '*'\n");

        var calls = await CallsAsync(
            (await Run.OnSampleAsync("-f", "openstack-sg", "--policy", policy)).Succeeded().Text
        );

        Assert.All(calls.Where(call => call[2] == "rule"), call => Assert.Equal(255, call[^2].Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("--to-host nobody")]
    public async Task Shellcheck_reports_nothing(string filter)
    {
        var run = await FirewallEstate.RunAsync(
            "openstack-sg",
            filter.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        );
        _folder.Write("script", run.Text);

        var checkedBy = await CliWrap
            .Cli.Wrap("shellcheck")
            .WithArguments([_folder.PathOf("script")])
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync();

        Assert.Equal("", checkedBy.StandardOutput + checkedBy.StandardError);
    }

    /// <summary>Runs the script and returns the arguments of each call of the client.</summary>
    private async Task<List<string[]>> CallsAsync(string script)
    {
        File.SetUnixFileMode(_folder.Write("openstack", Client), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var result = await CliWrap
            .Cli.Wrap("sh")
            .WithArguments([_folder.Write("script", script)])
            .WithWorkingDirectory(_folder.FullName)
            .WithEnvironmentVariables(variables =>
                variables
                    .Set("PATH", $"{_folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}")
                    .Set("CALLS", _folder.PathOf("calls"))
            )
            .ExecuteBufferedAsync();
        Assert.Equal("", result.StandardOutput + result.StandardError);
        return
        [
            .. (await File.ReadAllTextAsync(_folder.PathOf("calls")))
                .Split("\n.\n", StringSplitOptions.RemoveEmptyEntries)
                .Select(call => call.Split('\n')),
        ];
    }
}
