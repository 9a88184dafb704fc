using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.EndToEnd.Firewall;

/// <summary>The real nft loads the drafts for nftables.</summary>
[SupportedOSPlatform("linux")]
public sealed class NftablesTests
{
    [NftTheory]
    [InlineData("")]
    [InlineData("--to-host vm-1")]
    [InlineData("--to-host nobody")]
    public async Task Nft_accepts_the_draft_of_the_sample_estate(string filter)
    {
        var run = await Run.OnSampleAsync([
            "-f",
            "nftables",
            "-q",
            .. filter.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ]);

        Assert.Equal("", await Nft.CheckAsync(run.Succeeded().Text));
    }

    [NftFact]
    public async Task Nft_accepts_the_drafts_of_the_hostile_estate_whose_names_are_only_comments()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(
            "",
            await Nft.CheckAsync(
                (
                    await FirewallEstate.OfHostileAsync(
                        "nftables",
                        "--name",
                        "192.0.2.0/24=\"; } \u202e",
                        "--name",
                        "10.0.0.0/8=2nd"
                    )
                ).Text
            )
        );
        await FirewallEstate.OfHostileAsync("nftables", "-o", folder.PathOf("{host}"));

        Assert.Equal(HostileEstate.Names.Count, folder.Files.Count());
        foreach (var file in folder.Files)
        {
            var loaded = await Nft.LoadAsync(await File.ReadAllTextAsync(folder.PathOf(file)));
            Assert.Equal([8000], Ports(loaded));
            Assert.Single(Sources(loaded, "ip"));
            Assert.Single(loaded, item => item["table"] is not null);
            Assert.Equal(
                1,
                loaded.Count(item =>
                    ((string?)item["rule"]?["comment"])?.StartsWith("from ", StringComparison.Ordinal) == true
                )
            );
        }
    }

    [NftTheory]
    [InlineData("2nd-lan")]
    [InlineData("10.9.0.0/16")]
    [InlineData("accept")]
    [InlineData("_")]
    [InlineData("日本語")]
    public async Task A_network_can_have_any_name(string name)
    {
        var run = await FirewallEstate.RunAsync("nftables", "--to-host", "db", "--name", $"10.9.0.0/16={name}");

        Assert.Equal("", await Nft.CheckAsync(run.Text));
        Assert.Contains("_v4 ip daddr 10.0.0.1 tcp dport 3306 accept", run.Text);
    }

    [NftFact]
    public async Task The_kernel_has_a_rule_for_each_port_and_family_and_drops_the_rest()
    {
        var run = await FirewallEstate.RunAsync("nftables", "--to-host", "db");

        var loaded = await Nft.LoadAsync(run.Text);

        Assert.Equal(["10.0.0.2", "10.0.0.3", "10.9.1.7", "10.9.2.8", "192.0.2.9"], Sources(loaded, "ip"));
        Assert.Equal(["fd00::2"], Sources(loaded, "ip6"));
        Assert.Equal([3306, 3306], Ports(loaded));
        var chain = loaded.Select(item => item["chain"]).OfType<JsonNode>().Single();
        Assert.Equal(("input", "drop"), ((string)chain["hook"]!, (string)chain["policy"]!));
        Assert.Contains("from php, php-fpm to mysqld", loaded.Select(item => (string?)item["rule"]?["comment"]));
    }

    [NftFact]
    public async Task A_named_network_is_a_named_set()
    {
        var run = await FirewallEstate.RunAsync(
            "nftables",
            "--to-host",
            "db",
            "--name",
            "10.9.0.0/16=the \"office\"",
            "--name",
            "10.9.2.0/24=the \"office\"",
            "--name",
            "::/0=the \"office\""
        );

        var loaded = await Nft.LoadAsync(run.Text);

        var set = loaded.Select(item => item["set"]).OfType<JsonNode>().Single();
        Assert.Equal(
            ("net_the__office_v4", "10.9.0.0", 16),
            ((string)set["name"]!, Prefix(set)["addr"]!.GetValue<string>(), (int)Prefix(set)["len"]!)
        );
        Assert.Contains("ip saddr @net_the__office_v4 ip daddr 10.0.0.1 tcp dport 3306 accept", run.Text);
        Assert.Equal(["10.0.0.2", "10.0.0.3", "192.0.2.9"], Sources(loaded, "ip"));

        static JsonNode Prefix(JsonNode set) => Assert.Single(set["elem"]!.AsArray())!["prefix"]!;
    }

    [NftFact]
    public async Task Only_a_file_with_the_ruleset_of_a_single_host_is_active()
    {
        var several = await Run.OnSampleAsync("-f", "nftables");
        var one = await Run.OnSampleAsync("-f", "nftables", "--to-host", "vm-1");

        Assert.Contains("flags dormant", await Nft.ListAsync(several.Succeeded().Text));
        var acting = await Nft.ListAsync(one.Succeeded().Text);
        Assert.DoesNotContain("flags dormant", acting);
        Assert.StartsWith(acting, await Nft.ListAsync($"{one.Text}\n{several.Text}"));
    }

    [NftFact]
    public async Task A_comment_is_cut_between_characters_to_the_length_that_nft_accepts()
    {
        var policy =
            $"allow:\n  - reason: \"{string.Concat(Enumerable.Repeat("日本語\\\\\\\"", 40))}\"\n    host: '*'\n";
        using var folder = new TemporaryFolder();

        var run = await Run.OnSampleAsync(
            "-f",
            "nftables",
            "--to-host",
            "vm-1",
            "--policy",
            folder.Write("flows.yaml", policy)
        );

        var loaded = await Nft.LoadAsync(run.Succeeded().Text);
        var comments = loaded
            .Select(item => (string?)item["rule"]?["comment"])
            .OfType<string>()
            .Where(text => text.StartsWith("from", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(4, comments.Count);
        Assert.All(comments, comment => Assert.InRange(Encoding.UTF8.GetByteCount(comment), 120, 128));
        Assert.All(comments, comment => Assert.EndsWith("...", comment));
        Assert.DoesNotContain(comments, comment => comment.Contains('\uFFFD', StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_draft_of_the_sample_estate_matches_its_snapshot()
    {
        var run = await Run.OnSampleAsync("-f", "nftables", "--policy", Sample.Policy);

        Snapshots.Match(run.Succeeded().Text, "sample-nftables");
    }

    private static IEnumerable<int> Ports(IReadOnlyList<JsonNode> loaded) =>
        Matches(loaded)
            .Where(match =>
                (string?)match["left"]?["payload"]?["field"] == "dport"
                && (string?)match["left"]?["payload"]?["protocol"] != "udp"
            )
            .Select(match => (int)match["right"]!);

    /// <summary>The comments of the rules that contain addresses.</summary>
    private static IEnumerable<string> Sources(IReadOnlyList<JsonNode> loaded, string family) =>
        Matches(loaded)
            .Where(match =>
                (string?)match["left"]?["payload"]?["field"] == "saddr"
                && (string?)match["left"]?["payload"]?["protocol"] == family
            )
            .SelectMany(match =>
                match["right"] switch
                {
                    JsonValue one when !one.ToString().StartsWith('@') => [one.ToString()],
                    JsonObject set when set["set"] is JsonArray elements => elements.Select(element =>
                        element!.ToString()
                    ),
                    _ => [],
                }
            );

    private static IEnumerable<JsonNode> Matches(IReadOnlyList<JsonNode> loaded) =>
        loaded
            .Select(item => item["rule"])
            .OfType<JsonNode>()
            .SelectMany(rule => rule["expr"]!.AsArray())
            .Select(expression => expression!["match"])
            .OfType<JsonNode>();
}
