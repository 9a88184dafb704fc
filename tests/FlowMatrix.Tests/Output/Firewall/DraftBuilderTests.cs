using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Output.Firewall;

/// <summary>Which rules a draft has. It never allows more than what was seen and what the policy allows.</summary>
public sealed class DraftBuilderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_named_network_is_not_allowed_as_a_whole_if_the_policy_refuses_a_host_in_it()
    {
        var estate = new EstateBuilder()
            .Host("db", "10.0.0.15")
            .Listens("0.0.0.0:6379", "redis")
            .Tcp("10.0.0.15:6379", "10.0.0.14:40001", "redis")
            .Tcp("10.0.0.15:6379", "10.0.0.99:40002", "redis")
            .Host("vm-2", "10.0.0.14")
            .Tcp("10.0.0.14:40001", "10.0.0.15:6379", "evil");
        var policy = Policy("- reason: lan\n    to-port: 6379\n    not: {from-process: evil}");

        var run = await DraftAsync(estate, "--name", "10.0.0.0/24=lan", "--policy", policy);

        Assert.Contains("\t\t\t10.0.0.99, # lan\n", run.Text);
        Assert.DoesNotContain("10.0.0.0", run.Text);
    }

    [Fact]
    public async Task A_named_network_is_not_allowed_as_a_whole_if_the_policy_refuses_another_named_network_in_it()
    {
        var estate = new EstateBuilder()
            .Host("db", "10.0.0.15")
            .Listens("0.0.0.0:6379", "redis")
            .Listens("0.0.0.0:80", "nginx")
            .Tcp("10.0.0.15:6379", "10.1.0.1:40001", "redis")
            .Tcp("10.0.0.15:6379", "10.9.0.1:40002", "redis")
            .Tcp("10.0.0.15:80", "10.1.0.1:40003", "nginx");
        var policy = Policy("- reason: corporate\n    from-host: corp");

        var run = await DraftAsync(
            estate,
            "--name",
            "10.0.0.0/8=corp",
            "--name",
            "10.9.0.0/16=office",
            "--policy",
            policy
        );

        Assert.Contains("\t\t\t10.1.0.1, # corp\n\t\t} ip daddr 10.0.0.15 tcp dport 6379 accept", run.Text);
        Assert.Contains("@net_corp_v4 ip daddr 10.0.0.15 tcp dport 80 accept", run.Text);
    }

    [NftFact]
    public async Task Clients_of_a_service_may_not_use_another_service_at_the_same_port_of_another_address()
    {
        var estate = new EstateBuilder()
            .Host("web", "10.0.0.8", "10.0.1.8", "fd00::8")
            .Listens("10.0.0.8:80", "shop")
            .Listens("10.0.1.8:80", "admin-ui")
            .Listens("[fd00::8]:80", "shop")
            .Tcp("10.0.0.8:80", "10.0.0.2:40001", "shop")
            .Tcp("10.0.1.8:80", "10.0.0.3:40002", "admin-ui")
            .Tcp("[fd00::8]:80", "[fd00::2]:40003", "shop");

        var run = await DraftAsync(estate);

        Assert.Equal("", await Nft.CheckAsync(run.Text));
        Assert.Contains(
            "\t\t\t10.0.0.2,\n\t\t} ip daddr 10.0.0.8 tcp dport 80 accept comment \"from outside to shop\"",
            run.Text
        );
        Assert.Contains(
            "\t\t\t10.0.0.3,\n\t\t} ip daddr 10.0.1.8 tcp dport 80 accept comment \"from outside to admin-ui\"",
            run.Text
        );
        Assert.Contains("\t\t\tfd00::2,\n\t\t} ip6 daddr fd00::8 tcp dport 80 accept", run.Text);
    }

    [Theory]
    [InlineData("nftables", "10.0.0.15", 1)]
    [InlineData("nftables", "10.0.0.16", 0)]
    [InlineData("networkpolicy", "10.0.0.15", 1)]
    [InlineData("networkpolicy", "10.0.0.16", 1)]
    [InlineData("openstack-sg", "10.0.0.16", 1)]
    public async Task A_refused_client_that_the_rule_of_another_client_allows_is_reported(
        string format,
        string refusedService,
        int reportedRows
    )
    {
        var estate = new EstateBuilder()
            .Host("db", "10.0.0.15", "10.0.0.16")
            .Listens("0.0.0.0:6379", "redis")
            .Tcp("10.0.0.15:6379", "10.0.0.14:40001", "redis")
            .Tcp($"{refusedService}:6379", "10.0.0.14:40002", "redis")
            .Host("vm-2", "10.0.0.14")
            .Tcp("10.0.0.14:40001", "10.0.0.15:6379", "good")
            .Tcp("10.0.0.14:40002", $"{refusedService}:6379", "evil");
        var policy = Policy("- reason: the cache\n    from-process: good");

        var run = await Run.WithAsync(
            new RunEnvironment { Input = estate.Spec.Json() },
            "-i",
            "-",
            "-f",
            format,
            "--policy",
            policy
        );

        Assert.Equal(reportedRows, run.Text.Split("# vm-2: evil (allowed anyway by a rule above)").Length - 1);
        Assert.Equal(
            $"flowmatrix: warning: 1 row left out: {policy} does not allow them\n"
                + (
                    reportedRows == 0
                        ? ""
                        : "flowmatrix: warning: 1 row of these is still allowed, by a rule for another client "
                            + "at its address\n"
                ),
            run.Error
        );
    }

    [Theory]
    [InlineData("nftables", false)]
    [InlineData("openstack-sg", false)]
    [InlineData("networkpolicy", true)]
    public async Task A_published_container_port_becomes_a_rule_only_if_rules_apply_after_redirection(
        string format,
        bool isRule
    )
    {
        var estate = new EstateBuilder()
            .Host("vm-1", "10.0.0.15")
            .Listens("0.0.0.0:8080", "docker-proxy")
            .Listens("[::]:80", "nginx")
            .Tcp("172.17.0.2:80", "10.0.0.14:40000", "nginx")
            .Host("vm-2", "10.0.0.14")
            .Tcp("10.0.0.14:40000", "10.0.0.15:8080", "curl");

        var run = await Run.WithAsync(new RunEnvironment { Input = estate.Spec.Json() }, "-i", "-", "-f", format);

        Assert.Equal(
            isRule,
            run.Text.Contains("10.0.0.14/32", StringComparison.Ordinal)
                || run.Text.Contains("10.0.0.14,", StringComparison.Ordinal)
        );
        Assert.Equal(
            isRule ? "" : "flowmatrix: warning: 1 row without a rule: see the comments in the draft\n",
            run.Error
        );
        Assert.Equal(
            !isRule,
            run.Text.Contains(
                "# no rule: tcp 80 of nginx, from curl on vm-2 (10.0.0.14): clients connected to 10.0.0.15 "
                    + "and were redirected",
                StringComparison.Ordinal
            )
        );
    }

    [Fact]
    public async Task A_row_whose_direction_is_a_guess_becomes_no_rule()
    {
        var estate = new EstateBuilder()
            .Host("a", "10.0.0.1")
            .Tcp("10.0.0.1:40000", "10.0.0.2:50000", "one")
            .Host("b", "10.0.0.2")
            .Tcp("10.0.0.2:50000", "10.0.0.1:40000", "two");

        var run = await Run.WithAsync(new RunEnvironment { Input = estate.Spec.Json() }, "-i", "-", "-f", "nftables");

        Assert.Contains(
            "# no rule: tcp 40000 of one, from two on b (10.0.0.2): its direction is a guess: nothing shows "
                + "which end is the service\n",
            run.Text
        );
        Assert.DoesNotContain("dport 40000", run.Text);
        Assert.Equal("flowmatrix: warning: 1 row without a rule: see the comments in the draft\n", run.Error);
    }

    private string Policy(string rules) => _folder.Write("flows.yaml", $"allow:\n  {rules}\n");

    private static async Task<Run> DraftAsync(EstateBuilder estate, params string[] arguments) =>
        (
            await Run.WithAsync(
                new RunEnvironment { Input = estate.Spec.Json() },
                ["-i", "-", "-q", "-f", "nftables", .. arguments]
            )
        ).Succeeded();
}
