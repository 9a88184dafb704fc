using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Views.Patterns;

namespace FlowMatrix.Core.Views;

/// <summary>Many <see cref="Target"/>s at once: each distinct host and address is looked up once.</summary>
internal sealed class TargetSet
{
    private readonly IdTables _ids;
    private readonly GlobSet _globs = new();

    /// <summary>By the number of a glob.</summary>
    private readonly List<List<Target>> _byGlob = [];
    private readonly Dictionary<IpAddress, List<Target>> _byAddress = [];
    private readonly Dictionary<int, List<Target>> _ofHosts = [];

    public TargetSet(IReadOnlyList<Target> targets, IdTables ids)
    {
        _ids = ids;
        foreach (var target in targets)
        {
            if (target.Address is { } address)
            {
                _byAddress.TryAdd(address, []);
                _byAddress[address].Add(target);
                continue;
            }

            var number = _globs.Add(target.Host);
            if (number == _byGlob.Count)
            {
                _byGlob.Add([]);
            }

            _byGlob[number].Add(target);
        }
    }

    /// <summary>Those that mean the host, or the address that it has there.</summary>
    public IEnumerable<Target> Find(int host, int address) => FindHost(host).Concat(FindAddress(address));

    public IReadOnlyList<Target> FindAddress(int address) =>
        address == 0 ? [] : _byAddress.GetValueOrDefault(_ids.Addresses[address]) ?? [];

    private List<Target> FindHost(int host)
    {
        if (host == 0)
        {
            return [];
        }

        if (!_ofHosts.TryGetValue(host, out var targets))
        {
            _ofHosts[host] = targets = [.. _globs.Matching(_ids.Hosts[host]).SelectMany(number => _byGlob[number])];
        }

        return targets;
    }
}
