using FlowMatrix.Core.Model;
using FlowMatrix.Output.Tables;

namespace FlowMatrix.Output;

/// <summary>
/// The output options of the command line, for every format. A format ignores those that do not apply to it.
/// </summary>
internal sealed record FormatOptions
{
    /// <summary>Columns of <c>--columns</c>, which follow the ten columns of <see cref="Column.Key"/>.</summary>
    public IReadOnlyList<Column> ExtraColumns { get; init; } = [];

    /// <summary>Whether each row explains how it was matched (<c>--explain</c>).</summary>
    public bool Explain { get; init; }

    /// <summary><see cref="ExtraColumns"/>, and the explanation if <see cref="Explain"/> is set.</summary>
    public IReadOnlyList<Column> AllExtraColumns =>
        Explain && !ExtraColumns.Contains(Column.Explanation) ? [.. ExtraColumns, Column.Explanation] : ExtraColumns;

    public IReadOnlyList<Column> Columns => [.. Column.Key, .. AllExtraColumns];

    /// <summary>Whether csv begins with a line of column names.</summary>
    public bool Header { get; init; } = true;

    /// <summary>Whether csv must not have cells that a spreadsheet would run as formulas.</summary>
    public bool SpreadsheetSafe { get; init; }

    /// <summary>One of Graphviz's layout engines, see <see cref="Graphs.Graphviz.Engines"/>.</summary>
    public string Engine { get; init; } = "dot";

    /// <summary>Path of Graphviz's program; null if it is not installed.</summary>
    public string? Graphviz { get; init; }

    /// <summary>Width of the terminal in characters; null if the output is not a terminal.</summary>
    public int? TerminalWidth { get; init; }

    public bool Color { get; init; }

    /// <summary>Called with each warning for the user about the output.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>
    /// The services of the same rows, for formats whose <see cref="Format.Needs"/> include them; else null.
    /// </summary>
    public ServiceList? Services { get; init; }
}
