using System.Text.Json;
using FlowMatrix.Core;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Recordings;
using FlowMatrix.Sources.Json;
using FlowMatrix.Sources.Linux;
using FlowMatrix.Sources.Rows;

namespace FlowMatrix.Sources.Files;

/// <summary>
/// Detects what an input file holds from its first bytes, not from its name: rows in one of the forms that the tool
/// writes, kernel tables of a host, or answers of an analyzer. A new form needs a reader, a line in <see cref="Read"/>,
/// and a line in <see cref="DetectObject"/> or <see cref="Detect(ReadOnlySpan{byte}, string)"/>.
/// </summary>
internal static class MatrixFile
{
    /// <summary>In bytes: enough for white space and the first key.</summary>
    private const int PeekLength = 4096;

    /// <summary>Reads the matrix or the host in a file.</summary>
    /// <param name="warn">Called with each problem that is not an error.</param>
    /// <exception cref="Failure">The file cannot be read or is invalid. The message has the position.</exception>
    public static InputContent Read(
        string path,
        Func<Stream> standardInput,
        Action<string> warn,
        CancellationToken cancel
    )
    {
        var name = InputFile.NameOf(path);
        var content = InputFile.Open(path, standardInput);
        return InputFile.WithReadErrors(
            path,
            () =>
            {
                var (form, whole) = Detect(content, path);
                HostSnapshot? host = form switch
                {
                    Form.Script => new ScriptReader(FailureKind.Input, name).Read(whole, cancel),
                    Form.Ss => new SsReader(name, warn).Read(whole, cancel),
                    Form.IpAddr => new IpAddrReader(name).Read(whole),
                    _ => null,
                };
                if (host is not null)
                {
                    return new InputContent(whole) { Host = host };
                }

                Matrix? matrix = form switch
                {
                    // An ndjson file without rows cannot be distinguished from a file that was never written.
                    Form.Empty => throw new Failure(
                        FailureKind.Input,
                        $"{name}: is empty: was it written completely? "
                            + "(a matrix without rows can be read from csv and json)"
                    ),
                    Form.Csv => new CsvMatrixReader(name, warn).Read(whole, cancel),
                    Form.Json => new JsonMatrixReader(name).Read(whole, cancel),
                    Form.Ndjson => new NdjsonMatrixReader(name).Read(whole, cancel),
                    Form.Recording => new RecordingReader(name).Read(whole, cancel).Matrix,
                    _ => null,
                };
                return new InputContent(whole) { Matrix = matrix };
            }
        );
    }

    /// <summary>Reads a recording; null if the file holds anything else.</summary>
    /// <exception cref="Failure">The file cannot be read or is invalid. The message has the position.</exception>
    public static SavedRecording? TryReadRecording(string path, CancellationToken cancel) =>
        InputFile.WithReadErrors(
            path,
            () =>
            {
                using var content = InputFile.Open(path, () => Stream.Null);
                var (form, whole) = Detect(content, path);
                return form == Form.Recording ? new RecordingReader(path).Read(whole, cancel) : null;
            }
        );

    private static (Form Form, Stream Whole) Detect(Stream content, string path)
    {
        var (first, whole) = PrefixedStream.Peek(content, PeekLength);
        return (Detect(first, path), whole);
    }

    private static Form Detect(ReadOnlySpan<byte> first, string path)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        first = first.StartsWith(mark) ? first[mark.Length..] : first;
        first = first.TrimStart(" \t\r\n"u8);
        if (first.IsEmpty)
        {
            return Form.Empty;
        }

        if (ScriptReader.IsScriptOutput(first))
        {
            return Form.Script;
        }

        if (SsReader.IsSsOutput(first))
        {
            return Form.Ss;
        }

        if (IpAddrReader.IsIpAddr(first))
        {
            return Form.IpAddr;
        }

        if (UnsupportedInput.Describe(first) is { } form)
        {
            throw new Failure(
                FailureKind.Input,
                $"{InputFile.NameOf(path)}: is {form}, which cannot be read: use csv, json or ndjson"
            );
        }

        return first[0] switch
        {
            (byte)'[' => Form.Answer,
            (byte)'{' => DetectObject(first),
            _ => FirstLine(first).ContainsAny(",;\t"u8) || first.StartsWith("sep="u8) ? Form.Csv : Form.Answer,
        };
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> text) =>
        text.IndexOf((byte)'\n') is >= 0 and var end ? text[..end] : text;

    private static Form DetectObject(ReadOnlySpan<byte> first)
    {
        try
        {
            var json = new Utf8JsonReader(first, isFinalBlock: false, default);
            return json.Read() && json.Read() && json.TokenType == JsonTokenType.PropertyName
                ? JsonText.NameIs(json, "protocol"u8)
                    ? Form.Ndjson
                    : JsonText.NameIs(json, RecordingHead.Key)
                        ? Form.Recording
                        : JsonText.NameIs(json, "rows"u8) || JsonText.NameIs(json, "grouped_by"u8)
                            ? Form.Json
                            : Form.Answer
                : Form.Answer;
        }
        catch (JsonException)
        {
            // The reader of answers reports what is wrong, and where.
            return Form.Answer;
        }
    }

    private enum Form
    {
        Empty,
        Answer,
        Csv,
        Json,
        Ndjson,
        Recording,
        Script,
        Ss,
        IpAddr,
    }
}

/// <summary>
/// What a file holds: a matrix, the kernel tables of a host, or else answers of an analyzer, which are not read yet.
/// </summary>
internal sealed record InputContent(Stream Answers) : IDisposable
{
    public Matrix? Matrix { get; init; }

    public HostSnapshot? Host { get; init; }

    public void Dispose() => Answers.Dispose();
}
