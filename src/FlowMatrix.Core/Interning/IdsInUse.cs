namespace FlowMatrix.Core.Interning;

/// <summary>The IDs that are still in use. All others may be swept.</summary>
internal sealed class IdsInUse(IdTables ids)
{
    private readonly bool[] _hosts = new bool[ids.Hosts.Count];
    private readonly bool[] _addresses = new bool[ids.Addresses.Count];
    private readonly bool[] _processes = new bool[ids.Processes.Count];

    public ReadOnlySpan<bool> Hosts => _hosts;

    public ReadOnlySpan<bool> Addresses => _addresses;

    public ReadOnlySpan<bool> Processes => _processes;

    public void Host(int id) => _hosts[id] = true;

    public void Address(int id) => _addresses[id] = true;

    public void Process(int id) => _processes[id] = true;
}
