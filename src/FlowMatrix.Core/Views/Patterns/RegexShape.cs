using System.Globalization;

namespace FlowMatrix.Core.Views.Patterns;

/// <summary>
/// A coarse approximation of a regular expression: every text that the expression matches as a whole also matches one
/// of the alternatives here, but not the other way round. It selects the expressions that are worth trying on a text.
/// Syntax that it does not know (options, back references, subtracted classes, …) is left to the real engine.
/// </summary>
internal sealed class RegexShape
{
    /// <summary>With more alternatives, or more repeats of a character, the approximation is coarser.</summary>
    private const int MaxAlternatives = 32;
    private const int MaxDepth = 64;

    private static readonly List<PatternStep[]> Anything =
    [
        [PatternStep.AnyText],
    ];
    private static readonly UInt128 Digits = Range('0', '9');
    private static readonly UInt128 Word = Digits | Range('a', 'z') | Range('A', 'Z') | PatternStep.Bit('_');
    private static readonly UInt128 Space = Range('\t', '\r') | PatternStep.Bit(' ');

    private readonly string _pattern;
    private readonly bool _ignoreCase;
    private int _at;
    private bool _isKnown = true;

    private RegexShape(string pattern)
    {
        const string IgnoreCase = "(?i)";
        _pattern = pattern;
        _ignoreCase = pattern.StartsWith(IgnoreCase, StringComparison.Ordinal);
        _at = _ignoreCase ? IgnoreCase.Length : 0;
    }

    /// <summary>One of these matches every matching text. Any text, if the expression is not known.</summary>
    public IReadOnlyList<PatternStep[]> Alternatives { get; private set; } = Anything;

    /// <summary>Whether all syntax is known. Then the expression does not need backtracking.</summary>
    public bool IsKnown => _isKnown;

    /// <param name="pattern">A valid regular expression.</param>
    public static RegexShape Parse(string pattern)
    {
        var shape = new RegexShape(pattern);
        var read = shape.ReadAlternatives(0);
        shape._isKnown &= shape._at == pattern.Length;
        shape.Alternatives = shape._isKnown ? read : Anything;
        return shape;
    }

    private char Next => _at < _pattern.Length ? _pattern[_at] : '\0';

    private List<PatternStep[]> ReadAlternatives(int depth)
    {
        _isKnown &= depth < MaxDepth;
        var all = new List<PatternStep[]>();
        do
        {
            all.AddRange(Sequence(depth));
        } while (_isKnown && Take('|'));
        return all.Count <= MaxAlternatives ? all : Anything;
    }

    private List<PatternStep[]> Sequence(int depth)
    {
        List<PatternStep[]> all =
        [
            [],
        ];
        var run = new List<PatternStep>();
        while (_isKnown && _at < _pattern.Length && Next is not ('|' or ')'))
        {
            var item = Quantified(Item(depth));
            if (item is [var only])
            {
                run.AddRange(only);
                continue;
            }

            all = Joined(
                Joined(
                    all,
                    [
                        [.. run],
                    ]
                ),
                item
            );
            run.Clear();
        }

        return Joined(
            all,
            [
                [.. run],
            ]
        );
    }

    private static List<PatternStep[]> Joined(List<PatternStep[]> all, List<PatternStep[]> next)
    {
        next = all.Count * next.Count <= MaxAlternatives ? next : Anything;
        return [.. all.SelectMany(before => next.Select(after => (PatternStep[])[.. before, .. after]))];
    }

    private List<PatternStep[]> Item(int depth)
    {
        switch (_pattern[_at++])
        {
            case '(':
                return Group(depth);
            case '[':
                return
                [
                    [Class()],
                ];
            case '.':
                return
                [
                    [PatternStep.AnyCharacter],
                ];
            case '^' or '$':
                return
                [
                    [],
                ];
            case '\\':
                return Escape() is { } step
                    ?
                    [
                        [step],
                    ]
                    :
                    [
                        [],
                    ];
            case '{' or '}' or ']' or '*' or '+' or '?':
                return Unknown();
            case var literal:
                return
                [
                    [Literal(literal)],
                ];
        }
    }

    private List<PatternStep[]> Unknown()
    {
        _isKnown = false;
        return Anything;
    }

    private List<PatternStep[]> Group(int depth)
    {
        if (Take('?') && !Take(':') && !TakeName())
        {
            return Unknown();
        }

        var inside = ReadAlternatives(depth + 1);
        return Take(')') ? inside : Unknown();
    }

    /// <summary>Reads the name of a group, as in "(?&lt;site&gt;\w+)".</summary>
    private bool TakeName()
    {
        var end = _pattern.IndexOf('>', _at);
        if (end < 0 || !Take('<') || end == _at || _pattern.AsSpan(_at, end - _at).ContainsAnyExceptInRange('a', 'z'))
        {
            return false;
        }

        _at = end + 1;
        return true;
    }

    /// <summary>Returns null for an anchor, which takes no character.</summary>
    private PatternStep? Escape()
    {
        var escaped = Next;
        _at++;
        switch (escaped)
        {
            case 'd':
                return PatternStep.Set(Digits, true);
            case 'w':
                return PatternStep.Set(Word, true);
            case 's':
                return PatternStep.Set(Space, true);
            case 'D' or 'W' or 'S':
                return PatternStep.AnyCharacter;
            case 'p' or 'P' when Next == '{' && _pattern.IndexOf('}', _at) is >= 0 and var end:
                _at = end + 1;
                return PatternStep.AnyCharacter;
            case 'b' or 'B' or 'A' or 'z' or 'Z':
                return null;
            default:
                if (escaped == '\0' || char.IsLetterOrDigit(escaped))
                {
                    Unknown();
                }

                return Literal(escaped);
        }
    }

    private PatternStep Literal(char character) =>
        !_ignoreCase ? PatternStep.Literal(character)
        : char.IsAscii(character) ? PatternStep.Set(Bits(character), true)
        : PatternStep.AnyCharacter;

    private UInt128 Bits(char character) =>
        !_ignoreCase
            ? PatternStep.Bit(character)
            : PatternStep.Bit(char.ToUpperInvariant(character)) | PatternStep.Bit(char.ToLowerInvariant(character));

    private PatternStep Class()
    {
        var (ascii, nonAscii) = (default(UInt128), _ignoreCase);
        var isNegated = Take('^');
        for (var isFirst = true; isFirst || Next != ']'; isFirst = false)
        {
            if (_at >= _pattern.Length || Next == '[')
            {
                Unknown();
                return PatternStep.AnyCharacter;
            }

            var first = _pattern[_at++];
            if (first == '\\')
            {
                var step = Escape() ?? PatternStep.AnyCharacter;
                for (var character = '\0'; character < 128; character++)
                {
                    ascii |= step.Has(character) ? Bits(character) : default;
                }

                // Ranges that start with an escaped character are not supported.
                _isKnown &= Next != '-' || _pattern.AsSpan(_at).StartsWith("-]");
                nonAscii |= step.Only is not { } only || !char.IsAscii(only);
                continue;
            }

            var last = first;
            if (Next == '-' && _at + 1 < _pattern.Length && _pattern[_at + 1] != ']')
            {
                last = _pattern[_at + 1];
                _isKnown &= last is not ('\\' or '[');
                _at += 2;
            }

            nonAscii |= !char.IsAscii(last) || (!char.IsAscii(first) && first <= last);
            for (var character = first; character <= last && char.IsAscii(character); character++)
            {
                ascii |= Bits(character);
            }

            // Some ASCII characters have another case outside ASCII.
            ascii |= _ignoreCase && !char.IsAscii(last) ? UInt128.MaxValue : default;
        }

        _at++;
        return isNegated ? PatternStep.AnyCharacter : PatternStep.Set(ascii, nonAscii);
    }

    private List<PatternStep[]> Quantified(List<PatternStep[]> item)
    {
        var (min, max) = (1, (int?)1);
        switch (Next)
        {
            case '*':
                (min, max) = (0, null);
                break;
            case '+':
                (min, max) = (1, null);
                break;
            case '?':
                (min, max) = (0, 1);
                break;
            case '{':
                if (!TryReadCounts(out min, out max))
                {
                    return Unknown();
                }

                break;
            default:
                return item;
        }

        _at++;
        Take('?');
        if (item is [[var step]])
        {
            var some = Enumerable.Repeat(step, Math.Min(min, MaxAlternatives));
            return [max == min && min <= MaxAlternatives ? [.. some] : [.. some, step.Repeated()]];
        }

        return (min, max) is (1, 1) ? item
            : (min, max) is (0, 1)
                ?
                [
                    [],
                    .. item,
                ]
            : item is [[]] ? item
            : Anything;
    }

    /// <summary>Reads "{2}", "{2,}" or "{2,5}" up to the closing brace, which is not consumed.</summary>
    private bool TryReadCounts(out int min, out int? max)
    {
        (min, max) = (0, null);
        var end = _pattern.IndexOf('}', _at);
        if (end < 0)
        {
            return false;
        }

        var counts = _pattern[(_at + 1)..end].Split(',');
        _at = end;
        if (counts.Length > 2 || !Number(counts[0], out min))
        {
            return false;
        }

        max = counts is [_] ? min : null;
        if (counts is [_, { Length: > 0 } text])
        {
            max = Number(text, out var number) ? number : -1;
        }

        return max is not -1;

        static bool Number(string text, out int number) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= 999;
    }

    private bool Take(char character)
    {
        var found = _at < _pattern.Length && _pattern[_at] == character;
        _at += found ? 1 : 0;
        return found;
    }

    private static UInt128 Range(char first, char last) => (UInt128.One << (last + 1)) - (UInt128.One << first);
}
