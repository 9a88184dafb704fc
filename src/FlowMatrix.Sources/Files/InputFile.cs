using FlowMatrix.Core;
using FlowMatrix.Files;
using FlowMatrix.Sources.Streams;

namespace FlowMatrix.Sources.Files;

/// <summary>Opens an input: a file or standard input, plain or gzip, in UTF-8 or UTF-16. The content decides.</summary>
internal static class InputFile
{
    public const string StandardInput = "-";

    public static string NameOf(string path) => path == StandardInput ? "standard input" : path;

    /// <summary>Opens an input as uncompressed UTF-8.</summary>
    /// <exception cref="Failure">It cannot be opened.</exception>
    public static Stream Open(string path, Func<Stream> standardInput) =>
        WithReadErrors(
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

    /// <summary>Runs a function and turns its read errors into a <see cref="Failure"/> that names the file.</summary>
    public static T WithReadErrors<T>(string path, Func<T> read)
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

/// <summary>A stream whose beginning was read already and is read again.</summary>
internal sealed class PrefixedStream(byte[] prefix, Stream rest) : ReadOnlyStream
{
    private int _given;

    /// <summary>The first bytes of a stream (fewer if it is shorter), and a stream that still has them.</summary>
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
