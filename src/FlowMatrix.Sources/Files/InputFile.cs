using FlowMatrix.Core;
using FlowMatrix.Files;
using FlowMatrix.Sources.Streams;

namespace FlowMatrix.Sources.Files;

/// <summary>A file that a user names, or standard input, plain or gzip, in UTF-8 or UTF-16 (told by its content).</summary>
internal static class InputFile
{
    public const string StandardInput = "-";

    public static string NameOf(string path) => path == StandardInput ? "standard input" : path;

    /// <summary>Its unpacked content in UTF-8, from which the caller may read ahead with <see cref="PrefixedStream"/>.</summary>
    /// <exception cref="Failure">It cannot be opened.</exception>
    public static Stream Open(string path, Func<Stream> standardInput) =>
        Guarded(
            path,
            () =>
            {
                var file =
                    path == StandardInput
                        ? standardInput()
                        : new FileStream(
                            path,
                            FileMode.Open,
                            FileAccess.Read,
                            FileShare.Read,
                            0,
                            FileOptions.SequentialScan
                        );
                var (first, whole) = PrefixedStream.Peek(file, 2);
                return InputEncoding.ToUtf8(first is [0x1f, 0x8b] ? new GzipContent(whole) : whole, NameOf(path));
            }
        );

    /// <summary>Reads, and says in one sentence why a file cannot be read.</summary>
    public static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or NotSupportedException or InvalidDataException)
        {
            throw new Failure(FailureKind.Input, $"cannot read {NameOf(path)}: {UnreadableFile.Why(path, e)}", e);
        }
    }
}

/// <summary>A stream of which the beginning was already read.</summary>
internal sealed class PrefixedStream(byte[] prefix, Stream rest) : ReadOnlyStream
{
    private int _given;

    /// <summary>The first bytes of a stream, fewer only where it has no more, and the stream with them still to come.</summary>
    public static (byte[] First, Stream Whole) Peek(Stream stream, int count)
    {
        var first = new byte[count];
        var read = stream.ReadAtLeast(first, count, throwOnEndOfStream: false);
        Array.Resize(ref first, read);
        return (first, new PrefixedStream(first, stream));
    }

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

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            rest.Dispose();
        }

        base.Dispose(disposing);
    }
}
