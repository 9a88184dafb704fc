using FlowMatrix.Core;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Skydive.Reading;
using FlowMatrix.Sources.Skydive.Saving;

namespace FlowMatrix.Sources.Files;

/// <summary>
/// The source for <c>--input</c>: one or several files, or standard input, plain or gzip. Several files must hold
/// answers of an analyzer, and their sockets make one matrix. A single file may also be a matrix or a recording, which
/// is read without matching. Large answers are read as two halves at the same time.
/// </summary>
/// <param name="paths">File names; "-" is standard input.</param>
internal sealed class FileSource(IReadOnlyList<string> paths, Func<Stream> standardInput) : ISource
{
    /// <summary>The open first file, if <see cref="TryReadMatrix"/> found answers in it and no matrix.</summary>
    private Stream? _first;

    /// <summary>Reads the matrix if there is one file that holds one.</summary>
    /// <param name="warn">Called with each problem that is not an error.</param>
    /// <returns>Null if the input holds answers: then call <see cref="ReadAsync"/>.</returns>
    /// <exception cref="Failure">The file cannot be read.</exception>
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

    /// <summary>Reads the sockets of all files.</summary>
    /// <exception cref="Failure">A file cannot be read or holds no answers, or no host reports sockets.</exception>
    public async Task<SocketTable> ReadAsync(ReadProgress progress, CancellationToken cancel)
    {
        var table = new SocketTable();
        foreach (var path in paths)
        {
            if (await ReadHalvesAsync(path, progress, cancel) is { } halves)
            {
                table = Combine(table, halves);
                continue;
            }

            using var answers = OpenAnswers(path, progress, cancel);
            InputFile.WithReadErrors(
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
                $"{string.Join(", ", paths)}: has only sockets of captured flows: add the answer with the sockets of the hosts (--input is repeatable)"
            );
        }

        SocketTableChecks.RequireSockets(table, string.Join(", ", paths.Select(InputFile.NameOf)), isFile: true);
        return table;
    }

    /// <returns>Null if the file cannot be read as two halves and has to be read as a whole.</returns>
    private async Task<SocketTable?> ReadHalvesAsync(string path, ReadProgress progress, CancellationToken cancel)
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
            if (_first is not null)
            {
                await _first.DisposeAsync();
                _first = null;
            }

            return table;
        }
        catch (Exception e) when (e is Failure or IOException or UnauthorizedAccessException)
        {
            // The guess was wrong or the file is invalid. Reading the whole file shows which, with a position.
            progress.Add(hosts - progress.HostsRead, (int)(sockets - progress.SocketsRead));
            return null;
        }
    }

    private static SocketTable Combine(SocketTable first, SocketTable second)
    {
        if (first.Ranges.Count == 0 && first.FlowSockets.Count == 0 && first.IdTables.Addresses.Count == 1)
        {
            second.AddFacts(first);
            return second;
        }

        first.Append(second);
        return first;
    }

    private Stream OpenAnswers(string path, ReadProgress progress, CancellationToken cancel)
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
            $"{InputFile.NameOf(path)}: holds the rows of a matrix, not sockets: it must be the only input, "
                + "and services need sockets"
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
