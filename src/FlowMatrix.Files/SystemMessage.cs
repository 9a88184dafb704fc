namespace FlowMatrix.Files;

/// <summary>Error messages of the system about files.</summary>
internal static class SystemMessage
{
    /// <summary>
    /// The message without the path, which .NET appends as in "No space left on device : '/dev/full'". Messages of the
    /// tool begin with the path as the user wrote it.
    /// </summary>
    public static string WithoutPath(Exception e) =>
        e.Message.EndsWith('\'') && e.Message.IndexOf(" : '", StringComparison.Ordinal) is > 0 and var end
            ? e.Message[..end]
            : e.Message;
}
