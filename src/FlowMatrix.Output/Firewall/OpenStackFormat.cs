using FlowMatrix.Core.Net;

namespace FlowMatrix.Output.Firewall;

/// <summary>
/// A shell script that creates one OpenStack security group per host. Source: docs.openstack.org,
/// python-openstackclient.
/// </summary>
internal sealed class OpenStackFormat : FirewallFormat
{
    /// <summary>
    /// Limit of the description of a group or rule in characters. Source: OpenStack Networking API, DB_FIELD_MAX_LEN.
    /// </summary>
    private const int MaxDescriptionLength = 255;

    public override string Name => "openstack-sg";

    public override string Description => "a draft of OpenStack security groups, as a script";

    protected override void Write(FirewallDraft draft, TextWriter text, CancellationToken cancel)
    {
        text.WriteLine("#!/bin/sh");
        Comment(text, "", DraftText.Heading(draft));
        Comment(
            text,
            "",
            [
                "- the address of a service: its port is open at all addresses of the server",
                "- outgoing traffic: a new group allows all of it",
                "- ping to the server: only replies and errors for its outgoing traffic are allowed",
                "",
                "Check it with sh -n FILE and run it once, with the openstack client and your credentials: each run",
                "creates new groups. A server accepts what any of its groups allows: add the new group with",
                "openstack server add security group SERVER GROUP, and remove the others.",
            ]
        );
        text.WriteLine("set -eu");
        WriteWithoutRule(text, draft.WithoutFirewall);
        foreach (var host in draft.Hosts)
        {
            cancel.ThrowIfCancellationRequested();
            text.WriteLine();
            var description = QuoteDescription($"drafted by flowmatrix for {host.Host}");
            text.WriteLine(
                "group=$(openstack security group create --format value --column id "
                    + $"--description {description} {Quote(host.FileName)})"
            );
            WriteRules(text, host, draft.Policy, cancel);

            WriteWithoutRule(text, host.RowsWithoutRule);
        }
    }

    /// <summary>
    /// OpenStack refuses a rule that differs from another one only in its description, which would end the script. Such
    /// rules become one rule with all their reasons. Source: OpenStack Networking API, SecurityGroupRuleExists.
    /// </summary>
    private static void WriteRules(TextWriter text, HostDraft host, string? policy, CancellationToken cancel)
    {
        var reasons = host
            .Rules.Where(rule => !rule.Refused)
            .SelectMany(rule =>
                rule.Sources.Select(source => (Key: Key(rule, source), Text: DraftText.Short(rule, [source])))
            )
            .ToLookup(reason => reason.Key, reason => reason.Text);
        var written = new HashSet<(Protocol, ushort, IpNetwork)>();
        foreach (var rule in host.Rules)
        {
            cancel.ThrowIfCancellationRequested();
            text.WriteLine();
            Comment(text, "", DraftText.About(rule, policy));
            foreach (var source in rule.Sources)
            {
                var again = !rule.Refused && !written.Add(Key(rule, source));
                var about = $"{DraftText.About(source)}{(again ? " (in a rule above)" : "")}".TrimStart();
                Comment(text, "", about.Length > 0 ? [about] : []);
                if (!again)
                {
                    WriteRule(
                        text,
                        rule,
                        source,
                        rule.Refused ? [DraftText.Short(rule, [source])] : reasons[Key(rule, source)]
                    );
                }
            }
        }
    }

    /// <summary>What must be unique among the rules of a group.</summary>
    private static (Protocol, ushort, IpNetwork) Key(DraftRule rule, DraftSource source) =>
        (rule.Protocol, rule.Port, source.Network);

    private static void WriteRule(TextWriter text, DraftRule rule, DraftSource source, IEnumerable<string> reasons) =>
        text.WriteLine(
            $"{(rule.Refused ? "# " : "")}openstack security group rule create --ingress "
                + $"--protocol {rule.Protocol.Name().ToLowerInvariant()} --dst-port {rule.Port} "
                + $"--ethertype {(rule.IsV4 ? "IPv4" : "IPv6")} --remote-ip {source.Network.Cidr} "
                + $"--description {QuoteDescription(string.Join("; ", reasons.Distinct()))} \"$group\" > /dev/null"
        );

    private static void WriteWithoutRule(TextWriter text, IReadOnlyList<RowsWithoutRule> rows)
    {
        if (rows.Count > 0)
        {
            text.WriteLine();
            Comment(text, "", DraftText.WithoutRule(rows));
        }
    }

    private static string QuoteDescription(string text) =>
        Quote(DraftText.Fit(DraftText.Line(text), MaxDescriptionLength, _ => 1));

    /// <summary>Quotes a text so that the shell takes it literally. Source: POSIX, "Quoting".</summary>
    private static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
