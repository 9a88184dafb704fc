using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Output.Firewall;

/// <summary>Firewall drafts with a policy.</summary>
public sealed class FirewallPolicyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(
        "nftables",
        "# tcp 3306: mysqld\n\t\t# the web shop keeps its orders there (owner: shop, until 2099-12-31)\n"
            + "\t\tip saddr {\n\t\t\t10.0.0.2, # web-1: php\n\t\t} ip daddr 10.0.0.1 tcp dport 3306 accept comment "
            + "\"from php to mysqld: the web shop keeps its orders there\"\n"
    )]
    [InlineData(
        "networkpolicy",
        "# the web shop keeps its orders there (owner: shop, until 2099-12-31)\n    - from:\n"
            + "        - ipBlock:\n            cidr: 10.0.0.2/32 # web-1: php\n"
    )]
    [InlineData(
        "openstack-sg",
        "--remote-ip 10.0.0.2/32 --description 'from php to mysqld: the web shop keeps its orders there'"
    )]
    public async Task A_rule_has_the_reason_from_the_policy(string format, string rule)
    {
        var run = await FirewallEstate.RunAsync(format, "-q", "--policy", Policy());

        Assert.Contains(rule, run.Text);
    }

    [Theory]
    [InlineData(
        "nftables",
        "\t\t# left out because {0} does not allow it:\n\t\t# ip saddr {{\n\t\t# \t10.0.0.3, # web-2: php-fpm\n"
    )]
    [InlineData(
        "networkpolicy",
        "    # left out because {0} does not allow it:\n    # - from:\n    #     - ipBlock:\n"
            + "    #         cidr: 10.0.0.3/32 # web-2: php-fpm\n"
    )]
    [InlineData(
        "openstack-sg",
        "# left out because {0} does not allow it:\n# web-2: php-fpm\n# openstack security group rule create --ingress"
    )]
    public async Task Rows_that_the_policy_does_not_allow_are_comments_and_a_warning(string format, string comment)
    {
        var policy = Policy();

        var run = await FirewallEstate.RunAsync(format, "--to-host", "db", "--policy", policy);

        Assert.Contains(string.Format(System.Globalization.CultureInfo.InvariantCulture, comment, policy), run.Text);
        Assert.Equal($"flowmatrix: warning: 4 rows left out: {policy} does not allow them\n", run.Error);
    }

    [Fact]
    public async Task A_network_that_the_policy_allows_only_in_part_is_not_allowed_as_a_whole()
    {
        var policy = _folder.Write("flows.yaml", "allow:\n  - reason: one desk\n    from-address: 10.9.1.7\n");

        var run = await FirewallEstate.RunAsync(
            "nftables",
            "-q",
            "--to-host",
            "db",
            "--name",
            "10.9.0.0/16=office",
            "--policy",
            policy
        );

        Assert.Contains(
            "\t\tip saddr {\n\t\t\t10.9.1.7, # office\n\t\t} ip daddr 10.0.0.1 tcp dport 3306 accept comment "
                + "\"from office to mysqld: one desk\"\n",
            run.Text
        );
        Assert.Contains("\t\t# \t10.9.2.8, # office\n", run.Text);
        Assert.DoesNotContain("10.9.0.0", run.Text);
    }

    [Fact]
    public async Task An_expired_rule_of_the_policy_gives_no_reason()
    {
        var policy = _folder.Write("flows.yaml", "allow:\n  - reason: once\n    host: '*'\n    expires: 2020-01-01\n");

        var run = await FirewallEstate.RunAsync("nftables", "--to-host", "db", "--policy", policy);

        Assert.DoesNotContain("once", run.Text);
        Assert.Contains("6 rows left out", run.Error);
    }

    private string Policy() =>
        _folder.Write(
            "flows.yaml",
            "allow:\n  - reason: the web shop keeps its orders there\n    owner: shop\n"
                + "    expires: 2099-12-31\n    from-host: web-1\n"
                + "  - reason: itself\n    from-host: db\n"
        );
}
