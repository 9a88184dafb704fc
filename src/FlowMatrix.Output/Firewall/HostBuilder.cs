using FlowMatrix.Core.Net;
using FlowMatrix.Core.Policies;

namespace FlowMatrix.Output.Firewall;

/// <summary>Collects the rules of one host.</summary>
internal sealed class HostBuilder
{
    private readonly SortedDictionary<RuleKey, RuleBuilder> _rules = [];

    public List<RowsWithoutRule> RowsWithoutRule { get; } = [];

    /// <summary>The number of refused rows that another rule allows; set by <see cref="Build"/>.</summary>
    public int RefusedButAllowed { get; private set; }

    public RuleBuilder Rule(RuleKey key)
    {
        if (!_rules.TryGetValue(key, out var rule))
        {
            _rules[key] = rule = new RuleBuilder();
        }

        return rule;
    }

    public HostDraft Build(string host, string fileName, string label, IReadOnlyList<RowsWithoutRule> unknownServices)
    {
        foreach (var (key, refused) in _rules.Where(rule => rule.Value.Refused))
        {
            var allowing = _rules.Where(rule => !rule.Value.Refused && rule.Key.Overlaps(key)).ToList();
            foreach (
                var source in refused.Sources.Values.Where(source =>
                    allowing.Any(rule => Allows(rule.Key, rule.Value, source.Network))
                )
            )
            {
                source.IsAllowedAnyway = true;
                RefusedButAllowed += source.Rows;
            }
        }

        return new HostDraft(
            host,
            fileName,
            label,
            [.. _rules.Select(rule => rule.Value.Build(rule.Key))],
            RowsWithoutRule,
            unknownServices
        );
    }

    private static bool Allows(RuleKey key, RuleBuilder rule, IpNetwork single) =>
        key.Network is null
            ? rule.Sources.ContainsKey((single.Address, single.Length))
            : rule.Sources.Values.Any(source => source.Network.Contains(single.Address));
}

/// <summary>
/// What makes a rule distinct, and the order of the rules. Refused rules come last for their port and address family.
/// </summary>
/// <param name="AllowedBy">Index of the policy's rule; negative if none allows it; <see cref="NoPolicy"/>.</param>
/// <param name="At">The address of the host that the rule is limited to; null for all.</param>
/// <param name="Network">The name of a named network, or null.</param>
internal readonly record struct RuleKey(
    Protocol Protocol,
    ushort Port,
    bool IsV6,
    int AllowedBy,
    IpAddress? At,
    string? Network
) : IComparable<RuleKey>
{
    public const int NoPolicy = int.MaxValue;

    public int CompareTo(RuleKey other)
    {
        var order = (Protocol, Port, IsV6, (uint)AllowedBy, At).CompareTo(
            (other.Protocol, other.Port, other.IsV6, (uint)other.AllowedBy, other.At)
        );
        return order != 0 ? order : string.CompareOrdinal(Network, other.Network);
    }

    /// <summary>Whether both rules apply to the same port at a common address.</summary>
    public bool Overlaps(RuleKey other) =>
        Protocol == other.Protocol
        && Port == other.Port
        && IsV6 == other.IsV6
        && (At is null || other.At is null || At == other.At);
}

/// <summary>Collects the sources and services of one rule.</summary>
internal sealed class RuleBuilder
{
    public SortedDictionary<(IpAddress Address, int Length), SourceBuilder> Sources { get; } = [];

    public SortedSet<string> Services { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Via { get; } = new(StringComparer.Ordinal);

    public PolicyRule? Reason { get; set; }

    public bool Refused { get; set; }

    public SourceBuilder Source(IpNetwork network)
    {
        if (!Sources.TryGetValue((network.Address, network.Length), out var source))
        {
            Sources[(network.Address, network.Length)] = source = new SourceBuilder(network);
        }

        return source;
    }

    public DraftRule Build(RuleKey key) =>
        new(
            key.Protocol,
            key.Port,
            !key.IsV6,
            key.At,
            key.Network,
            [.. Sources.Values.Select(source => source.Build())],
            [.. Services],
            [.. Via],
            Reason,
            Refused
        );
}

/// <summary>Collects the clients at one address or network.</summary>
internal sealed class SourceBuilder(IpNetwork network)
{
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _clients = new(StringComparer.Ordinal);

    public IpNetwork Network => network;

    public int Rows { get; private set; }

    /// <summary>Whether this source is refused, but another rule allows its address.</summary>
    public bool IsAllowedAnyway { get; set; }

    public void Add(string name, string client)
    {
        Rows++;
        _ = name.Length > 0 && _names.Add(name);
        _ = client.Length > 0 && _clients.Add(client);
    }

    public DraftSource Build() => new(network, [.. _names], [.. _clients], IsAllowedAnyway);
}
