using System.Globalization;

namespace FlowMatrix.Files;

/// <summary>
/// Reads a small file of the user, such as a policy, a key or a password, up to a limit, because a device such as
/// /dev/zero has no end. Pipes, such as bash's &lt;(…), can be read too.
/// </summary>
internal static class SmallFile
{
    /// <summary>In bytes. A policy of 50,000 rules is smaller.</summary>
    public const int MaxLength = 16 * 1024 * 1024;

    /// <param name="maxLength">In bytes.</param>
    /// <exception cref="IOException">The file cannot be read or is larger than the limit.</exception>
    /// <exception cref="UnauthorizedAccessException">Its permissions do not allow reading.</exception>
    public static string ReadText(string path, int maxLength = MaxLength)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (file.Read(buffer) is > 0 and var read)
        {
            content.Write(buffer, 0, read);
            if (content.Length > maxLength)
            {
                throw new IOException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"larger than {maxLength / 1024:N0} KiB: is that the right file?"
                    )
                );
            }
        }

        content.Position = 0;
        using var text = new StreamReader(content);
        return text.ReadToEnd();
    }
}
