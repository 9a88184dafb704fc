namespace FlowMatrix.Files;

/// <summary>Explains why a file cannot be read, for an error message after its path.</summary>
internal static class UnreadableFile
{
    public static string Why(string path, Exception e) =>
        e switch
        {
            _ when Directory.Exists(path) => "is a folder",
            FileNotFoundException or DirectoryNotFoundException when !File.Exists(path) => "no such file",
            UnauthorizedAccessException => "permission denied",
            InvalidDataException => $"is damaged or truncated: {e.Message}",
            _ => e.Message,
        };
}
