namespace FlowMatrix.Core.Views.Patterns;

/// <summary>Many <see cref="Glob"/>s at once: names are looked up, patterns are one <see cref="PatternIndex"/>.</summary>
internal sealed class GlobSet
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<Glob> _globs = [];
    private readonly PatternIndex _patterns = new();
    private readonly List<int> _found = [];

    /// <summary>By number.</summary>
    public IReadOnlyList<Glob> Globs => _globs;

    /// <returns>Its number, from 0; the same for globs that match the same texts.</returns>
    public int Add(Glob glob)
    {
        var folded = Glob.Fold(glob.Pattern);
        if (_numbers.TryGetValue(folded, out var number))
        {
            return number;
        }

        number = _globs.Count;
        _numbers[folded] = number;
        _globs.Add(glob);
        if (glob.IsPattern)
        {
            _patterns.Add(
                folded.Select(character => character == '*' ? PatternStep.AnyText : PatternStep.Literal(character)),
                number
            );
        }

        return number;
    }

    /// <summary>The numbers of all that match the text, in no order; good until the next text is asked for.</summary>
    public IReadOnlyList<int> Matching(string text)
    {
        _found.Clear();
        var folded = Glob.Fold(text);
        if (_numbers.TryGetValue(folded, out var number) && !_globs[number].IsPattern)
        {
            _found.Add(number);
        }

        _patterns.Find(folded, _found);
        return _found;
    }
}
