using System.Diagnostics.CodeAnalysis;

namespace FlowMatrix.Core.Views.Filters;

/// <summary>Which end of a row a term is about.</summary>
internal enum RowEnd
{
    Either,
    Client,
    Service,
}

/// <summary>A filter as a user wrote it.</summary>
/// <param name="Name">"from-host".</param>
/// <param name="Value">"web*,db*"; empty for a flag.</param>
/// <param name="Not">Rows that match are left out.</param>
internal sealed record WrittenTerm(FilterKind Kind, string Name, string Value, bool Not);

/// <summary>
/// One condition on a row: a filter such as "from-host" with a value such as "web*,db*". The command line and files use
/// the same names and values.
/// </summary>
internal abstract record FilterTerm(WrittenTerm Written)
{
    public FilterKind Kind => Written.Kind;

    public FilterField Field => Kind.Field;

    /// <summary>"from-host".</summary>
    public string Name => Written.Name;

    /// <summary>"web*,db*"; empty for a flag.</summary>
    public string Value => Written.Value;

    /// <summary>Rows that match are left out.</summary>
    public bool Not => Written.Not;

    /// <summary>The end that is compared. Always the service's if both ends of a row have the same value.</summary>
    public RowEnd End { get; init; }

    /// <summary>As it is written on a command line.</summary>
    public string Text =>
        $"{(Not && Kind.Form != FilterForm.Visibility ? "--not " : "")}--{Name}{(Value.Length > 0 ? $" {Value}" : "")}";

    /// <param name="term">Null without a problem if it keeps all rows ("show").</param>
    /// <param name="problem">A clause that shows the value.</param>
    public static bool TryParse(
        string name,
        string value,
        bool not,
        out FilterTerm? term,
        [NotNullWhen(false)] out string? problem
    )
    {
        if (FilterList.Find(name) is { } kind)
        {
            return kind.TryParse(name, value, not, out term, out problem);
        }

        (term, problem) = (null, $"is not a filter; valid values: {string.Join(", ", FilterList.Names)}");
        return false;
    }
}

/// <summary>A condition with its values: a row matches if one of them does.</summary>
internal sealed record FilterTerm<TValue>(WrittenTerm Written, IReadOnlyList<TValue> Values) : FilterTerm(Written);
