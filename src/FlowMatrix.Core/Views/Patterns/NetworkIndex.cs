using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Views.Patterns;

/// <summary>Finds the values of all networks that contain an address, with one look-up per prefix length.</summary>
internal sealed class NetworkIndex<T>
{
    private readonly Dictionary<IpNetwork, List<T>> _values = [];

    /// <summary>The prefix lengths in use for each address family, the longest first.</summary>
    private readonly (SortedSet<int> V4, SortedSet<int> V6) _lengths = (Descending(), Descending());

    public void Add(IpNetwork network, T value)
    {
        LengthsOf(network.Address).Add(network.Length);
        if (!_values.TryGetValue(network, out var values))
        {
            _values[network] = values = [];
        }

        values.Add(value);
    }

    /// <summary>
    /// Returns the values of each network that contains the address, the longest prefix first. The values of a network
    /// are in the order in which they were added.
    /// </summary>
    public IEnumerable<List<T>> At(IpAddress address)
    {
        foreach (var length in LengthsOf(address))
        {
            if (_values.TryGetValue(IpNetwork.Create(address, length), out var values))
            {
                yield return values;
            }
        }
    }

    private SortedSet<int> LengthsOf(IpAddress address) => address.IsV4 ? _lengths.V4 : _lengths.V6;

    private static SortedSet<int> Descending() => new(Comparer<int>.Create((a, b) => b.CompareTo(a)));
}
