using FlowMatrix.Core.Net;
using FlowMatrix.Core.Policies;

namespace FlowMatrix.Output.Firewall;

/// <summary>
/// What the firewalls of hosts would have to let in for what was seen to go on: the same for every format that writes
/// it. Texts are as they came from the wire; each format escapes them.
/// </summary>
/// <param name="Hosts">Those on which a service was seen in use from outside, by name.</param>
/// <param name="WithoutRules">Those to which nothing came in that a rule can be made of; none of them has a firewall here.</param>
/// <param name="Elsewhere">Flows to services that no known host has, so that they are in no firewall.</param>
/// <param name="Policy">Where the reasons come from; null without a policy.</param>
internal sealed record FirewallDraft(
    IReadOnlyList<HostDraft> Hosts,
    IReadOnlyList<HostDraft> WithoutRules,
    IReadOnlyList<RowsWithoutRule> Elsewhere,
    DraftCounts Counts,
    string? Policy
)
{
    /// <summary>What rows were picked by, as the user said it; none where all were.</summary>
    public IReadOnlyList<string> Filters { get; init; } = [];

    /// <summary>Whether nobody can mean another host with it.</summary>
    public bool IsOfOneHost => Hosts.Count + WithoutRules.Count == 1;

    /// <summary>All that is in no host's rules and beside none: it has no other place than the head of the draft.</summary>
    public IReadOnlyList<RowsWithoutRule> InNone =>
        [
            .. WithoutRules.SelectMany(host =>
                host.RowsWithoutRule.Select(unruled =>
                    IsOfOneHost ? unruled : unruled with { Flow = $"{unruled.Flow}, at {host.Host}" }
                )
            ),
            .. Elsewhere,
        ];

    /// <summary>The same for one host, as a file of its own.</summary>
    public FirewallDraft Only(HostDraft host) =>
        this with
        {
            Hosts = [host],
            WithoutRules = [],
            Elsewhere = host.Elsewhere,
        };
}

/// <summary>How many rows of the matrix became what; together they are all of them.</summary>
/// <param name="Ruled">They are let in by a rule.</param>
/// <param name="Within">Within a host, over loopback or to its own address: what no firewall between hosts sees.</param>
/// <param name="Refused">The policy allows them not: they are in the draft as comments.</param>
/// <param name="RefusedButIn">Of the refused: a rule for another client at their address lets them in.</param>
/// <param name="RowsWithoutRule">No rule can be made of them: they are in the draft as comments.</param>
/// <param name="Elsewhere">Their service is no known host's, so that no firewall here can let them in.</param>
internal sealed record DraftCounts(
    int Ruled,
    int Within,
    int Refused,
    int RefusedButIn,
    int RowsWithoutRule,
    int Elsewhere
);

/// <summary>One host's firewall: all that comes in.</summary>
/// <param name="FileName">Its name as one of files and groups: no other host's in the draft.</param>
/// <param name="Label">The same as a label of Kubernetes.</param>
/// <param name="Rules">By protocol, port, family.</param>
/// <param name="RowsWithoutRule">What was seen and no rule can be made of.</param>
/// <param name="Elsewhere">Flows of its own clients to services that no known host has.</param>
internal sealed record HostDraft(
    string Host,
    string FileName,
    string Label,
    IReadOnlyList<DraftRule> Rules,
    IReadOnlyList<RowsWithoutRule> RowsWithoutRule,
    IReadOnlyList<RowsWithoutRule> Elsewhere
);

/// <summary>Who may use one port of a host, in one family, for one reason.</summary>
/// <param name="At">Of the host's addresses the one at which it is served; null for all.</param>
/// <param name="Network">The name of a network that a user named; the sources are then the networks of that name. Else null.</param>
/// <param name="Sources">By address.</param>
/// <param name="Services">The processes that serve there, by name.</param>
/// <param name="Via">Addresses that clients used and that were changed on the way, as published ports of containers are.</param>
/// <param name="Reason">The rule of the policy that allows it; null without a policy, or where none does.</param>
/// <param name="Refused">The policy allows it not.</param>
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

/// <summary>An address or a network that is let in.</summary>
/// <param name="Names">Of its network or the hosts that have it; none where it is nobody's.</param>
/// <param name="Clients">The processes that were seen there, by name; none where they are not known.</param>
/// <param name="IsInAnyway">Of a refused one: another rule lets its address in.</param>
internal sealed record DraftSource(
    IpNetwork Network,
    IReadOnlyList<string> Names,
    IReadOnlyList<string> Clients,
    bool IsInAnyway
);

/// <summary>What was seen and is in no rule.</summary>
/// <param name="Flow">"tcp 443 at 192.0.2.1, from curl on web".</param>
/// <param name="Why">A clause.</param>
internal sealed record RowsWithoutRule(string Flow, string Why);
