using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Skydive.Saving;
using FlowMatrix.Sources.Streams;
using Microsoft.Win32.SafeHandles;

namespace FlowMatrix.Sources.Files;

/// <summary>
/// Reads a large saved answer as two halves at the same time. The boundary between two nodes near the middle is guessed
/// from the bytes. A wrong guess is always noticed: the first half is read as an array that ends at the boundary, the
/// second as an array that begins there, and both are valid JSON only if the boundary is between two nodes.
/// </summary>
internal static class SplitFileReader
{
    /// <summary>In bytes: for smaller files a second thread gains nothing.</summary>
    public const long MinLength = 8 * 1024 * 1024;

    /// <summary>
    /// In bytes: how far after the middle a boundary is searched for. The sockets of a large host take less.
    /// </summary>
    private const int Window = 16 * 1024 * 1024;

    /// <summary>
    /// Guesses the offset of a comma between two nodes, near the middle of the file; null if there is none, or if the
    /// file is too small.
    /// </summary>
    public static long? FindBoundary(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        if (length < MinLength)
        {
            return null;
        }

        // Every node begins with the same key as the first one: [{"ID": …
        Span<byte> start = stackalloc byte[512];
        start = start[..RandomAccess.Read(file, start, 0)];
        if (start.StartsWith("[{\"FlowMatrix\""u8))
        {
            // Skip the mark in the first line of saved answers.
            start = start[(start.IndexOf((byte)'\n') + 1)..];
        }

        if (!start.StartsWith("[{\""u8) || start[3..].IndexOf((byte)'"') is not (> 0 and var keyLength))
        {
            return null;
        }

        ReadOnlySpan<byte> boundary = [.. "},{\""u8, .. start.Slice(3, keyLength + 1)];
        var buffer = new byte[1024 * 1024];
        for (var at = length / 2; at < Math.Min(length, (length / 2) + Window); at += buffer.Length - boundary.Length)
        {
            var found = buffer.AsSpan(0, RandomAccess.Read(file, buffer, at)).IndexOf(boundary);
            if (found >= 0)
            {
                return at + found + 1;
            }
        }

        return null;
    }

    /// <summary>Reads both halves. The sockets of the second half come after those of the first.</summary>
    /// <param name="read">Reads a stream into a table and returns the marks in it.</param>
    /// <returns>The sockets, and the marks of both halves, which are not checked yet.</returns>
    /// <exception cref="Failure">The boundary is wrong or the file is invalid. Read the whole file to know
    /// which.</exception>
    public static async Task<(SocketTable Table, SavedFrame Frame)> ReadAsync(
        SafeFileHandle file,
        long boundary,
        Func<Stream, SocketTable, SavedFrame> read
    )
    {
        var (first, second) = (new SocketTable(), new SocketTable());
        var other = Task.Run(() =>
        {
            using var half = new Slice(file, "["u8.ToArray(), boundary + 1, RandomAccess.GetLength(file), []);
            return read(half, second);
        });
        SavedFrame frame;
        try
        {
            using var half = new Slice(file, [], 0, boundary, "]"u8.ToArray());
            frame = read(half, first);
        }
        finally
        {
            await other;
        }

        frame.Join(await other);
        first.Append(second);
        return (first, frame);
    }

    /// <summary>A part of a file, with some bytes added before and after it.</summary>
    private sealed class Slice(SafeFileHandle file, byte[] before, long start, long end, byte[] after) : ReadOnlyStream
    {
        private long _at = start - before.Length;

        public override int Read(Span<byte> buffer)
        {
            var count = 0;
            if (_at < start)
            {
                count = Math.Min(buffer.Length, (int)(start - _at));
                before.AsSpan((int)(_at - start + before.Length), count).CopyTo(buffer);
            }
            else if (_at < end)
            {
                count = RandomAccess.Read(file, buffer[..(int)Math.Min(buffer.Length, end - _at)], _at);
            }
            else if (_at < end + after.Length)
            {
                count = Math.Min(buffer.Length, (int)(end + after.Length - _at));
                after.AsSpan((int)(_at - end), count).CopyTo(buffer);
            }

            _at += count;
            return count;
        }
    }
}
