namespace FlowMatrix.Core.Views.Patterns;

/// <summary>
/// One step of a pattern: one character of a set, or any number of them. Sets know each ASCII character; of the others
/// they have all or none, unless they are a single one.
/// </summary>
internal readonly record struct PatternStep
{
    private const int AsciiCount = 128;

    private PatternStep(char? only, UInt128 ascii, bool beyond, bool repeats)
    {
        (Only, Ascii, Beyond, Repeats) = (only, ascii, beyond, repeats);
    }

    /// <summary>Any text.</summary>
    public static PatternStep AnyText => AnyCharacter.Repeated();

    public static PatternStep AnyCharacter => new(null, UInt128.MaxValue, true, false);

    /// <summary>The one character that there is in the set, taken once; else null.</summary>
    public char? Only { get; }

    /// <summary>Whether it takes any number of characters, none too.</summary>
    public bool Repeats { get; }

    private UInt128 Ascii { get; }

    private bool Beyond { get; }

    public static PatternStep Literal(char character) => new(character, default, false, false);

    /// <param name="ascii">A bit for each ASCII character.</param>
    /// <param name="beyond">Whether it has all characters that are not ASCII.</param>
    public static PatternStep Set(UInt128 ascii, bool beyond) => new(null, ascii, beyond, false);

    public static UInt128 Bit(char character) => character < AsciiCount ? UInt128.One << character : default;

    public PatternStep Repeated() =>
        Only is { } only
            ? new PatternStep(null, Bit(only), only >= AsciiCount, true)
            : new PatternStep(null, Ascii, Beyond, true);

    public bool Has(char character) =>
        Only is { } only ? only == character
        : character < AsciiCount ? (Ascii >> character & 1) != 0
        : Beyond;
}
