using System.Globalization;
using System.Text;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Policies;
using FlowMatrix.Core.Text;

namespace FlowMatrix.Output.Firewall;

/// <summary>What a draft says in comments, harmless in any line of any format.</summary>
internal static class DraftWords
{
    private const string Cut = "...";

    /// <summary>What every draft says first.</summary>
    public static IEnumerable<string> Heading(FirewallDraft draft)
    {
        yield return draft.Hosts switch
        {
            [] when draft.WithoutRules.Count > 0 => "A draft of no firewall: no incoming row became a rule.",
            [] => "A draft of no firewall: no row has a service on a known host.",
            [var host] =>
                $"A draft of the firewall of {Line(host.Host)}, made by flowmatrix of connections that were seen.",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"A draft of the firewalls of {draft.Hosts.Count} hosts, made by flowmatrix of connections that were seen."
            ),
        };
        if (draft.Filters.Count > 0)
        {
            yield return $"Only rows that passed these filters are in it: {Line(string.Join(' ', draft.Filters))}";
        }

        if (draft.WithoutRules.Count > 0)
        {
            yield return $"None for {Line(WithoutRules(draft))}: no incoming row became a rule, and without one all would be shut out.";
        }

        yield return "";
        yield return "Read it before you use it. It lets in what was seen, and drops all else that comes in. Not in it:";
        yield return "- what was not there when it was looked at: backups, failover, monitoring, maybe your own way in (ssh)";
        yield return "- services that listen and had no client: flowmatrix services --exposed --unused";
    }

    /// <summary>The hosts that have no firewall in the draft.</summary>
    public static string WithoutRules(FirewallDraft draft) => Few([.. draft.WithoutRules.Select(host => host.Host)]);

    /// <summary>What no rule was made of.</summary>
    public static IEnumerable<string> Rest(IReadOnlyList<RowsWithoutRule> flows) =>
        flows.Select(flow => $"no rule: {Line(flow.Flow)}: {flow.Why}");

    /// <summary>"tcp 5672: beam.smp"; then what else there is to know of the rule, a line each.</summary>
    public static IEnumerable<string> About(DraftRule rule, string? policy)
    {
        yield return Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{rule.Protocol.Name().ToLowerInvariant()} {rule.Port}: {Few(rule.Services)}{(rule.Network is null ? "" : $", from {rule.Network}")}"
            )
        );
        if (rule.Reason is { } reason)
        {
            yield return Line($"{reason.Reason}{InBrackets(reason)}");
        }

        if (rule.Via.Count > 0)
        {
            yield return $"clients used {Few(rule.Via)} and were sent on: it may be forwarded instead of coming in here";
        }

        if (rule.Refused)
        {
            yield return $"left out, {Line(policy ?? "the policy")} does not allow it:";
        }
    }

    /// <summary>"vm-2: nova-compute"; empty where nothing is known.</summary>
    public static string About(DraftSource source)
    {
        var names = string.Join(", ", source.Names);
        var about =
            source.Clients.Count == 0 ? names
            : source.Names.Count == 0 ? Few(source.Clients)
            : $"{names}: {Few(source.Clients)}";
        return Line(source.IsInAnyway ? $"{about} (comes in all the same, by a rule above)".TrimStart() : about);
    }

    /// <summary>The rule in short: "from nova-compute to beam.smp: the message queue".</summary>
    /// <param name="sources">Whose clients are named.</param>
    public static string Short(DraftRule rule, IEnumerable<DraftSource> sources)
    {
        var clients = sources.SelectMany(source => source.Clients).Distinct().Order(StringComparer.Ordinal).ToList();
        var from =
            clients.Count > 0 ? Few(clients, 2)
            : sources.SelectMany(source => source.Names).Distinct().ToList() is { Count: > 0 } names ? Few(names, 2)
            : "outside";
        return $"from {from} to {Few(rule.Services, 2)}{(rule.Reason is { } reason ? $": {reason.Reason}" : "")}";
    }

    /// <summary>The first of them by name, the rest by their number.</summary>
    public static string Few(IReadOnlyCollection<string> names, int most = 6) =>
        names.Count <= most
            ? string.Join(", ", names)
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{string.Join(", ", names.Take(most))} and {names.Count - most} more"
            );

    /// <summary>A text from the wire as part of a line.</summary>
    public static string Line(string text) => Printable.Escape(text);

    /// <summary>A text that is no longer than it may be; one that was cut says so by its end.</summary>
    /// <param name="size">Of a character, in what the limit is in.</param>
    public static string Fit(string text, int most, Func<Rune, int> size)
    {
        if (text.EnumerateRunes().Sum(size) <= most)
        {
            return text;
        }

        var fitting = new StringBuilder();
        var left = most - Cut.EnumerateRunes().Sum(size);
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

    private static string InBrackets(PolicyRule rule)
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
