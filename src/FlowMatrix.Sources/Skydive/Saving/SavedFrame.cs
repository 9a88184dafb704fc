using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using FlowMatrix.Core;
using FlowMatrix.Sources.Json;

namespace FlowMatrix.Sources.Skydive.Saving;

/// <summary>
/// The first and the last mark around saved answers: a file that has one and not the other is truncated. A mark is an
/// answer of its own, <c>[{"FlowMatrix":{"Mark":"first"}}]</c>, that holds neither nodes nor flows, so that every line
/// of the file is an array of objects. Unknown keys of the inner object are skipped.
/// </summary>
internal sealed class SavedFrame
{
    public const string First = "first";
    public const string Last = "last";

    private readonly List<Mark> _marks = [];

    /// <summary>How many answers there were since the last mark.</summary>
    private int _answers;

    /// <summary>How many top-level values ended.</summary>
    private int _value;

    /// <summary>Whether the value that is read now holds a mark.</summary>
    private bool _hasMark;

    public static ReadOnlySpan<byte> Key => "FlowMatrix"u8;

    /// <summary>Which of the two it is.</summary>
    public static ReadOnlySpan<byte> MarkKey => "Mark"u8;

    /// <summary>The observation is of the past.</summary>
    public static ReadOnlySpan<byte> PastKey => "Past"u8;

    /// <summary>In the last mark: how many answers are between the two.</summary>
    public static ReadOnlySpan<byte> AnswersKey => "Answers"u8;

    public static string FirstLine(bool past) =>
        $$$"""[{"FlowMatrix":{"Mark":"{{{First}}}"{{{(past ? ",\"Past\":true" : "")}}}}}]""";

    public static string LastLine(int answers) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$$"""[{"FlowMatrix":{"Mark":"{{{Last}}}","Answers":{{{answers}}}}}]"""
        );

    /// <summary>After a top-level value: it is an answer, unless there were marks in it.</summary>
    /// <param name="isLine">Whether it is an array of one object, as the marks are when they are written.</param>
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

    /// <summary>After the name of the key: the mark's object.</summary>
    /// <returns>Whether the observation is of the past.</returns>
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

        // Another kind than the two is of a later version, and none of an earlier one.
        if (mark is First or Last)
        {
            _marks.Add(new Mark(mark == First, _answers, answers, _value, IsShared: false));
            _answers = 0;
        }

        return past;
    }

    /// <summary>
    /// Goes on with what was read elsewhere: the last answer here and the first there are two parts of one.
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

    /// <exception cref="Failure">A mark is missing, or answers between two are.</exception>
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
                    ? "has its last line and not its first: its beginning is missing; save it again"
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

    /// <param name="Before">How many answers there were since the mark before it.</param>
    /// <param name="Answers">How many it says that there are.</param>
    /// <param name="Value">The number of the top-level value that it is in.</param>
    /// <param name="IsShared">
    /// Other things are in that value, or no array is around it: another program put the answers together or apart, and
    /// they cannot be counted.
    /// </param>
    private readonly record struct Mark(bool IsFirst, int Before, long Answers, int Value, bool IsShared);
}
