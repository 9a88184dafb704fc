namespace FlowMatrix.Tables;

/// <summary>
/// From the numbers of one vocabulary to those of another, which learns only what is asked for.
/// </summary>
internal sealed class Translation(Vocabulary from, Vocabulary to)
{
    private readonly int[] _hosts = new int[from.Hosts.Count];
    private readonly int[] _addresses = new int[from.Addresses.Count];
    private readonly int[] _processes = new int[from.Processes.Count];

    public int Host(int id) => id == 0 || _hosts[id] != 0 ? _hosts[id] : _hosts[id] = to.Hosts.Add(from.Hosts.Utf8(id));

    public int Address(int id) =>
        id == 0 || _addresses[id] != 0 ? _addresses[id] : _addresses[id] = to.Addresses.Add(from.Addresses[id]);

    public int Process(int id) => id == 0 || _processes[id] != 0
        ? _processes[id]
        : _processes[id] = to.Processes.Add(from.Processes.PathUtf8(id), from.Processes.NameUtf8(id));
}
