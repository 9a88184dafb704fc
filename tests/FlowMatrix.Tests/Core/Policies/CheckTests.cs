using System.Text;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Core.Policies;

/// <summary>`flowmatrix check` with a policy.</summary>
public sealed class CheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_policy_that_allows_all_rows_passes()
    {
        var run = await CheckAsync(PolicyRun.AllowAll);

        Assert.Equal("0 violations, 0 warnings: 29 of 29 rows allowed by 1 rule\n", run.Succeeded().Text);
    }

    [Fact]
    public async Task A_row_that_no_rule_allows_is_a_violation()
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
                "violation: not allowed: cinder-schedule on vm-1 (10.0.0.15) to mariadbd on vm-1 (10.0.0.15) "
                    + "on tcp 3306: "
                    + "no rule allows it",
                "1 violation, 0 warnings: 28 of 29 rows allowed by 2 rules",
            ],
            run.Lines
        );
    }

    [Fact]
    public async Task A_missing_required_row_is_a_violation_at_the_place_of_its_rule()
    {
        var run = await CheckAsync(
            $"{PolicyRun.AllowAll}\nrequire:\n  - reason: backups\n    to-process: borg\n    owner: ops\n"
        );

        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith(
            "flows.yaml:5:5: violation: missing: require to-process: borg: "
                + "required, but no row matches: backups (owner: ops)",
            run.Lines[0]
        );
    }

    [Fact]
    public async Task A_required_row_is_also_allowed()
    {
        var run = await CheckAsync(PolicyRun.AllowAll.Replace("allow", "require", StringComparison.Ordinal));

        run.Succeeded();
    }

    [Fact]
    public async Task An_unused_rule_is_a_warning_or_with_strict_a_violation()
    {
        var policy = $"{PolicyRun.AllowAll}\n  - reason: gone\n    to-process: postgres\n";

        var run = await CheckAsync(policy);
        var strict = await CheckAsync(policy, "--strict");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(
            "4:5: warning: unused: allow to-process: postgres: no row matches this rule: gone",
            run.Lines[0]
        );
        Assert.Equal(1, strict.ExitCode);
        Assert.Contains("violation: unused", strict.Lines[0]);
        Assert.StartsWith("1 violation, 0 warnings", strict.Lines[1]);
    }

    [Theory]
    [InlineData("2026-11-22", 0)]
    [InlineData("2026-11-21", 1)]
    public async Task A_rule_is_valid_until_the_end_of_its_last_day(string expires, int code)
    {
        var run = await CheckAsync($"{PolicyRun.AllowAll}\n    expires: {expires}\n");

        Assert.Equal(code, run.ExitCode);
        if (code == 1)
        {
            Assert.Contains($"the rule at line 2 allowed it until {expires}", run.Text);
            Assert.Contains(
                $"2:5: warning: expired: allow host: vm-*: the rule's last day was {expires}, 29 rows would match it",
                run.Text
            );
        }
    }

    [Fact]
    public async Task Filters_select_the_rows_that_are_checked()
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
        "contradictory: \"not\" excludes everything that \"port\" selects"
    )]
    [InlineData(
        "allow:\n  - reason: x\n    to-host: [web-1, web-1*]\n    not: {host: Web-*}",
        2,
        5,
        "contradictory: \"not\" excludes everything that \"to-host\" selects"
    )]
    [InlineData(
        "allow:\n  - reason: x\n    from-address: [10.1.0.0/16, fd00::1]\n    not: {address: '10.0.0.0/8,fd00::/8'}",
        2,
        5,
        "contradictory: \"not\" excludes everything that \"from-address\" selects"
    )]
    [InlineData(
        "allow:\n  - reason: x\n    protocol: tcp\n    not: {protocol: 'udp,tcp'}",
        2,
        5,
        "contradictory: \"not\" excludes everything that \"protocol\" selects"
    )]
    [InlineData(
        "allow:\n  - reason: x\n    port: [3, 4]\n    host: a\n  - reason: y\n    host: a\n    to-port: 4,3",
        5,
        5,
        "contradictory: the rule at line 2 matches the same rows"
    )]
    [InlineData("allow: [", 2, 1, "")]
    public async Task An_invalid_policy_is_reported_with_line_and_column(
        string policy,
        int line,
        int column,
        string problem
    ) => (await CheckAsync(policy)).Failed(2, $"flows.yaml:{line}:{column}: {problem}");

    [Theory]
    [InlineData("port: 3-5", "port: '3,5'")]
    [InlineData("to-host: web*", "to-host: web-1")]
    [InlineData("host: web", "to-host: web")]
    [InlineData("process: /usr/*", "process: '*'")]
    [InlineData("address: 10.0.0.0/8", "address: 10.0.0.0/16")]
    [InlineData("to-port: 3", "to-host: '*'")]
    public async Task A_rule_that_excludes_only_a_part_is_not_contradictory(string given, string not) =>
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
    public async Task Invalid_options_are_usage_errors(string problem, params string[] arguments) =>
        (await Run.WithAsync(arguments)).Failed(2, problem);

    [Fact]
    public async Task Active_filters_are_reported_with_the_number_of_checked_rows()
    {
        var run = await CheckAsync(PolicyRun.AllowAll, "--to-port", "3306", "--not", "--from-process", "none");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            "flowmatrix: filters are on (--to-port 3306 --not --from-process none): 5 of 29 rows are checked\n",
            run.Error
        );
        Assert.Equal("", (await CheckAsync(PolicyRun.AllowAll, "--to-port", "3306", "--quiet")).Error);
        (await CheckAsync(PolicyRun.AllowAll, "--host", "vm-*")).Succeeded();
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
    public async Task A_mistake_in_a_policy_is_reported_with_a_suggestion(string policy, string message)
    {
        var run = await CheckAsync(policy);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error);
    }

    private Task<Run> CheckAsync(string policy, params string[] arguments) =>
        PolicyRun.CheckAsync(_folder, policy, arguments);
}
