using System.Text;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Core.Policies;

/// <summary>A matrix held against a policy.</summary>
public sealed class CheckTests : IDisposable
{
    private const string Database = """
        allow:
          - reason: all that the sample does
            host: vm-*
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_policy_that_allows_all_flows_passes()
    {
        var run = await CheckAsync(Database);

        Assert.Equal("0 violations, 0 warnings: 29 of 29 rows allowed by 1 rule\n", run.Succeeded().Text);
    }

    [Fact]
    public async Task A_flow_that_nothing_allows_is_a_violation_and_named()
    {
        var run = await CheckAsync(
            """
            allow:
              - reason: all but the database
                host: vm-*
                not: {to-port: 3306, to-process: mariadbd}
              - reason: one of its clients
                to-port: 3306
                from-process: [uwsgi, "neutron-*", nova-*, cinder-volume]
            """
        );

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            [
                "violation: not allowed: cinder-schedule on vm-1 (10.0.0.15) to mariadbd on vm-1 (10.0.0.15) on tcp 3306: no rule allows it",
                "1 violation, 0 warnings: 28 of 29 rows allowed by 2 rules",
            ],
            run.Lines
        );
    }

    [Fact]
    public async Task A_required_flow_that_is_missing_is_a_violation_at_its_place_in_the_policy()
    {
        var run = await CheckAsync(
            $"{Database}\nrequire:\n  - reason: backups\n    to-process: borg\n    owner: ops\n"
        );

        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith(
            "flows.yaml:5:5: violation: missing: require to-process: borg: required, and no such flow is there: backups (owner: ops)",
            run.Lines[0]
        );
    }

    [Fact]
    public async Task A_required_flow_is_allowed_too()
    {
        var run = await CheckAsync(Database.Replace("allow", "require", StringComparison.Ordinal));

        run.Succeeded();
    }

    [Fact]
    public async Task A_rule_that_nothing_uses_is_a_warning_unless_strict()
    {
        var policy = $"{Database}\n  - reason: gone\n    to-process: postgres\n";

        var run = await CheckAsync(policy);
        var strict = await CheckAsync(policy, "--strict");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("4:5: warning: unused: allow to-process: postgres: no flow uses this rule: gone", run.Lines[0]);
        Assert.Equal(1, strict.ExitCode);
        Assert.Contains("violation: unused", strict.Lines[0]);
        Assert.StartsWith("1 violation, 0 warnings", strict.Lines[1]);
    }

    [Theory]
    [InlineData("2026-11-22", 0)]
    [InlineData("2026-11-21", 1)]
    public async Task A_rule_counts_to_the_end_of_its_last_day(string expires, int code)
    {
        var run = await CheckAsync($"{Database}\n    expires: {expires}\n");

        Assert.Equal(code, run.ExitCode);
        if (code == 1)
        {
            Assert.Contains($"the rule at line 2 allowed it until {expires}", run.Text);
            Assert.Contains(
                $"2:5: warning: expired: allow host: vm-*: the rule's last day was {expires}, 29 rows would use it",
                run.Text
            );
        }
    }

    [Fact]
    public async Task Filters_choose_the_rows_that_are_checked()
    {
        var run = await CheckAsync("allow:\n  - reason: dns\n    to-port: 53\n", "--to-port", "53");

        Assert.Equal("0 violations, 0 warnings: 1 of 1 row allowed by 1 rule", run.Lines[^1]);
    }

    [Theory]
    [InlineData("foo: []", 1, 1, "\"foo\" is not a key of a policy; valid keys: allow, require")]
    [InlineData("allow: 3", 1, 8, "\"allow\" must be a list of rules, not a text")]
    [InlineData("allow:\n  - to-port: 3", 2, 5, "the rule has no \"reason\"")]
    [InlineData("allow:\n  - reason: x", 2, 5, "the rule has no condition")]
    [InlineData(
        "allow:\n  - reason: x\n    to-prt: 3",
        3,
        5,
        "\"to-prt\" is not a key of a rule (did you mean to-port?); valid values: reason, owner,"
    )]
    [InlineData("allow:\n  - reason: x\n    to-port: a", 3, 14, "to-port: \"a\" is not a port")]
    [InlineData("allow:\n  - reason: x\n    to-port: [1, b]", 3, 18, "to-port: \"b\" is not a port")]
    [InlineData("allow:\n  - reason: x\n    ipv4: 3", 3, 11, "\"ipv4\" can only be true")]
    [InlineData("allow:\n  - reason: x\n    port: 3\n    expires: soon", 4, 14, "\"expires\" is a day, such as")]
    [InlineData(
        "allow:\n  - reason: x\n    port: 3\n    not: {port: 3}",
        2,
        5,
        "contradictory: \"not\" excludes everything that \"port\" selects"
    )]
    [InlineData(
        "allow:\n  - reason: x\n    port: 3\nrequire:\n  - reason: y\n    port: 3",
        5,
        5,
        "contradictory: the rule at line 2 matches the same rows"
    )]
    [InlineData(
        "allow:\n  - reason: x\n    port: [3, 4-9]\n    not: {port: '1-5,4-9'}",
        2,
        5,
        "contradictory: \"not\" excludes everything that \"port\""
    )]
    [InlineData(
        "allow:\n  - reason: x\n    to-host: [web-1, web-1*]\n    not: {host: Web-*}",
        2,
        5,
        "contradictory: \"not\" excludes everything that \"to-host\""
    )]
    [InlineData(
        "allow:\n  - reason: x\n    from-address: [10.1.0.0/16, fd00::1]\n    not: {address: '10.0.0.0/8,fd00::/8'}",
        2,
        5,
        "contradictory: \"not\" excludes everything that \"from-address\""
    )]
    [InlineData(
        "allow:\n  - reason: x\n    protocol: tcp\n    not: {protocol: 'udp,tcp'}",
        2,
        5,
        "contradictory: \"not\" excludes everything that \"protocol\""
    )]
    [InlineData(
        "allow:\n  - reason: x\n    port: [3, 4]\n    host: a\n  - reason: y\n    host: a\n    to-port: 4,3",
        5,
        5,
        "contradictory: the rule at line 2 matches the same rows"
    )]
    [InlineData("allow: [", 2, 1, "")]
    public async Task A_policy_that_is_wrong_says_where(string policy, int line, int column, string problem) =>
        (await CheckAsync(policy)).Failed(2, $"flows.yaml:{line}:{column}: {problem}");

    [Theory]
    [InlineData("port: 3-5", "port: '3,5'")]
    [InlineData("to-host: web*", "to-host: web-1")]
    [InlineData("host: web", "to-host: web")]
    [InlineData("process: /usr/*", "process: '*'")]
    [InlineData("address: 10.0.0.0/8", "address: 10.0.0.0/16")]
    [InlineData("to-port: 3", "to-host: '*'")]
    public async Task What_takes_back_only_a_part_is_no_contradiction(string given, string not) =>
        Assert.Equal(1, (await CheckAsync($"allow:\n  - reason: x\n    {given}\n    not: {{{not}}}\n")).ExitCode);

    [Theory]
    [InlineData("check needs one of --policy", "check")]
    [InlineData("check needs one of --policy", "check", "--learn", "--schema")]
    [InlineData("--report needs --policy", "check", "--learn", "--report", "junit=x")]
    [InlineData("--output is for a draft or the schema", "check", "-p", "x", "-o", "y")]
    [InlineData(
        "--report \"pdf=y\": is not a report format; valid formats: text, junit, sarif, github, markdown",
        "check",
        "-p",
        "x",
        "--report",
        "pdf=y"
    )]
    [InlineData("has no file after the equals sign", "check", "-p", "x", "--report", "junit=")]
    [InlineData(
        "is the second report for standard output",
        "check",
        "-p",
        "x",
        "--report",
        "github",
        "--report",
        "text"
    )]
    [InlineData("x: no such file", "check", "-p", "x")]
    public async Task What_cannot_be_checked_is_wrong_usage(string problem, params string[] arguments) =>
        (await Run.WithAsync(arguments)).Failed(2, problem);

    [Fact]
    public async Task Several_reports_are_written_in_one_run_and_keep_to_their_schemas()
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

        var run = await CheckAsync(
            Mixed,
            "--report",
            $"junit={junit}",
            "--report",
            $"sarif={sarif}",
            "--report",
            $"markdown={markdown}",
            "--report",
            "github"
        );

        Assert.Equal(1, run.ExitCode);
        Schemas.AssertJUnit(await File.ReadAllBytesAsync(junit));
        await Schemas.AssertSarifAsync(await File.ReadAllTextAsync(sarif));
        Assert.Contains("**violation**: missing", await File.ReadAllTextAsync(markdown));
        Assert.All(run.Lines, line => Assert.Matches("^::(error|warning|notice) ", line));
        Assert.Contains(
            "flows.yaml,line=10,col=5,title=flow missing::require to-port: 2: required, and no such flow",
            run.Text
        );
    }

    [Fact]
    public async Task Reports_are_written_also_where_the_run_fails_early()
    {
        var (junit, sarif) = (_folder.PathOf("r.xml"), _folder.PathOf("r.sarif"));

        var run = await Run.WithAsync(
            "check",
            "-a",
            "127.0.0.1:1",
            "--retries",
            "0",
            "-p",
            _folder.Write("flows.yaml", Database),
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
    public async Task A_report_that_cannot_be_written_keeps_no_other_from_being_written()
    {
        var (gone, also) = (_folder.PathOf("full/r.xml"), _folder.PathOf("full/r.sarif"));
        _folder.Write("full", "");

        var run = await CheckAsync(
            Database,
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
    public async Task A_report_that_cannot_be_written_hides_no_failure_before_it()
    {
        var gone = Path.Combine(_folder.Write("file", ""), "r.xml");

        var run = await Run.WithAsync(
            "check",
            "-a",
            "127.0.0.1:1",
            "--retries",
            "0",
            "-p",
            _folder.Write("flows.yaml", Database),
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
    public async Task Hostile_names_break_no_report()
    {
        var policy = _folder.Write("flows.yaml", "allow:\n  - reason: none\n    to-port: 1\n");
        var (junit, sarif, markdown) = (_folder.PathOf("r.xml"), _folder.PathOf("r.sarif"), _folder.PathOf("r.md"));

        var run = await Run.WithAsync(
            new Around { Input = HostileEstate.Json },
            "check",
            "-i",
            "-",
            "-p",
            policy,
            "--report",
            $"junit={junit}",
            "--report",
            $"sarif={sarif}",
            "--report",
            $"markdown={markdown}",
            "--report",
            "github"
        );

        Assert.Equal(1, run.ExitCode);
        Schemas.AssertJUnit(await File.ReadAllBytesAsync(junit));
        await Schemas.AssertSarifAsync(await File.ReadAllTextAsync(sarif));
        Assert.All(run.Lines, line => Assert.Matches("^::(error|warning|notice) ", line));
        Assert.DoesNotContain('\u001b', run.Text);
        Assert.DoesNotContain('\u202e', await File.ReadAllTextAsync(markdown));
    }

    [Fact]
    public async Task Filters_are_named_with_how_much_they_leave_to_check()
    {
        var run = await CheckAsync(Database, "--to-port", "3306", "--not", "--from-process", "none");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            "flowmatrix: filters are on (--to-port 3306 --not --from-process none): 5 of 29 rows are checked\n",
            run.Error
        );
        Assert.Equal("", (await CheckAsync(Database, "--to-port", "3306", "--quiet")).Error);
        (await CheckAsync(Database, "--host", "vm-*")).Succeeded();
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing yet\n\n")]
    [InlineData("---\n")]
    public async Task An_empty_policy_is_an_error(string policy) =>
        (
            await Run.WithAsync(
                "check",
                "-i",
                Sample.Estate,
                "-p",
                _folder.Write("flows.yaml", policy),
                "--report",
                $"text={_folder.PathOf("r")}"
            )
        ).Failed(2, "flows.yaml: is empty: it needs allow or require\n");

    [Theory]
    [InlineData("allow:\n\t- reason: tabs\n", "flows.yaml:2:1: YAML is indented with spaces, not with tabs")]
    [InlineData(
        "allow:\n  - reason: tabs\n  \tto-port: 1\n",
        "flows.yaml:3:3: YAML is indented with spaces, not with tabs"
    )]
    [InlineData(
        "allow:\n  - reason: a\n    to-proces: x\n",
        "flows.yaml:3:5: \"to-proces\" is not a key of a rule (did you mean to-process?); valid values: "
    )]
    [InlineData(
        "alow:\n  - reason: a\n",
        "flows.yaml:1:1: \"alow\" is not a key of a policy (did you mean allow?); valid keys: "
    )]
    public async Task A_mistake_in_a_policy_is_answered_with_what_was_meant(string policy, string said)
    {
        var run = await CheckAsync(policy);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, run.Error);
    }

    private Task<Run> CheckAsync(string policy, params string[] arguments) =>
        Run.WithAsync(
            new Around { Time = new StoppedClock(new DateTimeOffset(2026, 11, 22, 23, 59, 0, TimeSpan.Zero)) },
            ["check", "-i", Sample.Estate, "-p", _folder.Write("flows.yaml", policy), .. arguments]
        );

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
