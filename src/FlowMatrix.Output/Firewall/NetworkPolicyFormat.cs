using FlowMatrix.Core.Net;
using FlowMatrix.Output.Yaml;

namespace FlowMatrix.Output.Firewall;

/// <summary>A NetworkPolicy of Kubernetes a host. Source: kubernetes.io, "Network Policies", networking.k8s.io/v1.</summary>
internal sealed class NetworkPolicyFormat : FirewallFormat
{
    public override string Name => "networkpolicy";

    public override bool GuardsServices => true;

    public override string Description => "a draft of Kubernetes NetworkPolicies";

    protected override void Write(FirewallDraft draft, TextWriter text, CancellationToken cancel)
    {
        Comment(text, "", DraftWords.Heading(draft));
        Comment(
            text,
            "",
            [
                "- at which address a port is served: it is open at all of the pod's",
                "- what goes out, and pods with hostNetwork: true",
                "",
                "Sockets say which host has them, not which labels its pods have. Each policy picks the pods with the label",
                "app.kubernetes.io/name that is the host's name: put the labels that yours have in its place. Sources are addresses",
                "as they were; where they are those of pods, a podSelector outlives them. Add the namespace with kubectl -n.",
                "Check it with kubectl apply --dry-run=server -f FILE.",
            ]
        );
        Comment(text, "", DraftWords.Rest(draft.InNone));
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
        text.WriteLine($"    flowmatrix/host: {YamlScalar.Quote(DraftWords.Line(host.Host))}");
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

        Comment(text, "    ", DraftWords.Rest(host.RowsWithoutRule));
    }

    private static void WriteRule(TextWriter text, DraftRule rule, string? policy)
    {
        Comment(text, "    ", DraftWords.About(rule, policy));
        var indent = rule.Refused ? "    # " : "    ";
        text.WriteLine($"{indent}- from:");
        foreach (var source in rule.Sources)
        {
            var about = DraftWords.About(source);
            text.WriteLine($"{indent}    - ipBlock:");
            text.WriteLine(
                $"{indent}        cidr: {YamlScalar.Plain(source.Network.Cidr)}{(about.Length > 0 ? $" # {about}" : "")}"
            );
        }

        text.WriteLine($"{indent}  ports:");
        text.WriteLine($"{indent}    - protocol: {rule.Protocol.Name()}");
        text.WriteLine($"{indent}      port: {rule.Port}");
    }
}
