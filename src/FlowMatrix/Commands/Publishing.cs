using FlowMatrix.Core.Model;
using FlowMatrix.Options;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Sources.Skydive.Publishing;
using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>Writes a matrix into an analyzer's graph or removes it, and reports that.</summary>
internal static class Publishing
{
    public static async Task WriteAsync(
        Publication publication,
        Matrix matrix,
        ConsoleReporter reporter,
        CancellationToken cancel
    )
    {
        using var client = new AnalyzerClient(publication.Target, reporter.Progress());
        using var publisher = new Publisher(client, publication.Name, publication.HostsPerRequest)
        {
            Transient = publication.Transient,
        };
        var size = await publisher.PublishAsync(matrix, cancel);
        reporter.Note(
            $"{client.Where} has {size} published as \"{publication.Name}\""
                + (publication.Transient ? "; they stay there until this command ends (Ctrl-C)" : "")
        );
        if (publication.Transient)
        {
            await publisher.StayAsync(cancel);
        }
    }

    public static async Task RemoveAsync(Publication publication, ConsoleReporter reporter, CancellationToken cancel)
    {
        using var client = new AnalyzerClient(publication.Target, reporter.Progress());
        using var publisher = new Publisher(client, publication.Name, publication.HostsPerRequest);
        var size = await publisher.RemoveAsync(cancel);
        reporter.Note($"{client.Where}: removed {size} published as \"{publication.Name}\"");
    }
}
