namespace FlowMatrix.Files;

/// <summary>Why a file that a user named cannot be read, in the tool's words.</summary>
internal static class UnreadableFile
{
    public static string Why(string path, Exception e) =>
        e switch
        {
            _ when Directory.Exists(path) => "is a folder",
            FileNotFoundException or DirectoryNotFoundException when !File.Exists(path) => "no such file",
            UnauthorizedAccessException => "permission denied",
            InvalidDataException => $"is damaged or truncated: {e.Message}",
            _ => SystemMessage.WithoutPath(e),
        };
}
