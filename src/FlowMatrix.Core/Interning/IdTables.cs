namespace FlowMatrix.Core.Interning;

/// <summary>
/// What the small numbers in sockets and rows stand for: hosts, addresses and processes. Number 0 is "not known" in
/// each of them.
/// </summary>
internal sealed class IdTables
{
    public TextInterner Hosts { get; private init; } = new();

    public AddressInterner Addresses { get; private init; } = new();

    public ProcessInterner Processes { get; private init; } = new();

    /// <summary>How many numbers stand for something.</summary>
    public int InUse => Hosts.InUse + Addresses.InUse + Processes.InUse;

    /// <summary>How often something was forgotten: a number that was known in another one may stand for something else.</summary>
    public int Generation { get; private set; }

    /// <summary>
    /// Tables with the same numbers that names of hosts and processes can be added to, while these stay as they are.
    /// Addresses are shared.
    /// </summary>
    public IdTables WithOwnNames() =>
        new()
        {
            Hosts = new TextInterner(Hosts),
            Addresses = Addresses,
            Processes = new ProcessInterner(Processes),
        };

    /// <summary>Forgets what isn't used. What is keeps its number; the other numbers are given out again.</summary>
    public void Sweep(IdsInUse used)
    {
        Generation++;
        Hosts.Sweep(used.Hosts);
        Addresses.Sweep(used.Addresses);
        Processes.Sweep(used.Processes);
    }
}
