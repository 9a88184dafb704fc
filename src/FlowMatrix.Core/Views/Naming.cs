using System.Diagnostics.CodeAnalysis;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Views.Patterns;

namespace FlowMatrix.Core.Views;

/// <summary>
/// The names that a user gives: aliases, which replace names of hosts and processes, and names of networks, which are
/// shown as the host of external addresses. A known host never gets the name of a network. Immutable and thread-safe.
/// Source: docs/guide.md, "Names".
/// </summary>
internal sealed class Naming
{
    public static readonly Naming None = new([], []);

    private readonly PatternIndex _aliases = new();
    private readonly List<int> _candidates = [];
    private readonly NetworkIndex<string> _networks = new();
    private readonly HashSet<string> _networkNames;

    /// <param name="aliases">The first alias that matches is used.</param>
    /// <param name="networks">
    /// The longest network that contains an address is used. If it has several names, the first one is used.
    /// </param>
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

    /// <summary>Whether there are no names to apply.</summary>
    public bool IsNone => Aliases.Count == 0 && Networks.Count == 0;

    /// <summary>
    /// Returns the rows under their new names, with ID tables of their own. Rows with equal keys are not merged and the
    /// order stays, because grouping counts the original rows. <see cref="Matrix.Merged"/> merges and sorts them.
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

    /// <summary>Returns the alias of a host or process name; the name itself if no alias matches.</summary>
    public string Named(string text)
    {
        // The look-up reuses buffers, and several threads may share a naming.
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

    /// <summary>Whether it is the name of a network.</summary>
    public bool IsNetwork(string name) => _networkNames.Contains(name);

    /// <summary>Returns the names of networks that are also names of hosts.</summary>
    /// <param name="hosts">The hosts under their new names.</param>
    public IReadOnlySet<string> NetworksOf(IEnumerable<string> hosts) =>
        _networkNames.Count == 0
            ? _networkNames
            : hosts.Where(_networkNames.Contains).ToHashSet(StringComparer.Ordinal);

    /// <summary>Returns the name of the longest network that contains the address, or null.</summary>
    public string? NetworkOf(IpAddress address) => _networks.At(address).Select(names => names[0]).FirstOrDefault();
}

/// <summary>A name for the addresses of a network, such as "10.9.0.0/16=office".</summary>
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
