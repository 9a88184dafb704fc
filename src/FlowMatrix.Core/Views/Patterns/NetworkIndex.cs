using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Views.Patterns;

/// <summary>Values of many networks, by the addresses in them: a look-up for each length of a prefix that there is.</summary>
internal sealed class NetworkIndex<T>
{
    private readonly Dictionary<IpNetwork, List<T>> _values = [];

    /// <summary>Of each family those that there are, the longest first.</summary>
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

    /// <summary>The values of each network that has the address, in the order in which they were added; the longest network first.</summary>
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
