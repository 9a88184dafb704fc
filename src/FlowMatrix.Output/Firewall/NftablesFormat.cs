using FlowMatrix.Core.Net;

namespace FlowMatrix.Output.Firewall;

/// <summary>
/// One nftables ruleset per host. Rulesets of several hosts in one file are dormant, so that loading such a file by
/// mistake cuts off no host. Source: nft(8).
/// </summary>
internal sealed class NftablesFormat : FirewallFormat
{
    /// <summary>Limit of a rule's comment in bytes. Source: nftables, NFTNL_UDATA_COMMENT_MAXLEN.</summary>
    private const int MaxCommentLength = 128;

    private const string ActiveTable = "inet flowmatrix";

    private static readonly string[] Always =
    [
        "iif \"lo\" accept",
        "ct state vmap { established : accept, related : accept, invalid : drop }",
        "icmp type { destination-unreachable, time-exceeded, parameter-problem, echo-request } accept",
        "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, echo-request } "
            + "accept",
        "icmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, mld-listener-query } accept",
        "ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept comment \"answers to DHCPv6\"",
    ];

    public override string Name => "nftables";

    public override string Description => "a draft of each host's firewall";

    public override IReadOnlyList<string> Extensions => [".nft"];

    public override bool MatchesServiceAddress => true;

    protected override void Write(FirewallDraft draft, TextWriter text, CancellationToken cancel)
    {
        text.WriteLine("#!/usr/sbin/nft -f");
        Comment(text, "", DraftText.Heading(draft));
        Comment(
            text,
            "",
            [
                "- outgoing traffic, and traffic that is forwarded to containers and virtual machines on the host",
                "",
                "Check it with nft -c -f FILE, load it with nft -f FILE, "
                    + $"remove it with nft delete table {ActiveTable}.",
                "Rules of other tables stay in effect: what they drop is dropped.",
            ]
        );
        if (!draft.HasOneHost)
        {
            Comment(
                text,
                "",
                [
                    "",
                    $"Each ruleset below is for one host. Its table ({DraftTable(1)}, ...) has \"flags dormant\"",
                    "and filters nothing. For rulesets that filter, write one file per host with",
                    "--output 'DIR/{host}.nft', or select one host with --to-host.",
                ]
            );
        }

        WriteWithoutRule(text, "", draft.WithoutFirewall);
        for (var i = 0; i < draft.Hosts.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            WriteHost(text, draft.Hosts[i], draft, draft.HasOneHost ? ActiveTable : DraftTable(i + 1), cancel);
        }
    }

    private static void WriteHost(
        TextWriter text,
        HostDraft host,
        FirewallDraft draft,
        string table,
        CancellationToken cancel
    )
    {
        var isOnly = draft.HasOneHost;
        var sets = SafeNames.ForSets(host.Rules.Select(rule => rule.Network).OfType<string>());
        text.WriteLine();
        if (!isOnly)
        {
            text.WriteLine($"# {DraftText.Line(host.Host)}");
        }

        // Replaces an earlier version of the table. The first line creates it, because deleting a missing table fails.
        text.WriteLine($"table {table}");
        text.WriteLine($"delete table {table}");
        text.WriteLine($"table {table} {{");
        if (!isOnly)
        {
            text.WriteLine("\tflags dormant");
        }

        foreach (
            var network in host
                .Rules.Where(rule => rule.Network is not null)
                .DistinctBy(rule => (rule.Network, rule.IsV4))
        )
        {
            WriteSet(text, network, sets);
        }

        text.WriteLine("\tchain input {");
        text.WriteLine("\t\ttype filter hook input priority filter; policy drop;");
        text.WriteLine();
        foreach (var line in Always)
        {
            text.WriteLine($"\t\t{line}");
        }

        foreach (var rule in host.Rules)
        {
            cancel.ThrowIfCancellationRequested();
            WriteRule(text, rule, draft.Policy, sets);
        }

        WriteWithoutRule(text, "\t\t", host.RowsWithoutRule);
        text.WriteLine("\t}");
        text.WriteLine("}");
    }

    /// <summary>Writes a set that all rules for the network share.</summary>
    private static void WriteSet(TextWriter text, DraftRule rule, SafeNames sets)
    {
        text.WriteLine($"\t# {DraftText.Line(rule.Network!)}");
        text.WriteLine($"\tset {SetName(rule, sets)} {{");
        text.WriteLine($"\t\ttype {(rule.IsV4 ? "ipv4_addr" : "ipv6_addr")}");
        text.WriteLine("\t\tflags interval");
        text.WriteLine("\t\tauto-merge");
        text.WriteLine($"\t\telements = {{ {string.Join(", ", rule.Sources.Select(source => source.Network))} }}");
        text.WriteLine("\t}");
        text.WriteLine();
    }

    private static void WriteRule(TextWriter text, DraftRule rule, string? policy, SafeNames sets)
    {
        text.WriteLine();
        Comment(text, "\t\t", DraftText.About(rule, policy));
        var commentSign = rule.Refused ? "# " : "";
        var family = rule.IsV4 ? "ip" : "ip6";
        var comment = DraftText.Fit(
            DraftText.Line(DraftText.Short(rule, rule.Sources)).Replace('"', '\''),
            MaxCommentLength,
            rune => rune.Utf8SequenceLength
        );
        var at = rule.At is { } address ? $"{family} daddr {address} " : "";
        var verdict = $"{at}{rule.Protocol.Name().ToLowerInvariant()} dport {rule.Port} accept comment \"{comment}\"";
        if (rule.Network is not null)
        {
            text.WriteLine($"\t\t{commentSign}{family} saddr @{SetName(rule, sets)} {verdict}");
            return;
        }

        text.WriteLine($"\t\t{commentSign}{family} saddr {{");
        foreach (var source in rule.Sources)
        {
            var about = DraftText.About(source);
            text.WriteLine($"\t\t{commentSign}\t{source.Network},{(about.Length > 0 ? $" # {about}" : "")}");
        }

        text.WriteLine($"\t\t{commentSign}}} {verdict}");
    }

    private static void WriteWithoutRule(TextWriter text, string indent, IReadOnlyList<RowsWithoutRule> rows)
    {
        if (rows.Count > 0)
        {
            text.WriteLine();
            Comment(text, indent, DraftText.WithoutRule(rows));
        }
    }

    /// <summary>
    /// The name of a dormant table. It differs from the active one, so that loading a draft leaves that one alone.
    /// </summary>
    private static string DraftTable(int number) => $"{ActiveTable}_draft_{number}";

    private static string SetName(DraftRule rule, SafeNames sets) =>
        $"{sets[rule.Network!]}_v{(rule.IsV4 ? '4' : '6')}";
}
