using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using FlowMatrix.Tables;

namespace FlowMatrix.Matrices;

/// <summary>
/// Names that a user gives: to networks, for addresses that are no known host's, and to hosts and processes of many
/// replicas. What the matcher found out about a host's name is never overruled by the name of a network.
/// </summary>
internal sealed record Naming(IReadOnlyList<Alias> Aliases, IReadOnlyList<NetworkName> Networks)
{
    public static readonly Naming None = new([], []);

    public bool IsNone => Aliases.Count == 0 && Networks.Count == 0;

    /// <summary>
    /// The same rows under their new names. Rows that have become the same are not merged and the order is still that
    /// of the old names: who groups them counts what they were, who shows them calls <see cref="Matrix.Merged"/>.
    /// </summary>
    public Matrix Apply(Matrix matrix)
    {
        if (IsNone)
        {
            return matrix;
        }

        var names = new Renaming(this, matrix.Vocabulary);
        return matrix.With([.. matrix.Rows.Select(names.Of)], [.. matrix.LoneEnds.Select(names.Of)], names.NetworkHosts);
    }

    /// <summary>The name of a host or process.</summary>
    public string Named(string text) => Aliases.FirstOrDefault(alias => alias.Matches(text))?.Apply(text) ?? text;

    /// <summary>The names of networks that some of the hosts have, too.</summary>
    public IReadOnlySet<string> NetworksOf(IEnumerable<string> hosts)
    {
        var names = Networks.Select(network => network.Name).ToHashSet(StringComparer.Ordinal);
        return names.Count == 0 ? names : hosts.Select(Named).Where(names.Contains).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The name of the longest network that has the address.</summary>
    public string? NetworkOf(IpAddress address) => Networks
        .Where(name => name.Network.Contains(address))
        .Select((name, at) => (name, at))
        .OrderByDescending(item => item.name.Network.Length).ThenBy(item => item.at)
        .Select(item => item.name.Name).FirstOrDefault();
}

/// <summary>A name for the addresses of a network, as in "10.9.0.0/16=office".</summary>
internal sealed record NetworkName(IpNetwork Network, string Name)
{
    public static bool TryParse(
        string network, string name, [NotNullWhen(true)] out NetworkName? named, [NotNullWhen(false)] out string? problem)
    {
        named = null;
        if (name.Length == 0)
        {
            problem = "has no name: 10.9.0.0/16=office";
            return false;
        }

        if (IpNetwork.TryParse(network, out var parsed, out problem))
        {
            named = new NetworkName(parsed, name);
        }
        else if (IpNetwork.TryParse(name, out _, out _))
        {
            problem = $"the network comes first: {name}={network}";
        }

        return named is not null;
    }
}

/// <summary>
/// One name for all that a regular expression matches whole, as in "compute-\d+=compute"; the name may use its groups
/// ($1). The expression runs without backtracking, so that no pattern and no name can stall the tool.
/// </summary>
internal sealed class Alias
{
    private readonly Regex _pattern;
    private readonly string _name;

    private Alias(Regex pattern, string name)
    {
        (_pattern, _name) = (pattern, name);
    }

    public bool Matches(string text) => _pattern.IsMatch(text);

    public string Apply(string text) => _pattern.Replace(text, _name);

    public static bool TryParse(
        string pattern, string name, [NotNullWhen(true)] out Alias? alias, [NotNullWhen(false)] out string? problem)
    {
        alias = null;
        problem = pattern.Length == 0 || name.Length == 0 ? @"needs a pattern and a name: compute-\d+=compute" : null;
        try
        {
            // Checked by itself first: "a)(b" is no pattern, though it would be one between our parentheses.
            _ = problem is null ? new Regex(pattern, RegexOptions.NonBacktracking) : null;
            alias = problem is null
                ? new Alias(
                    new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), name)
                : null;
        }
        catch (ArgumentException e)
        {
            problem = $"is no regular expression: {e.Message}";
        }
        catch (NotSupportedException)
        {
            problem = "is a regular expression that needs backtracking (lookaround, back references): these are not taken";
        }

        return problem is null && alias is not null;
    }
}
