using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace FlowMatrix.Tests.Output.Firewall;

/// <summary>Drafts of NetworkPolicies, read by a YAML parser and validated against the schema of Kubernetes.</summary>
public sealed class NetworkPolicyTests
{
    [Fact]
    public async Task The_draft_of_the_sample_estate_matches_its_snapshot_and_is_valid()
    {
        var run = await Run.OnSampleAsync("-f", "networkpolicy", "--policy", Sample.Policy);

        Snapshots.Match(run.Succeeded().Text, "sample-networkpolicy");
        Assert.Equal(["vm-1"], (await PoliciesAsync(run)).Select(Name));
    }

    [Fact]
    public async Task Each_host_has_a_policy_that_allows_what_was_seen()
    {
        var run = await FirewallEstate.RunAsync("networkpolicy", "--to-host", "db", "--name", "10.9.0.0/16=office");

        var policy = Assert.Single(await PoliciesAsync(run));

        Assert.Equal(["Ingress"], policy["spec"]!["policyTypes"]!.AsArray().Select(type => (string?)type));
        Assert.Equal(
            ["10.0.0.2/32 10.0.0.3/32 192.0.2.9/32 TCP 3306", "10.9.0.0/16 TCP 3306", "fd00::2/128 TCP 3306"],
            policy["spec"]!["ingress"]!
                .AsArray()
                .Select(rule =>
                    $"{string.Join(' ', Blocks(rule!))} {rule!["ports"]![0]!["protocol"]} {rule["ports"]![0]!["port"]}"
                )
        );
    }

    [Fact]
    public async Task Hostile_names_become_valid_and_distinct_labels()
    {
        var policies = await PoliciesAsync(await FirewallEstate.OfHostileAsync("networkpolicy"));

        Assert.All(policies, policy => Assert.Matches("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", Name(policy)));
        Assert.Equal(HostileEstate.Names.Count, policies.Select(Name).Distinct().Count());
        Assert.Equal(
            HostileEstate.Names.Select(name => name.Replace('\uE000', '\uFFFD')).Order(StringComparer.Ordinal),
            policies
                .Select(policy =>
                    HostileOutput.Unescape((string)policy["metadata"]!["annotations"]!["flowmatrix/host"]!)
                )
                .Order(StringComparer.Ordinal)
        );
        Assert.All(policies, policy => Assert.Single(policy["spec"]!["ingress"]!.AsArray()));
    }

    [Fact]
    public async Task Hosts_whose_names_would_become_the_same_label_get_distinct_policies()
    {
        using var folder = new TemporaryFolder();
        string[] hosts = ["a.b", "a b", "A-B", "a-b", "日本", "Ä", new string('x', 70), new string('x', 80)];
        var rows = hosts.Select(host => $"TCP,{host},10.0.0.1,80,p,httpd,web,10.0.0.2,p,curl");
        var path = folder.Write("matrix.csv", $"{Header}\n{string.Join('\n', rows)}\n");

        var run = await Run.WithAsync("-i", path, "-f", "networkpolicy");

        var names = (await PoliciesAsync(run.Succeeded())).Select(Name).ToList();
        Assert.Equal(hosts.Length, names.Distinct().Count());
        Assert.Contains("a-b", names);
        Assert.All(names, name => Assert.Matches("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", name));
    }

    private const string Header =
        "protocol,service_host,service_address,service_port,service_path,service_name,client_host,"
        + "client_address,client_path,client_name";

    private static string Name(JsonNode policy) => (string)policy["metadata"]!["name"]!;

    private static IEnumerable<string> Blocks(JsonNode rule) =>
        rule["from"]!.AsArray().Select(peer => IPNetwork.Parse((string)peer!["ipBlock"]!["cidr"]!).ToString());

    /// <summary>The YAML documents of the output, each validated against the schema.</summary>
    private static async Task<List<JsonNode>> PoliciesAsync(Run run)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(run.Text));
        var policies = yaml.Documents.Select(document => Node(document.RootNode)).ToList();
        foreach (var policy in policies)
        {
            await Schemas.AssertNetworkPolicyAsync(policy.ToJsonString());
        }

        return policies;
    }

    private static JsonNode Node(YamlNode node) =>
        node switch
        {
            YamlMappingNode map => new JsonObject(
                map.Children.Select(child =>
                    KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, (JsonNode?)Node(child.Value))
                )
            ),
            YamlSequenceNode list => new JsonArray([.. list.Children.Select(Node)]),
            YamlScalarNode { Style: ScalarStyle.Plain } scalar
                when int.TryParse(scalar.Value, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(
                number
            ),
            _ => JsonValue.Create(((YamlScalarNode)node).Value!),
        };
}
