using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Output.Graphs;

/// <summary>A format that writes a matrix or groups as nodes and edges for another program.</summary>
internal abstract class GraphFormat : Format, IWriter<Matrix>, IWriter<GroupedMatrix>
{
    public override MatchExtras Needs => MatchExtras.Programs;

    public Task WriteAsync(Matrix content, Stream output, FormatOptions options, CancellationToken cancel)
    {
        Write(ProcessGraph.From(content), new GraphText(content), output, options, cancel);
        return Task.CompletedTask;
    }

    public Task WriteAsync(GroupedMatrix content, Stream output, FormatOptions options, CancellationToken cancel)
    {
        Write(ProcessGraph.From(content), new GraphText(content.Matrix, content.By), output, options, cancel);
        return Task.CompletedTask;
    }

    /// <summary>Writes the whole graph. The stream stays open.</summary>
    protected abstract void Write(
        ProcessGraph graph,
        GraphText texts,
        Stream output,
        FormatOptions options,
        CancellationToken cancel
    );
}
