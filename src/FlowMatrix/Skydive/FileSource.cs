using System.IO.Compression;
using FlowMatrix.Sockets;

namespace FlowMatrix.Skydive;

/// <summary>Saved answers of an analyzer: files or standard input, plain or gzip (told by their content).</summary>
/// <param name="paths">File names; "-" is standard input.</param>
internal sealed class FileSource(IReadOnlyList<string> paths, Func<Stream> standardInput) : ISource
{
    public const string StandardInput = "-";

    public async Task<SocketTable> ReadAsync(ReadProgress progress, CancellationToken cancel)
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
                if (await ReadHalvesAsync(file, name, progress, cancel) is { } halves)
                {
                    table = Joined(table, halves);
                    continue;
                }

                using var content = Unpack(file);
                ReadInto(table, content, name, progress, cancel);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                throw new Failure(FailureKind.Input, $"cannot read {name}: {Reason(e)}", e);
            }
        }

        SocketTableChecks.RequireSockets(table, string.Join(", ", paths));
        return table;
    }

    /// <returns>Null where the file is not one to be read in halves.</returns>
    private static async Task<SocketTable?> ReadHalvesAsync(
        Stream file, string name, ReadProgress progress, CancellationToken cancel)
    {
        if (file is not FileStream { CanSeek: true } seekable
            || HalvedFile.FindBoundary(seekable.SafeFileHandle) is not { } boundary)
        {
            return null;
        }

        var (hosts, sockets) = (progress.HostsRead, progress.SocketsRead);
        try
        {
            return await HalvedFile.ReadAsync(
                seekable.SafeFileHandle,
                boundary,
                (half, table) => ReadInto(table, half, name, progress, cancel));
        }
        catch (Failure)
        {
            // Read whole, it is right after all, or the message says where it is wrong.
            progress.Add(hosts - progress.HostsRead, (int)(sockets - progress.SocketsRead));
            return null;
        }
    }

    private static void ReadInto(
        SocketTable table, Stream content, string name, ReadProgress progress, CancellationToken cancel)
    {
        var read = table.Sockets.Count;
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

    private static SocketTable Joined(SocketTable first, SocketTable second)
    {
        if (first.Ranges.Count == 0 && first.FlowSockets.Count == 0 && first.Vocabulary.Addresses.Count == 1)
        {
            second.Past |= first.Past;
            return second;
        }

        first.Append(second);
        return first;
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
