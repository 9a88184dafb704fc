using System.Diagnostics.CodeAnalysis;
using FlowMatrix.Core.Interning;

namespace FlowMatrix.Core.Model;

/// <summary>
/// Which fields make two rows the same, so that a restarted process, a new container address or an upgraded path is no
/// other row. An end that is no known host goes by its address where hosts count: it has nothing else.
/// </summary>
internal sealed record ComparisonKey
{
    public static readonly ComparisonKey Default = new([
        "protocol",
        "service_host",
        "service_port",
        "service_name",
        "client_host",
        "client_name",
    ]);

    private ComparisonKey(IReadOnlyList<string> fields)
    {
        Fields = fields;
    }

    public IReadOnlyList<string> Fields { get; }

    public bool Has(string field) => Fields.Contains(field);

    public static bool TryParse(
        IEnumerable<string> values,
        [NotNullWhen(true)] out ComparisonKey? key,
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
        key = problem is null ? new ComparisonKey([.. RowFields.Key.Where(fields.Contains)]) : null;
        return problem is null;
    }
}
