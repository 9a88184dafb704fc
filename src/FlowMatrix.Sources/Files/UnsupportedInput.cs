namespace FlowMatrix.Sources.Files;

/// <summary>
/// Recognizes output formats of the tool that it cannot read, from their first bytes. Without a line here, such a file
/// is read as an answer of an analyzer, and the message is about JSON that is not valid.
/// </summary>
internal static class UnsupportedInput
{
    /// <returns>The format, such as "a table", or null.</returns>
    public static string? Describe(ReadOnlySpan<byte> first) =>
        first.StartsWith("\u256d"u8) ? "a table"
        : first.StartsWith("| "u8) ? "Markdown"
        : first.StartsWith("PK\u0003\u0004"u8) ? "a workbook (xlsx) or another archive"
        : IsMarkup(first, "<!doctype html"u8) || IsMarkup(first, "<html"u8) ? "a web page"
        : first.StartsWith("<?xml"u8) || first.StartsWith("<svg"u8) ? "XML, such as svg or graphml,"
        : first.StartsWith("%PDF"u8) || first.IndexOf("PNG\r\n"u8) == 1 ? "a picture"
        : first.StartsWith("digraph "u8) ? "a graph (dot)"
        : null;

    private static bool IsMarkup(ReadOnlySpan<byte> first, ReadOnlySpan<byte> lower) =>
        first.Length >= lower.Length && System.Text.Ascii.EqualsIgnoreCase(first[..lower.Length], lower);
}
