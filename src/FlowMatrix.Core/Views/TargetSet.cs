using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Views.Patterns;

namespace FlowMatrix.Core.Views;

/// <summary>Finds the targets of hosts and addresses. Each distinct host is matched once.</summary>
internal sealed class TargetSet
{
    private readonly IdTables _ids;
    private readonly GlobSet _globs = new();

    /// <summary>By the index of the glob.</summary>
    private readonly List<List<Target>> _byGlob = [];
    private readonly Dictionary<IpAddress, List<Target>> _byAddress = [];
    private readonly Dictionary<int, List<Target>> _byHost = [];

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

    /// <summary>Returns the targets that match the host or the address.</summary>
    public IEnumerable<Target> Find(int host, int address) => FindHost(host).Concat(FindAddress(address));

    public IReadOnlyList<Target> FindAddress(int address) =>
        address == 0 ? [] : _byAddress.GetValueOrDefault(_ids.Addresses[address]) ?? [];

    private List<Target> FindHost(int host)
    {
        if (host == 0)
        {
            return [];
        }

        if (!_byHost.TryGetValue(host, out var targets))
        {
            _byHost[host] = targets = [.. _globs.Matching(_ids.Hosts[host]).SelectMany(number => _byGlob[number])];
        }

        return targets;
    }
}
