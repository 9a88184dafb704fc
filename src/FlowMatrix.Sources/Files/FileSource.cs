using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Linux;
using FlowMatrix.Sources.Skydive.Reading;
using FlowMatrix.Sources.Skydive.Saving;

namespace FlowMatrix.Sources.Files;

/// <summary>
/// The source for <c>--input</c>: one or several files, or standard input, plain or gzip. Several files must hold
/// answers of an analyzer, and their sockets make one matrix. A single file may also be a matrix or a recording, which
/// is read without matching. The content decides, not the name. Large answers are read as two halves at the same time.
/// </summary>
internal sealed class FileSource(IReadOnlyList<NamedInput> inputs, Func<Stream> standardInput) : ISource
{
    /// <summary>Reads all files: their sockets, or the matrix if there is one file that holds one.</summary>
    /// <exception cref="Failure">A file cannot be read or is invalid, or no host reports sockets.</exception>
    public async Task<SourceContent> ReadAsync(ReadProgress progress, CancellationToken cancel)
    {
        var table = new SocketTable();
        var hosts = new HostFiles(progress);
        foreach (var input in inputs)
        {
            var path = input.Path;
            using var content = MatrixFile.Read(path, standardInput, progress.Warn, cancel);
            if (content.Matrix is { } matrix)
            {
                return inputs.Count == 1
                    ? new SourceContent(matrix, InputFile.NameOf(path))
                    : throw SourceContent.HasNoSockets(InputFile.NameOf(path));
            }

            if (content.Host is { } host)
            {
                hosts.Add(table, input, host);
                continue;
            }

            if (input.Host is not null)
            {
                throw new Failure(
                    FailureKind.Usage,
                    $"{InputFile.NameOf(path)}: names its hosts itself: give it without {input.Host}="
                );
            }

            if (await ReadHalvesAsync(path, progress, cancel) is { } halves)
            {
                table = SocketTable.Join(table, halves);
                continue;
            }

            InputFile.WithReadErrors(
                path,
                () => Read(table, InputFile.NameOf(path), content.Answers, isPart: false, progress, cancel)
            );
        }

        if (table.Ranges.Count == 0 && table.FlowSockets.Count > 0)
        {
            throw new Failure(
                FailureKind.Input,
                $"{Names()}: holds only sockets of captured flows: "
                    + "give the answer with the hosts' sockets as well (--input is repeatable)"
            );
        }

        SocketTableChecks.RequireSockets(table, Names(), isFile: true);
        return new SourceContent(table);
    }

    private string Names() => string.Join(", ", inputs.Select(input => InputFile.NameOf(input.Path)));

    /// <returns>Null if the file cannot be read as two halves and has to be read as a whole.</returns>
    private static async Task<SocketTable?> ReadHalvesAsync(
        string path,
        ReadProgress progress,
        CancellationToken cancel
    )
    {
        var (hosts, sockets) = (progress.HostsRead, progress.SocketsRead);
        try
        {
            // A pipe has no length, so it is not opened here: the data that was read from it would be lost.
            if (
                path == InputFile.StandardInput
                || !File.Exists(path)
                || new FileInfo(path).Length < SplitFileReader.MinLength
            )
            {
                return null;
            }

            using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            if (SplitFileReader.FindBoundary(file) is not { } boundary)
            {
                return null;
            }

            var (table, frame) = await SplitFileReader.ReadAsync(
                file,
                boundary,
                (half, table) => Read(table, path, half, isPart: true, progress, cancel)
            );
            frame.Check(FailureKind.Input, path);
            return table;
        }
        catch (Exception e) when (e is Failure or IOException or UnauthorizedAccessException)
        {
            // The guess was wrong or the file is invalid. Reading the whole file shows which, with a position.
            progress.Add(hosts - progress.HostsRead, (int)(sockets - progress.SocketsRead));
            return null;
        }
    }

    private static SavedFrame Read(
        SocketTable table,
        string name,
        Stream content,
        bool isPart,
        ReadProgress progress,
        CancellationToken cancel
    )
    {
        var read = table.Sockets.Count;
        var reader = new AnswerReader(table, FailureKind.Input, name)
        {
            IsPart = isPart,
            HostRead = () =>
            {
                progress.Add(1, table.Sockets.Count - read);
                read = table.Sockets.Count;
            },
        };
        reader.Read(content, cancel);
        return reader.Frame;
    }
}
