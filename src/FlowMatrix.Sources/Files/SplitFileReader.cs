using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Skydive.Saving;
using FlowMatrix.Sources.Streams;
using Microsoft.Win32.SafeHandles;

namespace FlowMatrix.Sources.Files;

/// <summary>
/// A large saved answer, read as two halves at once. Where one node ends and the next begins is guessed from the bytes.
/// A wrong guess cannot pass: the first half is read as an array that ends at the guess and the second as one that
/// begins there, both are JSON only where the guess is right, and then they are the same nodes as the whole.
/// </summary>
internal static class SplitFileReader
{
    /// <summary>Below it a second thread has nothing to gain.</summary>
    public const long WorthHalving = 8 * 1024 * 1024;

    /// <summary>How far behind the middle a boundary is looked for: more than a large host's sockets.</summary>
    private const int Window = 16 * 1024 * 1024;

    /// <summary>Where the comma between two nodes seems to be, near the middle; null where nothing looks like it.</summary>
    public static long? FindBoundary(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        if (length < WorthHalving)
        {
            return null;
        }

        // A node begins with the key that the first one begins with: [{"ID": …
        Span<byte> start = stackalloc byte[512];
        start = start[..RandomAccess.Read(file, start, 0)];
        if (start.StartsWith("[{\"FlowMatrix\""u8))
        {
            // The first line of a saved answer is a mark.
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

    /// <summary>Reads both halves; the second one's sockets come after the first one's.</summary>
    /// <param name="read">Reads a stream into a table, and gives back the marks that it met.</param>
    /// <returns>The sockets, and the marks of the whole, not yet checked.</returns>
    /// <exception cref="Failure">The guess was wrong, or the file is: only reading it whole can tell.</exception>
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

    /// <summary>A stretch of a file with some bytes before and behind it.</summary>
    private sealed class Slice(SafeFileHandle file, byte[] before, long start, long end, byte[] behind) : ReadOnlyStream
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
            else if (_at < end + behind.Length)
            {
                count = Math.Min(buffer.Length, (int)(end + behind.Length - _at));
                behind.AsSpan((int)(_at - end), count).CopyTo(buffer);
            }

            _at += count;
            return count;
        }
    }
}
