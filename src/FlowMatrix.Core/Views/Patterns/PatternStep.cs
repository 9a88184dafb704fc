namespace FlowMatrix.Core.Views.Patterns;

/// <summary>
/// One step of a pattern: one character of a set, or any number of characters of a set. A set contains any ASCII
/// characters, and either all other characters or none. The set of a single character may hold any character.
/// </summary>
internal readonly record struct PatternStep
{
    private const int AsciiCount = 128;

    private PatternStep(char? only, UInt128 ascii, bool nonAscii, bool repeats)
    {
        (Only, Ascii, NonAscii, Repeats) = (only, ascii, nonAscii, repeats);
    }

    /// <summary>Any text.</summary>
    public static PatternStep AnyText => AnyCharacter.Repeated();

    public static PatternStep AnyCharacter => new(null, UInt128.MaxValue, true, false);

    /// <summary>The only character of the set, if the step takes it once; otherwise null.</summary>
    public char? Only { get; }

    /// <summary>Whether the step takes any number of characters, including none.</summary>
    public bool Repeats { get; }

    private UInt128 Ascii { get; }

    private bool NonAscii { get; }

    public static PatternStep Literal(char character) => new(character, default, false, false);

    /// <param name="ascii">One bit for each ASCII character.</param>
    /// <param name="nonAscii">Whether the set contains all other characters.</param>
    public static PatternStep Set(UInt128 ascii, bool nonAscii) => new(null, ascii, nonAscii, false);

    public static UInt128 Bit(char character) => character < AsciiCount ? UInt128.One << character : default;

    public PatternStep Repeated() =>
        Only is { } only
            ? new PatternStep(null, Bit(only), only >= AsciiCount, true)
            : new PatternStep(null, Ascii, NonAscii, true);

    public bool Has(char character) =>
        Only is { } only ? only == character
        : character < AsciiCount ? (Ascii >> character & 1) != 0
        : NonAscii;
}
