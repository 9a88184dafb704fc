namespace FlowMatrix.Tables;

/// <summary>
/// What the small numbers in sockets and rows stand for: hosts, addresses and processes. Number 0 is "not known" in
/// each of them.
/// </summary>
internal sealed class Vocabulary
{
    public TextTable Hosts { get; } = new();

    public AddressTable Addresses { get; } = new();

    public ProcessTable Processes { get; } = new();
}
