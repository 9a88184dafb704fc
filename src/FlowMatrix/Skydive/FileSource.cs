using System.IO.Compression;
using FlowMatrix.Sockets;

namespace FlowMatrix.Skydive;

/// <summary>Saved answers of an analyzer: files or standard input, plain or gzip (told by their content).</summary>
/// <param name="paths">File names; "-" is standard input.</param>
internal sealed class FileSource(IReadOnlyList<string> paths, Func<Stream> standardInput) : ISource
{
    public const string StandardInput = "-";

    public Task<SocketTable> ReadAsync(ReadProgress progress, CancellationToken cancel)
    {
        var table = new SocketTable();
        foreach (var path in paths)
        {
            var name = path == StandardInput ? "standard input" : path;
            try
            {
                using var file = path == StandardInput
                    ? standardInput()
                    : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
                using var content = Unpack(file);
                var read = 0;
                var reader = new AnswerReader(table, FailureKind.Input, name)
                {
                    HostRead = () =>
                    {
                        progress.Add(1, table.Sockets.Count - read);
                        read = table.Sockets.Count;
                    },
                };
                reader.Read(content, cancel);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                throw new Failure(FailureKind.Input, $"cannot read {name}: {Reason(e)}", e);
            }
        }

        SocketTableChecks.RequireSockets(table, string.Join(", ", paths));
        return Task.FromResult(table);
    }

    private static string Reason(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file",
        UnauthorizedAccessException => "permission denied, or a folder",
        _ => e.Message,
    };

    private static Stream Unpack(Stream file)
    {
        Span<byte> first = stackalloc byte[2];
        var read = file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        var whole = new PrefixedStream(first[..read].ToArray(), file);
        return first is [0x1f, 0x8b] ? new GZipStream(whole, CompressionMode.Decompress) : whole;
    }

    /// <summary>A stream of which the beginning was already read.</summary>
    private sealed class PrefixedStream(byte[] prefix, Stream rest) : ReadOnlyStream
    {
        private int _given;

        public override int Read(Span<byte> buffer)
        {
            if (_given == prefix.Length)
            {
                return rest.Read(buffer);
            }

            var count = Math.Min(buffer.Length, prefix.Length - _given);
            prefix.AsSpan(_given, count).CopyTo(buffer);
            _given += count;
            return count;
        }
    }
}
