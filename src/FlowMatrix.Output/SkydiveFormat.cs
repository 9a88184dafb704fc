namespace FlowMatrix.Output;

/// <summary>Selects publishing into an analyzer's graph, which is no file: it implements no writer.</summary>
internal sealed class SkydiveFormat : Format
{
    public override string Name => "skydive";

    public override string Description => "write to an analyzer's graph, for Skydive's UI";

    public override IReadOnlyList<string> Extensions => [];
}
