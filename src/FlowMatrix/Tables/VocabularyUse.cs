namespace FlowMatrix.Tables;

/// <summary>Which numbers of a vocabulary somebody still has: all others may be forgotten.</summary>
internal sealed class VocabularyUse(Vocabulary vocabulary)
{
    private readonly bool[] _hosts = new bool[vocabulary.Hosts.Count];
    private readonly bool[] _addresses = new bool[vocabulary.Addresses.Count];
    private readonly bool[] _processes = new bool[vocabulary.Processes.Count];

    public ReadOnlySpan<bool> Hosts => _hosts;

    public ReadOnlySpan<bool> Addresses => _addresses;

    public ReadOnlySpan<bool> Processes => _processes;

    public void Host(int id) => _hosts[id] = true;

    public void Address(int id) => _addresses[id] = true;

    public void Process(int id) => _processes[id] = true;
}
