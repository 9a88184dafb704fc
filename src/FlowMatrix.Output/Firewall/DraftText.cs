using System.Globalization;
using System.Text;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Policies;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Output.Firewall;

/// <summary>The texts of comments in a draft. They have no line breaks and are safe in every format.</summary>
internal static class DraftText
{
    private const string Cut = "...";
    private const string Origin = "written by flowmatrix from the connections that were seen";

    /// <summary>The comment at the top of every draft.</summary>
    public static IEnumerable<string> Heading(FirewallDraft draft)
    {
        yield return draft.Hosts switch
        {
            [] when draft.WithoutRules.Count > 0 => "This draft has no firewall: no incoming row became a rule.",
            [] => "This draft has no firewall: no row has a service on a known host.",
            [var host] => $"Draft of the firewall of {Line(host.Host)}, {Origin}.",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"Draft of the firewalls of {draft.Hosts.Count} hosts, {Origin}."
            ),
        };
        if (draft.Filters.Count > 0)
        {
            yield return $"It has only the rows that pass these filters: {Line(string.Join(' ', draft.Filters))}";
        }

        if (draft.WithoutRules.Count > 0)
        {
            yield return $"No firewall for {Line(WithoutRules(draft))}: no incoming row became a rule, "
                + "and a firewall without rules blocks everything.";
        }

        yield return "";
        yield return "Review it before you use it. It allows the incoming traffic that was seen and drops the rest. "
            + "It does not cover:";
        yield return "- what was not connected during the scan: backups, failover, monitoring, perhaps your own ssh";
        yield return "- services without clients: flowmatrix services --exposed --unused lists them";
    }

    /// <summary>The hosts that have no firewall in the draft.</summary>
    public static string WithoutRules(FirewallDraft draft) => Few([.. draft.WithoutRules.Select(host => host.Host)]);

    /// <summary>One line for each entry that became no rule.</summary>
    public static IEnumerable<string> WithoutRule(IReadOnlyList<RowsWithoutRule> rows) =>
        rows.Select(entry => $"no rule: {Line(entry.Rows)}: {entry.Why}");

    /// <summary>
    /// The lines about a rule: first a title such as "tcp 5672: beam.smp", then its reason and its problems.
    /// </summary>
    public static IEnumerable<string> About(DraftRule rule, string? policy)
    {
        var from = rule.Network is null ? "" : $", from {rule.Network}";
        yield return Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{rule.Protocol.Name().ToLowerInvariant()} {rule.Port}: {Few(rule.Services)}{from}"
            )
        );
        if (rule.Reason is { } reason)
        {
            yield return Line($"{reason.Reason}{OwnerAndExpiry(reason)}");
        }

        if (rule.Via.Count > 0)
        {
            yield return $"clients connected to {Few(rule.Via)} and were redirected: "
                + "the traffic may be forwarded instead of arriving here";
        }

        if (rule.Refused)
        {
            yield return $"left out because {Line(policy ?? "the policy")} does not allow it:";
        }
    }

    /// <summary>Who uses an address, such as "vm-2: nova-compute"; empty if nothing is known.</summary>
    public static string About(DraftSource source)
    {
        var names = string.Join(", ", source.Names);
        var about =
            source.Clients.Count == 0 ? names
            : source.Names.Count == 0 ? Few(source.Clients)
            : $"{names}: {Few(source.Clients)}";
        return Line(source.IsAllowedAnyway ? $"{about} (allowed anyway by a rule above)".TrimStart() : about);
    }

    /// <summary>A rule in one short text, such as "from nova-compute to beam.smp: the message queue".</summary>
    /// <param name="sources">The sources of the rule whose clients are named.</param>
    public static string Short(DraftRule rule, IEnumerable<DraftSource> sources)
    {
        var clients = sources.SelectMany(source => source.Clients).Distinct().Order(StringComparer.Ordinal).ToList();
        var from =
            clients.Count > 0 ? Few(clients, 2)
            : sources.SelectMany(source => source.Names).Distinct().ToList() is { Count: > 0 } names ? Few(names, 2)
            : "outside";
        return $"from {from} to {Few(rule.Services, 2)}{(rule.Reason is { } reason ? $": {reason.Reason}" : "")}";
    }

    /// <summary>The first names, and the number of the others.</summary>
    public static string Few(IReadOnlyCollection<string> names, int max = 6) =>
        names.Count <= max
            ? string.Join(", ", names)
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{string.Join(", ", names.Take(max))} and {names.Count - max} more"
            );

    /// <summary>Escapes a text from the network, so that it stays on one line.</summary>
    public static string Line(string text) => Printable.Escape(text);

    /// <summary>Cuts a text to a limit; a text that was cut ends with "...".</summary>
    /// <param name="size">The size of a character in the unit of the limit.</param>
    public static string Fit(string text, int max, Func<Rune, int> size)
    {
        if (text.EnumerateRunes().Sum(size) <= max)
        {
            return text;
        }

        var fitting = new StringBuilder();
        var left = max - Cut.EnumerateRunes().Sum(size);
        foreach (var rune in text.EnumerateRunes())
        {
            left -= size(rune);
            if (left < 0)
            {
                break;
            }

            fitting.Append(rune.ToString());
        }

        return fitting.Append(Cut).ToString();
    }

    private static string OwnerAndExpiry(PolicyRule rule)
    {
        var until = rule.Expires?.ToString(PolicyKeys.DateFormat, CultureInfo.InvariantCulture);
        return (rule.Owner, until) switch
        {
            (null, null) => "",
            (var owner, null) => $" (owner: {owner})",
            (null, _) => $" (until {until})",
            var (owner, _) => $" (owner: {owner}, until {until})",
        };
    }
}
