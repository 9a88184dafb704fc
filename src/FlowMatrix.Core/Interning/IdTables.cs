namespace FlowMatrix.Core.Interning;

/// <summary>
/// The hosts, addresses, processes and network namespaces that the IDs in sockets and rows stand for. ID 0 means "not
/// known" in each table.
/// </summary>
internal sealed class IdTables
{
    public TextInterner Hosts { get; private init; } = new();

    public AddressInterner Addresses { get; private init; } = new();

    public ProcessInterner Processes { get; private init; } = new();

    /// <summary>Network namespaces: each text is unique worldwide. Live updates of an analyzer name none.</summary>
    public TextInterner Namespaces { get; private init; } = new();

    /// <summary>Number of IDs in use in all tables.</summary>
    public int InUse => Hosts.InUse + Addresses.InUse + Processes.InUse;

    /// <summary>Number of sweeps so far. After a sweep, an ID may stand for something else than before.</summary>
    public int Generation { get; private set; }

    /// <summary>
    /// Returns tables with the same IDs. Hosts and processes can be added to them without changing these tables; the
    /// addresses and namespaces are shared.
    /// </summary>
    public IdTables WithOwnNames() =>
        new()
        {
            Hosts = new TextInterner(Hosts),
            Addresses = Addresses,
            Processes = new ProcessInterner(Processes),
            Namespaces = Namespaces,
        };

    /// <summary>Removes entries that are not in use. The others keep their IDs; free IDs are assigned again.</summary>
    public void Sweep(IdsInUse used)
    {
        Generation++;
        Hosts.Sweep(used.Hosts);
        Addresses.Sweep(used.Addresses);
        Processes.Sweep(used.Processes);
    }
}
