namespace FlowMatrix.Sources.Linux;

/// <summary>Names and paths as the kernel and <c>ls -b</c> escape them.</summary>
internal static class KernelText
{
    private static ReadOnlySpan<byte> Deleted => " (deleted)"u8;

    /// <summary>
    /// Replaces <c>\n</c> and the like, <c>\\</c> and octal numbers of three digits. Other characters after a backslash
    /// stand for themselves.
    /// </summary>
    public static byte[] Unescape(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'\\'))
        {
            return text.ToArray();
        }

        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                bytes.Add(text[i]);
            }
            else if (IsOctal(text, i + 1))
            {
                bytes.Add((byte)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                bytes.Add(
                    text[++i] switch
                    {
                        (byte)'a' => 7,
                        (byte)'b' => 8,
                        (byte)'t' => 9,
                        (byte)'n' => 10,
                        (byte)'v' => 11,
                        (byte)'f' => 12,
                        (byte)'r' => 13,
                        var other => other,
                    }
                );
            }
        }

        return [.. bytes];
    }

    /// <summary>Removes the mark that the kernel puts behind the path of a file that was deleted or replaced.</summary>
    public static byte[] WithoutDeletedMark(byte[] path) =>
        path.AsSpan().EndsWith(Deleted) ? path[..^Deleted.Length] : path;

    private static bool IsOctal(ReadOnlySpan<byte> text, int index) =>
        index + 2 < text.Length
        && text[index] is >= (byte)'0' and <= (byte)'3'
        && text[index + 1] is >= (byte)'0' and <= (byte)'7'
        && text[index + 2] is >= (byte)'0' and <= (byte)'7';
}
