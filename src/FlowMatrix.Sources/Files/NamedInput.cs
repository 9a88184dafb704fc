namespace FlowMatrix.Sources.Files;

/// <summary>A file to read.</summary>
/// <param name="Path">"-" is standard input.</param>
/// <param name="Host">The name of the host that it was made on; null to take the one in the file.</param>
internal sealed record NamedInput(string Path, string? Host = null)
{
    /// <summary>
    /// Parses <c>[name=]file</c>. A file that exists under the whole text is that file, and a name of a host has no
    /// slash.
    /// </summary>
    public static NamedInput Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals <= 0 || text.AsSpan(0, equals).Contains('/') || File.Exists(text)
            ? new NamedInput(text)
            : new NamedInput(text[(equals + 1)..], text[..equals]);
    }

    public static string PathIn(string text) => Parse(text).Path;
}
