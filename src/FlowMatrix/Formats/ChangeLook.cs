using FlowMatrix.Matrices;

namespace FlowMatrix.Formats;

/// <summary>How a graph shows what became of an edge: a colour, a line, and a word for those who don't see the colour.</summary>
internal sealed record ChangeLook(string Color, string Style, string Words)
{
    public static string Legend(Changes changes) =>
        "+ added: green    - removed: red, dashed    ~ changed: amber, bold    "
        + (changes.Count(Change.Turned) > 0 ? "<> direction re-evaluated: violet    " : "")
        + "grey: as before";

    private static readonly ChangeLook Same = new("#94a3b8", "", "");
    private static readonly ChangeLook Added = new("#15803d", "", "+ added ");
    private static readonly ChangeLook Removed = new("#b91c1c", ", style=dashed", "- removed ");
    private static readonly ChangeLook Changed = new("#b45309", ", style=bold", "~ changed ");

    private static readonly ChangeLook Turned = new("#6d28d9", "", "<> direction re-evaluated ");

    public static ChangeLook Of(Change change) => change switch
    {
        Change.Added => Added,
        Change.Removed => Removed,
        Change.Changed => Changed,
        Change.Turned => Turned,
        _ => Same,
    };
}
