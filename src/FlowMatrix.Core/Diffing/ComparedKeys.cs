using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Diffing;

/// <summary>
/// Reduces the row keys of one matrix to the columns of a <see cref="ComparisonKey"/>. If hosts are compared, an end on
/// an unknown host keeps its address, because nothing else identifies it.
/// </summary>
internal sealed class ComparedKeys(ComparisonKey key, Matrix matrix)
{
    private readonly bool _protocol = key.Has(RowFields.Protocol);
    private readonly bool _servicePort = key.Has(RowFields.ServicePort);
    private readonly bool _serviceHost = key.Has(RowFields.ServiceHost);
    private readonly bool _serviceAddress = key.Has(RowFields.ServiceAddress);
    private readonly bool _clientHost = key.Has(RowFields.ClientHost);
    private readonly bool _clientAddress = key.Has(RowFields.ClientAddress);
    private readonly ReducedProcesses _services = new(
        matrix.IdTables.Processes,
        key.Has(RowFields.ServicePath),
        key.Has(RowFields.ServiceName)
    );

    private readonly ReducedProcesses _clients = new(
        matrix.IdTables.Processes,
        key.Has(RowFields.ClientPath),
        key.Has(RowFields.ClientName)
    );

    /// <summary>
    /// Returns equal keys for rows that are equal in these columns. Their process IDs are not those of the matrix.
    /// </summary>
    public RowKey Get(in RowKey row) =>
        new()
        {
            Protocol = _protocol ? row.Protocol : default,
            ServicePort = _servicePort ? row.ServicePort : default,
            ServiceHost = _serviceHost ? row.ServiceHost : 0,
            ServiceAddress = _serviceAddress || (row.ServiceHost == 0 && _serviceHost) ? row.ServiceAddress : 0,
            ServiceProcess = _services[row.ServiceProcess],
            ClientHost = _clientHost ? row.ClientHost : 0,
            ClientAddress = _clientAddress || (row.ClientHost == 0 && _clientHost) ? row.ClientAddress : 0,
            ClientProcess = _clients[row.ClientProcess],
        };

    /// <summary>IDs for the parts of processes that are compared: path, name, both or neither.</summary>
    private sealed class ReducedProcesses(ProcessInterner processes, bool path, bool name)
    {
        private readonly ProcessInterner _reduced = new();
        private readonly int[] _reducedIds = new int[processes.Count];

        public int this[int process] =>
            _reducedIds[process] != 0
                ? _reducedIds[process]
                : _reducedIds[process] = _reduced.Add(
                    path ? processes.PathUtf8(process) : default,
                    name ? processes.NameUtf8(process) : default
                );
    }
}
