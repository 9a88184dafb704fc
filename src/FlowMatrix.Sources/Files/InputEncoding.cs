using System.Text;
using FlowMatrix.Core;

namespace FlowMatrix.Sources.Files;

/// <summary>
/// Converts UTF-16, as written by PowerShell and spreadsheets, to UTF-8. The encoding is detected from the byte order
/// mark, or from NUL bytes at the start, which UTF-8 does not have. A byte order mark of UTF-8 is left to the readers.
/// </summary>
internal static class InputEncoding
{
    /// <param name="name">The name of the file for messages.</param>
    /// <exception cref="Failure">The encoding is not supported.</exception>
    public static Stream ToUtf8(Stream stream, string name)
    {
        var (first, whole) = PrefixedStream.Peek(stream, 4);
        switch (first)
        {
            case [0xFF, 0xFE, 0, 0] or [0, 0, 0xFE, 0xFF] or [not 0, 0, 0, 0] or [0, 0, 0, not 0]:
                whole.Dispose();
                throw new Failure(FailureKind.Input, $"{name}: is UTF-32, which is not supported: save it as UTF-8");
            case [0xFF, 0xFE, ..] or [not 0, 0, ..]:
                return FromUtf16(whole, bigEndian: false);
            case [0xFE, 0xFF, ..] or [0, not 0, ..]:
                return FromUtf16(whole, bigEndian: true);
            default:
                return whole;
        }
    }

    private static Stream FromUtf16(Stream stream, bool bigEndian) =>
        Encoding.CreateTranscodingStream(
            stream,
            new UnicodeEncoding(bigEndian, byteOrderMark: false),
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)
        );
}
