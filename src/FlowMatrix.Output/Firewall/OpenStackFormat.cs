using FlowMatrix.Core.Net;

namespace FlowMatrix.Output.Firewall;

/// <summary>A shell script that makes a security group of OpenStack a host. Source: docs.openstack.org, python-openstackclient.</summary>
internal sealed class OpenStackFormat : FirewallFormat
{
    /// <summary>Of a group or a rule. Source: OpenStack Networking API, DB_FIELD_MAX_LEN.</summary>
    private const int LongestDescription = 255;

    public override string Name => "openstack-sg";

    public override string Description => "a draft of OpenStack security groups, as a script";

    protected override void Write(FirewallDraft draft, TextWriter text, CancellationToken cancel)
    {
        text.WriteLine("#!/bin/sh");
        Comment(text, "", DraftWords.Heading(draft));
        Comment(
            text,
            "",
            [
                "- at which address a port is served: it is open at all of the server's",
                "- what goes out: a new group lets all of it out",
                "- ping: answers and errors to what goes out come in all the same",
                "",
                "Check it with sh -n FILE and run it once, with the openstack client and your credentials: each run makes new groups.",
                "What any group of a server lets in comes in: give it the new one with openstack server add security group SERVER",
                "GROUP, and take the others from it.",
            ]
        );
        text.WriteLine("set -eu");
        WriteRest(text, draft.InNone);
        foreach (var host in draft.Hosts)
        {
            cancel.ThrowIfCancellationRequested();
            text.WriteLine();
            text.WriteLine(
                "group=$(openstack security group create --format value --column id "
                    + $"--description {Description255($"drafted by flowmatrix for {host.Host}")} {Quote(host.FileName)})"
            );
            WriteRules(text, host, draft.Policy, cancel);

            WriteRest(text, host.RowsWithoutRule);
        }
    }

    /// <summary>
    /// A rule that differs from another one in nothing but its description is refused, and the script would end there:
    /// one rule then has both reasons. Source: OpenStack Networking API, SecurityGroupRuleExists.
    /// </summary>
    private static void WriteRules(TextWriter text, HostDraft host, string? policy, CancellationToken cancel)
    {
        var reasons = host
            .Rules.Where(rule => !rule.Refused)
            .SelectMany(rule =>
                rule.Sources.Select(source => (Key: Key(rule, source), Text: DraftWords.Short(rule, [source])))
            )
            .ToLookup(reason => reason.Key, reason => reason.Text);
        var written = new HashSet<(Protocol, ushort, IpNetwork)>();
        foreach (var rule in host.Rules)
        {
            cancel.ThrowIfCancellationRequested();
            text.WriteLine();
            Comment(text, "", DraftWords.About(rule, policy));
            foreach (var source in rule.Sources)
            {
                var again = !rule.Refused && !written.Add(Key(rule, source));
                var about = $"{DraftWords.About(source)}{(again ? " (in a rule above)" : "")}".TrimStart();
                Comment(text, "", about.Length > 0 ? [about] : []);
                if (!again)
                {
                    WriteRule(
                        text,
                        rule,
                        source,
                        rule.Refused ? [DraftWords.Short(rule, [source])] : reasons[Key(rule, source)]
                    );
                }
            }
        }
    }

    /// <summary>What no two rules of a group may have in common.</summary>
    private static (Protocol, ushort, IpNetwork) Key(DraftRule rule, DraftSource source) =>
        (rule.Protocol, rule.Port, source.Network);

    private static void WriteRule(TextWriter text, DraftRule rule, DraftSource source, IEnumerable<string> reasons) =>
        text.WriteLine(
            $"{(rule.Refused ? "# " : "")}openstack security group rule create --ingress --protocol {rule.Protocol.Name().ToLowerInvariant()} "
                + $"--dst-port {rule.Port} --ethertype {(rule.IsV4 ? "IPv4" : "IPv6")} --remote-ip {source.Network.Cidr} "
                + $"--description {Description255(string.Join("; ", reasons.Distinct()))} \"$group\" > /dev/null"
        );

    private static void WriteRest(TextWriter text, IReadOnlyList<RowsWithoutRule> flows)
    {
        if (flows.Count > 0)
        {
            text.WriteLine();
            Comment(text, "", DraftWords.Rest(flows));
        }
    }

    private static string Description255(string text) =>
        Quote(DraftWords.Fit(DraftWords.Line(text), LongestDescription, _ => 1));

    /// <summary>As a word that the shell takes as it is. Source: POSIX, "Quoting".</summary>
    private static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
