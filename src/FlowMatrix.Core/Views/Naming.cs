using System.Diagnostics.CodeAnalysis;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Views.Patterns;

namespace FlowMatrix.Core.Views;

/// <summary>
/// Names that a user gives: to networks, for addresses that are no known host's, and to hosts and processes of many
/// replicas. What the matcher found out about a host's name is never overruled by the name of a network.
/// </summary>
internal sealed class Naming
{
    public static readonly Naming None = new([], []);

    private readonly PatternIndex _aliases = new();
    private readonly List<int> _candidates = [];
    private readonly NetworkIndex<string> _networks = new();
    private readonly HashSet<string> _networkNames;

    /// <param name="aliases">The first that matches counts.</param>
    /// <param name="networks">The longest that has an address counts, of several names for it the first.</param>
    public Naming(IReadOnlyList<Alias> aliases, IReadOnlyList<NetworkName> networks)
    {
        (Aliases, Networks) = (aliases, networks);
        for (var i = 0; i < aliases.Count; i++)
        {
            foreach (var steps in aliases[i].Shape)
            {
                _aliases.Add(steps, i);
            }
        }

        foreach (var (network, name) in networks)
        {
            _networks.Add(network, name);
        }

        _networkNames = networks.Select(network => network.Name).ToHashSet(StringComparer.Ordinal);
    }

    public IReadOnlyList<Alias> Aliases { get; }

    public IReadOnlyList<NetworkName> Networks { get; }

    public bool IsNone => Aliases.Count == 0 && Networks.Count == 0;

    /// <summary>
    /// The same rows under their new names, in tables of their own. Rows that have become the same are not merged, and the
    /// order is that of the old names: grouping counts the rows as they were, <see cref="Matrix.Merged"/> joins them.
    /// </summary>
    public Matrix Apply(Matrix matrix)
    {
        if (IsNone)
        {
            return matrix;
        }

        var ids = matrix.IdTables.WithOwnNames();
        var names = new Renaming(this, ids);
        return matrix with
        {
            IdTables = ids,
            Rows = [.. matrix.Rows.Select(names.Apply)],
            UnmatchedConnections = [.. matrix.UnmatchedConnections.Select(names.Apply)],
            NetworkHosts = names.NetworkHosts,
        };
    }

    /// <summary>The name of a host or process.</summary>
    public string Named(string text)
    {
        // What the look-up remembers on its way is all that changes here: whoever shares a naming must not see that.
        lock (_candidates)
        {
            _candidates.Clear();
            _aliases.Find(text, _candidates);
            _candidates.Sort();
            foreach (var candidate in _candidates)
            {
                if (Aliases[candidate].Matches(text))
                {
                    return Aliases[candidate].Apply(text);
                }
            }

            return text;
        }
    }

    public bool IsNetwork(string name) => _networkNames.Contains(name);

    /// <summary>The names of networks that some of the hosts have, too.</summary>
    /// <param name="hosts">Under their new names.</param>
    public IReadOnlySet<string> NetworksOf(IEnumerable<string> hosts) =>
        _networkNames.Count == 0
            ? _networkNames
            : hosts.Where(_networkNames.Contains).ToHashSet(StringComparer.Ordinal);

    /// <summary>The name of the longest network that has the address.</summary>
    public string? NetworkOf(IpAddress address) => _networks.At(address).Select(names => names[0]).FirstOrDefault();
}

/// <summary>A name for the addresses of a network, as in "10.9.0.0/16=office".</summary>
internal sealed record NetworkName(IpNetwork Network, string Name)
{
    public static bool TryParse(
        string network,
        string name,
        [NotNullWhen(true)] out NetworkName? named,
        [NotNullWhen(false)] out string? problem
    )
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
