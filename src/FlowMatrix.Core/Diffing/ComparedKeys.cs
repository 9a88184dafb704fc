using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;

namespace FlowMatrix.Core.Diffing;

/// <summary>
/// Reduces the rows of one matrix to the columns of a <see cref="ComparisonKey"/>. An end on an unknown host keeps its
/// address where hosts count: there is nothing else to tell it by.
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

    /// <summary>Equal for rows that are the same by these columns; its processes are no numbers of the matrix.</summary>
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

    /// <summary>Numbers for what counts of a process: path, name, both or nothing.</summary>
    private sealed class ReducedProcesses(ProcessInterner processes, bool path, bool name)
    {
        private readonly ProcessInterner _reduced = new();
        private readonly int[] _numbers = new int[processes.Count];

        public int this[int process] =>
            _numbers[process] != 0
                ? _numbers[process]
                : _numbers[process] = _reduced.Add(
                    path ? processes.PathUtf8(process) : default,
                    name ? processes.NameUtf8(process) : default
                );
    }
}
