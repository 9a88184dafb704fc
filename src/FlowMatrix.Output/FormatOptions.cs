using FlowMatrix.Core.Model;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output;

/// <summary>How a user wants something written.</summary>
internal sealed record FormatOptions
{
    /// <summary>Columns beside those of the key.</summary>
    public IReadOnlyList<Column> ExtraColumns { get; init; } = [];

    /// <summary>Whether each row explains how it was matched.</summary>
    public bool Explain { get; init; }

    public IReadOnlyList<Column> AllExtraColumns =>
        Explain && !ExtraColumns.Contains(Column.Explanation) ? [.. ExtraColumns, Column.Explanation] : ExtraColumns;

    public IReadOnlyList<Column> Columns => [.. Column.Key, .. AllExtraColumns];

    public bool Header { get; init; } = true;

    public bool SpreadsheetSafe { get; init; }

    /// <summary>One of Graphviz's layout engines.</summary>
    public string Engine { get; init; } = "dot";

    /// <summary>Where Graphviz's program lies; null where it isn't installed.</summary>
    public string? Graphviz { get; init; }

    /// <summary>How many characters a line of the terminal has; null where the output is no terminal.</summary>
    public int? TerminalWidth { get; init; }

    public bool Color { get; init; }

    /// <summary>Receives warnings for the user about what was written.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>The services of the same rows, for formats that <see cref="Format.Needs"/> them; else null.</summary>
    public ServiceList? Services { get; init; }
}
