using System.Diagnostics.CodeAnalysis;

namespace FlowMatrix.Core.Views.Filters;

/// <summary>How the value of a filter is written.</summary>
internal enum FilterForm
{
    /// <summary>One or more values, separated by commas.</summary>
    Values,

    /// <summary>A filter without a value.</summary>
    Flag,

    /// <summary>One of <see cref="FilterKind.Visibilities"/>.</summary>
    Visibility,
}

/// <summary>The ends that a filter has names for: "to-host" is of the service, "from-host" of the client.</summary>
[Flags]
internal enum FilterEnds
{
    None = 0,
    Service = 1,
    Client = 2,
    Both = Service | Client,
}

/// <summary>One filter that users can give. <see cref="FilterList"/> registers them.</summary>
/// <param name="Name">Its name on the command line and in files, without dashes.</param>
/// <param name="Field">What of a row it compares.</param>
internal sealed record FilterKind(string Name, FilterField Field)
{
    public static readonly IReadOnlyList<string> Visibilities = ["show", "hide", "only"];

    private const string OfService = "to-";
    private const string OfClient = "from-";

    public FilterForm Form { get; init; }

    public FilterEnds Ends { get; init; }

    /// <summary>A single character that is short for the name on the command line.</summary>
    public string? ShortName { get; init; }

    /// <summary>What the help shows in the place of a value.</summary>
    public string ValueName { get; init; } = "";

    /// <summary>A valid value, for messages and tests. Empty for a flag.</summary>
    public string Example { get; init; } = "";

    /// <summary>A few words for the help.</summary>
    public required string Description { get; init; }

    /// <summary>Why there is no such filter for the client, if users expect one.</summary>
    public string? NoClient { get; init; }

    /// <summary>Its name, and the names for one end.</summary>
    public IEnumerable<string> Names => [Name, .. EndNames];

    /// <summary>The names for one end: "from-host", "to-host".</summary>
    public IEnumerable<string> EndNames
    {
        get
        {
            if (Ends.HasFlag(FilterEnds.Client))
            {
                yield return OfClient + Name;
            }

            if (Ends.HasFlag(FilterEnds.Service))
            {
                yield return OfService + Name;
            }
        }
    }

    /// <summary>The name that is refused with <see cref="NoClient"/>.</summary>
    public string? RefusedName => NoClient is null ? null : OfClient + Name;

    /// <summary>The end that a name of this filter is about; null for the name of another filter.</summary>
    public RowEnd? EndOf(string name) =>
        name == Name ? RowEnd.Either
        : name == RefusedName ? RowEnd.Client
        : !EndNames.Contains(name) ? null
        : name.StartsWith(OfService, StringComparison.Ordinal) ? RowEnd.Service
        : RowEnd.Client;

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="term">Null without a problem if it keeps all rows ("show").</param>
    /// <param name="problem">A clause that shows the value.</param>
    public bool TryParse(
        string name,
        string value,
        bool not,
        out FilterTerm? term,
        [NotNullWhen(false)] out string? problem
    )
    {
        term = null;
        var written = new WrittenTerm(this, name, Form == FilterForm.Flag ? "" : value, not);
        switch (Form)
        {
            case FilterForm.Flag:
                return Field.TryParse(written, [Name], out term, out problem);
            case FilterForm.Visibility:
                problem =
                    !Visibilities.Contains(value) ? $"\"{value}\" is not one of {string.Join(", ", Visibilities)}"
                    : not ? "cannot be combined with not: use hide or only instead"
                    : null;
                return problem is null
                    && (
                        value == "show"
                        || Field.TryParse(written with { Not = value == "hide" }, [Name], out term, out problem)
                    );
            default:
                var parts = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                problem =
                    parts.Length == 0 ? "is empty"
                    : name == RefusedName ? NoClient
                    : null;
                return problem is null && Field.TryParse(written, parts, out term, out problem);
        }
    }
}
