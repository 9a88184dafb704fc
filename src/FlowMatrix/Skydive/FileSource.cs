using FlowMatrix.Inputs;
using FlowMatrix.Matrices;
using FlowMatrix.Sockets;

namespace FlowMatrix.Skydive;

/// <summary>Saved answers of an analyzer: files or standard input, plain or gzip (told by their content).</summary>
/// <param name="paths">File names; "-" is standard input.</param>
internal sealed class FileSource(IReadOnlyList<string> paths, Func<Stream> standardInput) : ISource
{
    /// <summary>The answers in the first file, where <see cref="TryReadMatrix"/> found no matrix in it.</summary>
    private Stream? _first;

    /// <summary>The matrix that the one file holds; null where it holds answers, which can then be read.</summary>
    public Matrix? TryReadMatrix(CancellationToken cancel)
    {
        if (paths.Count > 1)
        {
            return null;
        }

        var (matrix, answers) = MatrixFile.Read(paths[0], standardInput, cancel);
        if (matrix is not null)
        {
            answers.Dispose();
            return matrix;
        }

        _first = answers;
        return null;
    }

    public Task<SocketTable> ReadAsync(ReadProgress progress, CancellationToken cancel)
    {
        var table = new SocketTable();
        foreach (var path in paths)
        {
            using var answers = Answers(path, cancel);
            InputFile.Guarded(path, () =>
            {
                Read(table, InputFile.NameOf(path), answers, progress, cancel);
                return table;
            });
        }

        SocketTableChecks.RequireSockets(table, string.Join(", ", paths));
        return Task.FromResult(table);
    }

    private Stream Answers(string path, CancellationToken cancel)
    {
        if (_first is { } opened)
        {
            _first = null;
            return opened;
        }

        var (matrix, answers) = MatrixFile.Read(path, standardInput, cancel);
        if (matrix is null)
        {
            return answers;
        }

        answers.Dispose();
        throw new Failure(
            FailureKind.Input,
            $"{InputFile.NameOf(path)}: holds the rows of a matrix, not sockets: such a file is read by itself, "
            + "and only where no sockets are needed");
    }

    private static void Read(
        SocketTable table, string name, Stream content, ReadProgress progress, CancellationToken cancel)
    {
        var read = 0;
        new AnswerReader(table, FailureKind.Input, name)
        {
            HostRead = () =>
            {
                progress.Add(1, table.Sockets.Count - read);
                read = table.Sockets.Count;
            },
        }.Read(content, cancel);
    }
}
