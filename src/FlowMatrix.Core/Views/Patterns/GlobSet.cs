namespace FlowMatrix.Core.Views.Patterns;

/// <summary>
/// Matches many <see cref="Glob"/>s at once: those without a star by a dictionary, the others by a
/// <see cref="PatternIndex"/>. Not thread-safe.
/// </summary>
internal sealed class GlobSet
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<Glob> _globs = [];
    private readonly PatternIndex _patterns = new();
    private readonly List<int> _found = [];

    /// <summary>The globs by the index that <see cref="Add"/> returned.</summary>
    public IReadOnlyList<Glob> Globs => _globs;

    /// <returns>The index, from 0; the same index for globs that differ only in case.</returns>
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

    /// <summary>
    /// Returns the indexes of the globs that match, in no particular order; valid until the next call.
    /// </summary>
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
