using System.Globalization;

namespace FlowMatrix.Files;

/// <summary>
/// A file that a person keeps, such as a policy, a key or a password: read whole, and never more than such a file can
/// hold, since a device has no end. Pipes, such as bash's &lt;(…), are as good as files.
/// </summary>
internal static class SmallFile
{
    /// <summary>A policy of 50,000 rules has less.</summary>
    public const int Most = 16 * 1024 * 1024;

    /// <exception cref="IOException">It cannot be read, or is larger than that.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static string ReadText(string path, int most = Most)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (file.Read(buffer) is > 0 and var read)
        {
            content.Write(buffer, 0, read);
            if (content.Length > most)
            {
                throw new IOException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"larger than {most / 1024:N0} KiB: is that the right file?"
                    )
                );
            }
        }

        content.Position = 0;
        using var text = new StreamReader(content);
        return text.ReadToEnd();
    }
}
