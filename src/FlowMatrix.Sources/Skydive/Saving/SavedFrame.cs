using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using FlowMatrix.Core;
using FlowMatrix.Sources.Json;

namespace FlowMatrix.Sources.Skydive.Saving;

/// <summary>
/// The marks before the first and after the last saved answer. A file with only one of them is truncated. A mark has
/// the form of an answer without nodes, <c>[{"FlowMatrix":{"Mark":"first"}}]</c>, so that every line of the file is an
/// array of objects. Unknown keys of the inner object are skipped.
/// </summary>
internal sealed class SavedFrame
{
    public const string First = "first";
    public const string Last = "last";

    private readonly List<Mark> _marks = [];

    /// <summary>Number of answers since the last mark.</summary>
    private int _answers;

    /// <summary>Number of complete top-level values.</summary>
    private int _value;

    /// <summary>Whether the current value holds a mark.</summary>
    private bool _hasMark;

    public static ReadOnlySpan<byte> Key => "FlowMatrix"u8;

    /// <summary>The kind of mark: <see cref="First"/> or <see cref="Last"/>.</summary>
    public static ReadOnlySpan<byte> MarkKey => "Mark"u8;

    /// <summary>In the first mark: whether the answers are about the past (--at, --duration).</summary>
    public static ReadOnlySpan<byte> PastKey => "Past"u8;

    /// <summary>In the last mark: the number of answers between the two marks.</summary>
    public static ReadOnlySpan<byte> AnswersKey => "Answers"u8;

    public static string FirstLine(bool past) =>
        $$$"""[{"FlowMatrix":{"Mark":"{{{First}}}"{{{(past ? ",\"Past\":true" : "")}}}}}]""";

    public static string LastLine(int answers) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$$"""[{"FlowMatrix":{"Mark":"{{{Last}}}","Answers":{{{answers}}}}}]"""
        );

    /// <summary>Called after a top-level value. It counts as an answer unless it holds marks.</summary>
    /// <param name="isLine">Whether it is an array of one object, as --save writes marks.</param>
    public void EndValue(bool isLine)
    {
        if (!_hasMark)
        {
            _answers++;
        }
        else if (!isLine)
        {
            ShareMarks(_value);
        }

        _value++;
        _hasMark = false;
    }

    /// <summary>Called after the key <see cref="Key"/>. Reads the object of the mark.</summary>
    /// <returns>Whether the answers are about the past.</returns>
    public bool ReadMark(ref JsonStream json)
    {
        var (mark, answers, past) = ((string?)null, -1L, false);
        _hasMark = true;
        json.Read();
        var isObject = json.TokenType == JsonTokenType.StartObject;
        while (isObject && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (isMark, isPast, isCount) = (json.NameIs(MarkKey), json.NameIs(PastKey), json.NameIs(AnswersKey));
            json.Read();
            mark = isMark && json.TokenType == JsonTokenType.String ? json.GetString() : mark;
            past |= isPast && json.TokenType == JsonTokenType.True;
            answers =
                isCount
                && json.TokenType == JsonTokenType.Number
                && Utf8Parser.TryParse(json.RawValue, out long count, out _)
                    ? count
                    : answers;
            json.Skip();
        }

        json.Skip();

        // Other kinds may come from later versions of the tool.
        if (mark is First or Last)
        {
            _marks.Add(new Mark(mark == First, _answers, answers, _value, IsShared: false));
            _answers = 0;
        }

        return past;
    }

    /// <summary>
    /// Appends the frame of the next part of a file. The last value here and its first value are parts of one value.
    /// </summary>
    public void Join(SavedFrame rest)
    {
        _answers--;
        ShareMarks(_value - 1);
        rest.ShareMarks(0);
        foreach (var mark in rest._marks)
        {
            _marks.Add(mark with { Before = mark.Before + _answers, Value = mark.Value + _value - 1 });
            _answers = 0;
        }

        _answers += rest._answers;
        _value += rest._value - 1;
    }

    private void ShareMarks(int value)
    {
        for (var i = _marks.Count - 1; i >= 0 && _marks[i].Value >= value; i--)
        {
            _marks[i] = _marks[i] with { IsShared = _marks[i].IsShared || _marks[i].Value == value };
        }
    }

    /// <exception cref="Failure">A mark is missing, or answers between two marks.</exception>
    public void Check(FailureKind kind, string source)
    {
        var (isOpen, isShared) = (false, false);
        foreach (var mark in _marks)
        {
            var problem = mark.IsFirst
                ? isOpen
                    ? MissingEnd
                    : null
                : !isOpen
                    ? "has its last line but not its first: the beginning is missing; save it again"
                    : mark.Before != mark.Answers && !mark.IsShared && !isShared
                        ? string.Create(
                            CultureInfo.InvariantCulture,
                            $"holds {mark.Before} of its {mark.Answers} answers: lines are missing; save it again"
                        )
                        : null;
            Refuse(problem);
            (isOpen, isShared) = (mark.IsFirst, mark.IsShared);
        }

        Refuse(isOpen ? MissingEnd : null);

        void Refuse(string? problem)
        {
            if (problem is not null)
            {
                throw new Failure(kind, $"{source}: {problem}");
            }
        }
    }

    private const string MissingEnd = "is truncated: the last line that --save writes is missing; save it again";

    /// <param name="Before">Number of answers since the previous mark.</param>
    /// <param name="Answers">Number of answers that the mark states.</param>
    /// <param name="Value">Index of the top-level value that holds the mark.</param>
    /// <param name="IsShared">
    /// Whether the value also holds other objects, or is not an array: another program joined or split the answers, so
    /// that they cannot be counted.
    /// </param>
    private readonly record struct Mark(bool IsFirst, int Before, long Answers, int Value, bool IsShared);
}
