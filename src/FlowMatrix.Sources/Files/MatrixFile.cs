using System.Text.Json;
using FlowMatrix.Core;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Recordings;
using FlowMatrix.Sources.Json;
using FlowMatrix.Sources.Rows;

namespace FlowMatrix.Sources.Files;

/// <summary>
/// What an input file holds, told by how it begins and not by its name: rows that the tool wrote, in one of its forms,
/// or answers of an analyzer. A new form is a reader, a line in <see cref="TellObject"/> or before it, and one in <see cref="Read"/>.
/// </summary>
internal static class MatrixFile
{
    /// <summary>Enough for white space and the first key.</summary>
    private const int Beginning = 4096;

    /// <summary>The matrix of the file; null where it holds answers of an analyzer, whose content then is the stream.</summary>
    /// <param name="warn">Gets what is odd about a file and no error.</param>
    /// <exception cref="Failure">It cannot be read, or holds neither; says where.</exception>
    public static (Matrix? Matrix, Stream Answers) Read(
        string path,
        Func<Stream> standardInput,
        Action<string> warn,
        CancellationToken cancel
    )
    {
        var name = InputFile.NameOf(path);
        var content = InputFile.Open(path, standardInput);
        return InputFile.Guarded(
            path,
            () =>
            {
                var (form, whole) = Tell(content, path);
                Matrix? matrix = form switch
                {
                    // Nothing tells an ndjson of no rows from a file that was never written.
                    Form.Empty => throw new Failure(
                        FailureKind.Input,
                        $"{name}: is empty: was it written completely? (a matrix without rows can be read back from csv and json)"
                    ),
                    Form.Csv => new CsvMatrixReader(name, warn).Read(whole, cancel),
                    Form.Json => new JsonMatrixReader(name).Read(whole, cancel),
                    Form.Ndjson => new NdjsonMatrixReader(name).Read(whole, cancel),
                    Form.Recording => new RecordingReader(name).Read(whole, cancel).Matrix,
                    _ => null,
                };
                return (matrix, whole);
            }
        );
    }

    /// <summary>The recording that a file holds; null where it holds anything else.</summary>
    /// <exception cref="Failure">It cannot be read; says where.</exception>
    public static SavedRecording? TryReadRecording(string path, CancellationToken cancel) =>
        InputFile.Guarded(
            path,
            () =>
            {
                using var content = InputFile.Open(path, () => Stream.Null);
                var (form, whole) = Tell(content, path);
                return form == Form.Recording ? new RecordingReader(path).Read(whole, cancel) : null;
            }
        );

    private static (Form Form, Stream Whole) Tell(Stream content, string path)
    {
        var (first, whole) = PrefixedStream.Peek(content, Beginning);
        return (Tell(first, path), whole);
    }

    private static Form Tell(ReadOnlySpan<byte> first, string path)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        first = first.StartsWith(mark) ? first[mark.Length..] : first;
        first = first.TrimStart(" \t\r\n"u8);
        if (first.IsEmpty)
        {
            return Form.Empty;
        }

        if (UnsupportedInput.Describe(first) is { } form)
        {
            throw new Failure(
                FailureKind.Input,
                $"{InputFile.NameOf(path)}: is {form} and cannot be read back: write csv, json or ndjson"
            );
        }

        return first[0] switch
        {
            (byte)'[' => Form.Answer,
            (byte)'{' => TellObject(first),
            _ => FirstLine(first).ContainsAny(",;\t"u8) || first.StartsWith("sep="u8) ? Form.Csv : Form.Answer,
        };
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> text) =>
        text.IndexOf((byte)'\n') is >= 0 and var end ? text[..end] : text;

    private static Form TellObject(ReadOnlySpan<byte> first)
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
            // Its reader says what is wrong with it, and where.
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
    }
}
