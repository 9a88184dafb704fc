namespace FlowMatrix.Output;

/// <summary>A graph in an analyzer: listed with the formats, written by the publisher.</summary>
internal sealed class SkydiveFormat : Format
{
    public override string Name => "skydive";

    public override string Description => "write to an analyzer's graph, for Skydive's UI";

    public override IReadOnlyList<string> Extensions => [];

    public override bool IsPublished => true;

    public override bool ShowsChanges => false;
}
