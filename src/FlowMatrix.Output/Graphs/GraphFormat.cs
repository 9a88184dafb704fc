using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Output.Graphs;

/// <summary>A format that writes nodes and edges for another program: of a matrix, or of merged rows.</summary>
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

    /// <summary>Writes all of it; the stream stays open.</summary>
    protected abstract void Write(
        ProcessGraph graph,
        GraphText names,
        Stream output,
        FormatOptions options,
        CancellationToken cancel
    );
}
