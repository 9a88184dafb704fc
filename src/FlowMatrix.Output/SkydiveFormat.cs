namespace FlowMatrix.Output;

/// <summary>
/// Stands for publishing to an analyzer's graph (docs/publishing.md). It implements no writer, because nothing is
/// written to a file.
/// </summary>
internal sealed class SkydiveFormat : Format
{
    public override string Name => "skydive";

    public override string Description => "write to an analyzer's graph, for Skydive's UI";

    public override IReadOnlyList<string> Extensions => [];
}
