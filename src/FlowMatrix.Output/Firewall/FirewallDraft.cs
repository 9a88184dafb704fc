using FlowMatrix.Core.Net;
using FlowMatrix.Core.Policies;

namespace FlowMatrix.Output.Firewall;

/// <summary>
/// What the firewall of each host has to allow so that everything that was seen still works. It is independent of the
/// format: <see cref="DraftBuilder"/> builds it, and each <see cref="FirewallFormat"/> writes it in its language. Texts
/// are unescaped, as they came from the network; each format escapes them. Source: docs/firewall.md, "Review the
/// draft".
/// </summary>
/// <param name="Hosts">The hosts that have rules, sorted by name.</param>
/// <param name="WithoutRules">The hosts with services whose incoming rows became no rule; they get no firewall.</param>
/// <param name="UnknownServices">Rows to services on unknown hosts. No firewall of this draft applies to them.</param>
/// <param name="Policy">The path of the policy that the reasons come from; null without a policy.</param>
internal sealed record FirewallDraft(
    IReadOnlyList<HostDraft> Hosts,
    IReadOnlyList<HostDraft> WithoutRules,
    IReadOnlyList<RowsWithoutRule> UnknownServices,
    DraftCounts Counts,
    string? Policy
)
{
    /// <summary>The filters that selected the rows, as on the command line; empty if there were none.</summary>
    public IReadOnlyList<string> Filters { get; init; } = [];

    /// <summary>Whether it is about a single host, so that its rules cannot be loaded on the wrong one.</summary>
    public bool HasOneHost => Hosts.Count + WithoutRules.Count == 1;

    /// <summary>Rows without a rule that belong to no firewall of the draft. They are listed at its top.</summary>
    public IReadOnlyList<RowsWithoutRule> WithoutFirewall =>
        [
            .. WithoutRules.SelectMany(host =>
                host.RowsWithoutRule.Select(entry =>
                    HasOneHost ? entry : entry with { Rows = $"{entry.Rows}, at {host.Host}" }
                )
            ),
            .. UnknownServices,
        ];

    /// <summary>The draft of one of its hosts, for a file of its own.</summary>
    public FirewallDraft ForHost(HostDraft host) =>
        this with
        {
            Hosts = [host],
            WithoutRules = [],
            UnknownServices = host.UnknownServices,
        };
}

/// <summary>The numbers of rows by what became of them. Without RefusedButAllowed they add up to all rows.</summary>
/// <param name="WithRule">Rows that a rule allows.</param>
/// <param name="WithinHost">Rows within a host, over loopback or its own address. They need no rule.</param>
/// <param name="Refused">Rows that the policy does not allow. They are comments in the draft.</param>
/// <param name="RefusedButAllowed">Refused rows that a rule for another client at the same address allows.</param>
/// <param name="WithoutRule">Rows that cannot become a rule. They are comments in the draft.</param>
/// <param name="ToUnknownHost">Rows whose service is on an unknown host, which has no firewall here.</param>
internal sealed record DraftCounts(
    int WithRule,
    int WithinHost,
    int Refused,
    int RefusedButAllowed,
    int WithoutRule,
    int ToUnknownHost
);

/// <summary>The firewall of one host: the incoming traffic that it allows.</summary>
/// <param name="FileName">The host's name as a name for files and groups, unique in the draft.</param>
/// <param name="Label">The host's name as a Kubernetes label, unique in the draft.</param>
/// <param name="Rules">Sorted by protocol, port and address family.</param>
/// <param name="RowsWithoutRule">Incoming rows that cannot become a rule.</param>
/// <param name="UnknownServices">Rows from clients on this host to services on unknown hosts.</param>
internal sealed record HostDraft(
    string Host,
    string FileName,
    string Label,
    IReadOnlyList<DraftRule> Rules,
    IReadOnlyList<RowsWithoutRule> RowsWithoutRule,
    IReadOnlyList<RowsWithoutRule> UnknownServices
);

/// <summary>A rule: the sources of one address family that may use one port of a host, for one reason.</summary>
/// <param name="At">The address of the host that the rule is limited to; null for all its addresses.</param>
/// <param name="Network">The name of a named network, whose networks are then the sources; else null.</param>
/// <param name="Sources">Sorted by address.</param>
/// <param name="Services">The processes that listen there, sorted by name.</param>
/// <param name="Via">Other addresses that clients connected to, such as published container ports.</param>
/// <param name="Reason">The rule of the policy that allows it; null without a policy, or if no rule does.</param>
/// <param name="Refused">The policy does not allow it: the rule is written as a comment.</param>
internal sealed record DraftRule(
    Protocol Protocol,
    ushort Port,
    bool IsV4,
    IpAddress? At,
    string? Network,
    IReadOnlyList<DraftSource> Sources,
    IReadOnlyList<string> Services,
    IReadOnlyList<string> Via,
    PolicyRule? Reason,
    bool Refused
);

/// <summary>A source of a rule: an address or a network.</summary>
/// <param name="Names">The names of the network or of the hosts with this address; empty if there are none.</param>
/// <param name="Clients">The client processes at this address, sorted by name; empty if they are unknown.</param>
/// <param name="IsAllowedAnyway">Whether the source is refused here, but another rule allows its address.</param>
internal sealed record DraftSource(
    IpNetwork Network,
    IReadOnlyList<string> Names,
    IReadOnlyList<string> Clients,
    bool IsAllowedAnyway
);

/// <summary>Rows that became no rule, for a comment in the draft.</summary>
/// <param name="Rows">The rows in words, such as "tcp 443 at 192.0.2.1, from curl on web".</param>
/// <param name="Why">The reason, as a clause without a full stop.</param>
internal sealed record RowsWithoutRule(string Rows, string Why);
