using FlowMatrix.Tables;

namespace FlowMatrix.Matrices;

/// <summary>Rows of one matrix in the numbers of another vocabulary; each distinct text is looked up once.</summary>
internal sealed class Translation(Matrix matrix, Vocabulary into)
{
    private readonly Vocabulary _from = matrix.Vocabulary;
    private readonly Dictionary<int, int> _hosts = [];
    private readonly Dictionary<int, int> _addresses = [];
    private readonly Dictionary<int, int> _processes = [];

    public int Host(int host) => Once(_hosts, host, () => into.Hosts.Add(_from.Hosts.Utf8(host)));

    public Row Of(in Row row) => row with
    {
        ServiceHost = Host(row.ServiceHost),
        ServiceAddress = Address(row.ServiceAddress),
        ServiceProcess = Process(row.ServiceProcess),
        ClientHost = Host(row.ClientHost),
        ClientAddress = Address(row.ClientAddress),
        ClientProcess = Process(row.ClientProcess),
    };

    public int[] Of(IReadOnlyList<int> addresses) => [.. addresses.Select(Address)];

    private int Address(int address) => Once(_addresses, address, () => into.Addresses.Add(_from.Addresses[address]));

    private int Process(int process) => Once(
        _processes,
        process,
        () => into.Processes.Add(_from.Processes.PathUtf8(process), _from.Processes.NameUtf8(process)));

    /// <summary>Number 0 is "not known" everywhere.</summary>
    private static int Once(Dictionary<int, int> known, int number, Func<int> translate)
    {
        if (number != 0 && !known.TryGetValue(number, out _))
        {
            known[number] = translate();
        }

        return number == 0 ? 0 : known[number];
    }
}
