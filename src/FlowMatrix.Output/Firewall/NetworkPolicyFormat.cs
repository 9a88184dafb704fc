using FlowMatrix.Core.Net;
using FlowMatrix.Output.Yaml;

namespace FlowMatrix.Output.Firewall;

/// <summary>
/// One Kubernetes NetworkPolicy per host. Source: kubernetes.io, "Network Policies", networking.k8s.io/v1.
/// </summary>
internal sealed class NetworkPolicyFormat : FirewallFormat
{
    public override string Name => "networkpolicy";

    public override bool AppliesAfterRedirection => true;

    public override string Description => "a draft of Kubernetes NetworkPolicies";

    protected override void Write(FirewallDraft draft, TextWriter text, CancellationToken cancel)
    {
        Comment(text, "", DraftText.Heading(draft));
        Comment(
            text,
            "",
            [
                "- the address of a service: its port is open at all addresses of the pod",
                "- outgoing traffic, and pods with hostNetwork: true",
                "",
                "Sockets name their host, but not the labels of its pods. Each policy selects the pods whose label",
                "app.kubernetes.io/name is the host's name: replace it with the labels of your pods. Sources are",
                "the addresses that were seen: replace those of pods with a podSelector, since they change. Set",
                "the namespace with kubectl -n. Check it with kubectl apply --dry-run=server -f FILE.",
            ]
        );
        Comment(text, "", DraftText.WithoutRule(draft.WithoutFirewall));
        foreach (var host in draft.Hosts)
        {
            cancel.ThrowIfCancellationRequested();
            WriteHost(text, host, YamlScalar.Quote(host.Label), draft.Policy, cancel);
        }
    }

    private static void WriteHost(
        TextWriter text,
        HostDraft host,
        string label,
        string? policy,
        CancellationToken cancel
    )
    {
        text.WriteLine("---");
        text.WriteLine("apiVersion: networking.k8s.io/v1");
        text.WriteLine("kind: NetworkPolicy");
        text.WriteLine("metadata:");
        text.WriteLine($"  name: {label}");
        text.WriteLine("  annotations:");
        text.WriteLine($"    flowmatrix/host: {YamlScalar.Quote(DraftText.Line(host.Host))}");
        text.WriteLine("spec:");
        text.WriteLine("  podSelector:");
        text.WriteLine("    matchLabels:");
        text.WriteLine($"      app.kubernetes.io/name: {label}");
        text.WriteLine("  policyTypes: [Ingress]");
        text.WriteLine(host.Rules.All(rule => rule.Refused) ? "  ingress: []" : "  ingress:");
        foreach (var rule in host.Rules)
        {
            cancel.ThrowIfCancellationRequested();
            WriteRule(text, rule, policy);
        }

        Comment(text, "    ", DraftText.WithoutRule(host.RowsWithoutRule));
    }

    private static void WriteRule(TextWriter text, DraftRule rule, string? policy)
    {
        Comment(text, "    ", DraftText.About(rule, policy));
        var indent = rule.Refused ? "    # " : "    ";
        text.WriteLine($"{indent}- from:");
        foreach (var source in rule.Sources)
        {
            var about = DraftText.About(source);
            text.WriteLine($"{indent}    - ipBlock:");
            var comment = about.Length > 0 ? $" # {about}" : "";
            text.WriteLine($"{indent}        cidr: {YamlScalar.Plain(source.Network.Cidr)}{comment}");
        }

        text.WriteLine($"{indent}  ports:");
        text.WriteLine($"{indent}    - protocol: {rule.Protocol.Name()}");
        text.WriteLine($"{indent}      port: {rule.Port}");
    }
}
