using System.Diagnostics.CodeAnalysis;
using FlowMatrix.Core.Interning;

namespace FlowMatrix.Core.Model;

/// <summary>
/// The columns by which rows of two matrices are compared. The default leaves out addresses and paths, so that a new
/// container address or an upgraded path does not make another row. If hosts are compared, an end on an unknown host is
/// compared by its address. Source: docs/policies.md, "Comparing two matrices".
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

    /// <summary>Names from <see cref="RowFields.Key"/>, in that order.</summary>
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
            : fields.Count == 0 ? "must name at least one column"
            : null;
        key = problem is null ? new ComparisonKey([.. RowFields.Key.Where(fields.Contains)]) : null;
        return problem is null;
    }
}
