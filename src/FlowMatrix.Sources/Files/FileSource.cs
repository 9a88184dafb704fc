using FlowMatrix.Core;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Skydive.Reading;
using FlowMatrix.Sources.Skydive.Saving;

namespace FlowMatrix.Sources.Files;

/// <summary>Saved answers of an analyzer: files or standard input, plain or gzip (told by their content).</summary>
/// <param name="paths">File names; "-" is standard input.</param>
internal sealed class FileSource(IReadOnlyList<string> paths, Func<Stream> standardInput) : ISource
{
    /// <summary>The answers in the first file, where <see cref="TryReadMatrix"/> found no matrix in it.</summary>
    private Stream? _first;

    /// <summary>The matrix that the one file holds; null where it holds answers, which can then be read.</summary>
    /// <param name="warn">Gets what is odd about it and no error.</param>
    public Matrix? TryReadMatrix(Action<string> warn, CancellationToken cancel)
    {
        if (paths.Count > 1)
        {
            return null;
        }

        var (matrix, answers) = MatrixFile.Read(paths[0], standardInput, warn, cancel);
        if (matrix is not null)
        {
            answers.Dispose();
            return matrix;
        }

        _first = answers;
        return null;
    }

    public async Task<SocketTable> ReadAsync(ReadProgress progress, CancellationToken cancel)
    {
        var table = new SocketTable();
        foreach (var path in paths)
        {
            if (await ReadHalvesAsync(path, progress, cancel) is { } halves)
            {
                table = Joined(table, halves);
                continue;
            }

            using var answers = Answers(path, progress, cancel);
            InputFile.Guarded(
                path,
                () =>
                {
                    Read(table, InputFile.NameOf(path), answers, isPart: false, progress, cancel);
                    return table;
                }
            );
        }

        if (table.Ranges.Count == 0 && table.FlowSockets.Count > 0)
        {
            throw new Failure(
                FailureKind.Input,
                $"{string.Join(", ", paths)}: holds sockets of flows only: give the answer with the hosts' sockets as well (--input is repeatable)"
            );
        }

        SocketTableChecks.RequireSockets(table, string.Join(", ", paths.Select(InputFile.NameOf)), isFile: true);
        return table;
    }

    /// <returns>Null where the file is not one to be read in halves.</returns>
    private async Task<SocketTable?> ReadHalvesAsync(string path, ReadProgress progress, CancellationToken cancel)
    {
        var (hosts, sockets) = (progress.HostsRead, progress.SocketsRead);
        try
        {
            // A pipe has no length: it is not opened here, what came out of it would be lost.
            if (
                path == InputFile.StandardInput
                || !File.Exists(path)
                || new FileInfo(path).Length < SplitFileReader.WorthHalving
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
            if (_first is not null)
            {
                await _first.DisposeAsync();
                _first = null;
            }

            return table;
        }
        catch (Exception e) when (e is Failure or IOException or UnauthorizedAccessException)
        {
            // Read whole, it is right after all, or the message says where it is wrong.
            progress.Add(hosts - progress.HostsRead, (int)(sockets - progress.SocketsRead));
            return null;
        }
    }

    private static SocketTable Joined(SocketTable first, SocketTable second)
    {
        if (first.Ranges.Count == 0 && first.FlowSockets.Count == 0 && first.IdTables.Addresses.Count == 1)
        {
            second.AddFacts(first);
            return second;
        }

        first.Append(second);
        return first;
    }

    private Stream Answers(string path, ReadProgress progress, CancellationToken cancel)
    {
        if (_first is { } opened)
        {
            _first = null;
            return opened;
        }

        var (matrix, answers) = MatrixFile.Read(path, standardInput, progress.Warn, cancel);
        if (matrix is null)
        {
            return answers;
        }

        answers.Dispose();
        throw new Failure(
            FailureKind.Input,
            $"{InputFile.NameOf(path)}: holds the rows of a matrix, not sockets: give such a file alone, "
                + "and only where no sockets are needed"
        );
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
