using System.Diagnostics.CodeAnalysis;
using FlowMatrix.Core.Interning;

namespace FlowMatrix.Core.Model;

/// <summary>
/// Which fields make two rows the same, so that a restarted process, a new container address or an upgraded path is no
/// other row. An end that is no known host goes by its address where hosts count: it has nothing else.
/// </summary>
internal sealed record RowKey
{
    public static readonly RowKey Default = new([
        "protocol",
        "service_host",
        "service_port",
        "service_name",
        "client_host",
        "client_name",
    ]);

    private RowKey(IReadOnlyList<string> fields)
    {
        Fields = fields;
    }

    public IReadOnlyList<string> Fields { get; }

    public bool Has(string field) => Fields.Contains(field);

    public static bool TryParse(
        IEnumerable<string> values,
        [NotNullWhen(true)] out RowKey? key,
        [NotNullWhen(false)] out string? problem
    )
    {
        var fields = values
            .SelectMany(value =>
                value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            )
            .Distinct()
            .ToList();
        problem =
            fields.FirstOrDefault(field => !RowFields.Key.Contains(field)) is { } wrong
                ? $"\"{wrong}\" is not a column; valid values: {string.Join(", ", RowFields.Key)}"
            : fields.Count == 0 ? "names no column"
            : null;
        key = problem is null ? new RowKey([.. RowFields.Key.Where(fields.Contains)]) : null;
        return problem is null;
    }

    /// <summary>The row with nothing in it but what counts.</summary>
    public Row Get(in Row row, Matrix matrix)
    {
        var processes = matrix.IdTables.Processes;
        return new Row
        {
            Protocol = Has("protocol") ? row.Protocol : default,
            ServicePort = Has("service_port") ? row.ServicePort : default,
            ServiceHost = Has("service_host") ? row.ServiceHost : 0,
            ServiceAddress =
                Has("service_address") || (row.ServiceHost == 0 && Has("service_host")) ? row.ServiceAddress : 0,
            ServiceProcess = Process(processes, row.ServiceProcess, Has("service_path"), Has("service_name")),
            ClientHost = Has("client_host") ? row.ClientHost : 0,
            ClientAddress =
                Has("client_address") || (row.ClientHost == 0 && Has("client_host")) ? row.ClientAddress : 0,
            ClientProcess = Process(processes, row.ClientProcess, Has("client_path"), Has("client_name")),
        };
    }

    private static int Process(ProcessInterner processes, int process, bool path, bool name) =>
        path && name ? process
        : path ? processes.Add(processes.Path(process), "")
        : name ? processes.Add("", processes.Name(process))
        : 0;
}
