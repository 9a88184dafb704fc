using System.Globalization;
using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Sources.Linux;

/// <summary>The source for <c>--local</c>: the sockets of this machine.</summary>
internal sealed class LocalSource : ISource
{
    private const string Root = "/proc";

    /// <exception cref="Failure">This is not Linux, or the kernel's files cannot be read.</exception>
    public Task<SourceContent> ReadAsync(ReadProgress progress, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new Failure(FailureKind.Input, "--local reads the sockets of Linux only");
        }

        var table = new SocketTable();
        var host = new ProcReader(Root).Read(cancel);
        SnapshotTable.Add(table, host, host.Name, "this machine");
        progress.Add(1, table.Sockets.Count);
        if (host.HiddenSockets is var hidden and > 0)
        {
            progress.Warn(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{hidden} of {table.Sockets.Count} sockets have no process, because those of other users cannot "
                        + $"be read: use sudo, or give flowmatrix the capabilities CAP_SYS_PTRACE and "
                        + $"CAP_DAC_READ_SEARCH"
                )
            );
        }

        return Task.FromResult(new SourceContent(table));
    }
}
