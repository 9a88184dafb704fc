using FlowMatrix.Core.Model;

namespace FlowMatrix.Output.Graphs;

/// <summary>
/// How a graph marks an edge that differs: with a colour, a line style, and words for people who cannot see the colour.
/// </summary>
/// <param name="Style">Attributes in Graphviz's language, with a leading comma; empty for a plain line.</param>
internal sealed record DiffStyle(string Color, string Style, string Label)
{
    public static string Legend(MatrixDiff diff) =>
        "+ added: green    - removed: red, dashed    ~ changed: amber, bold    "
        + (diff.Count(DiffKind.DirectionChanged) > 0 ? "<> direction re-evaluated: violet    " : "")
        + "grey: as before";

    private static readonly DiffStyle Same = new("#94a3b8", "", "");
    private static readonly DiffStyle Added = new("#15803d", "", "+ added ");
    private static readonly DiffStyle Removed = new("#b91c1c", ", style=dashed", "- removed ");
    private static readonly DiffStyle Changed = new("#b45309", ", style=bold", "~ changed ");

    private static readonly DiffStyle DirectionChanged = new("#6d28d9", "", "<> direction re-evaluated ");

    public static DiffStyle Get(DiffKind change) =>
        change switch
        {
            DiffKind.Added => Added,
            DiffKind.Removed => Removed,
            DiffKind.Changed => Changed,
            DiffKind.DirectionChanged => DirectionChanged,
            _ => Same,
        };
}
