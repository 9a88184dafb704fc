namespace FlowMatrix.Core.Interning;

/// <summary>
/// Maps IDs of one set of tables to IDs of another. The source tables may grow and be swept meanwhile. The target
/// tables get only the entries that are asked for.
/// </summary>
internal sealed class IdMap(IdTables from, IdTables to)
{
    private int[] _hosts = new int[from.Hosts.Count];
    private int[] _addresses = new int[from.Addresses.Count];
    private int[] _processes = new int[from.Processes.Count];
    private int[] _namespaces = new int[from.Namespaces.Count];
    private int _generation = from.Generation;

    public int Host(int id)
    {
        ref var known = ref At(ref _hosts, id);
        return id == 0 || known != 0 ? known : known = to.Hosts.Add(from.Hosts.Utf8(id));
    }

    public int Address(int id)
    {
        ref var known = ref At(ref _addresses, id);
        return id == 0 || known != 0 ? known : known = to.Addresses.Add(from.Addresses[id]);
    }

    public int Process(int id)
    {
        ref var known = ref At(ref _processes, id);
        return id == 0 || known != 0
            ? known
            : known = to.Processes.Add(from.Processes.PathUtf8(id), from.Processes.NameUtf8(id));
    }

    public int Namespace(int id)
    {
        ref var known = ref At(ref _namespaces, id);
        return id == 0 || known != 0 ? known : known = to.Namespaces.Add(from.Namespaces.Utf8(id));
    }

    private ref int At(ref int[] numbers, int id)
    {
        if (_generation != from.Generation)
        {
            (_hosts, _addresses, _processes, _namespaces, _generation) = (
                new int[id + 1],
                new int[id + 1],
                new int[id + 1],
                new int[id + 1],
                from.Generation
            );
        }

        if (id >= numbers.Length)
        {
            Array.Resize(ref numbers, Math.Max(id + 1, numbers.Length * 2));
        }

        return ref numbers[id];
    }
}
