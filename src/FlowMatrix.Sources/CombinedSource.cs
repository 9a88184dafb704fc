using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Sources;

/// <summary>Several sources whose sockets make one matrix.</summary>
internal sealed class CombinedSource(IReadOnlyList<ISource> sources) : ISource
{
    /// <exception cref="Failure">A source cannot be read, or holds a matrix and not sockets.</exception>
    public async Task<SourceContent> ReadAsync(ReadProgress progress, CancellationToken cancel)
    {
        var table = new SocketTable();
        foreach (var source in sources)
        {
            table = SocketTable.Join(table, (await source.ReadAsync(progress, cancel)).Sockets);
        }

        return new SourceContent(table);
    }
}
