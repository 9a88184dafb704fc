using FlowMatrix.Tests.Cli;
using FlowMatrix.Tests.Matching;
using FlowMatrix.Tests.Skydive;

namespace FlowMatrix.Tests.Formats.Firewall;

/// <summary>Which rules a draft has: never more than was seen and the policy allows.</summary>
public sealed class DraftBuilderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_named_network_in_which_a_known_host_is_refused_is_not_let_in_whole()
    {
        var estate = new EstateBuilder()
            .Host("db", "10.0.0.15").Listens("0.0.0.0:6379", "redis")
            .Tcp("10.0.0.15:6379", "10.0.0.14:40001", "redis").Tcp("10.0.0.15:6379", "10.0.0.99:40002", "redis")
            .Host("vm-2", "10.0.0.14").Tcp("10.0.0.14:40001", "10.0.0.15:6379", "evil");
        var policy = Policy("- reason: lan\n    to-port: 6379\n    not: {from-process: evil}");

        var run = await DraftAsync(estate, "--name", "10.0.0.0/24=lan", "--policy", policy);

        Assert.Contains("\t\t\t10.0.0.99, # lan\n", run.Text);
        Assert.DoesNotContain("10.0.0.0", run.Text);
    }

    [Fact]
    public async Task A_named_network_in_which_a_named_network_is_refused_is_not_let_in_whole()
    {
        var estate = new EstateBuilder()
            .Host("db", "10.0.0.15").Listens("0.0.0.0:6379", "redis").Listens("0.0.0.0:80", "nginx")
            .Tcp("10.0.0.15:6379", "10.1.0.1:40001", "redis").Tcp("10.0.0.15:6379", "10.9.0.1:40002", "redis")
            .Tcp("10.0.0.15:80", "10.1.0.1:40003", "nginx");
        var policy = Policy("- reason: corporate\n    from-host: corp");

        var run = await DraftAsync(estate, "--name", "10.0.0.0/8=corp", "--name", "10.9.0.0/16=office", "--policy", policy);

        Assert.Contains("\t\t\t10.1.0.1, # corp\n", run.Text);
        Assert.Matches("@.*corp_v4 .*dport 80 accept", run.Text);
        Assert.DoesNotMatch("@.*corp_v4 .*dport 6379", run.Text);
    }

    private string Policy(string rules) => _folder.Write("flows.yaml", $"allow:\n  {rules}\n");

    private static async Task<Run> DraftAsync(EstateBuilder estate, params string[] arguments) =>
        (await Run.WithAsync(new Around { Input = estate.Spec.Json() }, ["-i", "-", "-q", "-f", "nftables", .. arguments])).Succeeded();
}
