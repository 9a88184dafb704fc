namespace FlowMatrix.Core.Views.Patterns;

/// <summary>
/// A pattern over a whole text in which * stands for any characters, none too. Upper and lower case are the same.
/// </summary>
internal readonly record struct Glob(string Pattern)
{
    /// <summary>Whether it matches more than one text, beside upper and lower case.</summary>
    public bool IsPattern => Pattern.Contains('*', StringComparison.Ordinal);

    /// <summary>Whether paths of processes are matched as well as names.</summary>
    public bool IsOfPaths => Pattern.Contains('/', StringComparison.Ordinal);

    /// <summary>The same for all texts that differ in upper and lower case alone.</summary>
    public static string Fold(string text) =>
        string.Create(
            text.Length,
            text,
            static (folded, text) =>
            {
                for (var i = 0; i < folded.Length; i++)
                {
                    folded[i] = char.ToUpperInvariant(text[i]);
                }
            }
        );

    /// <summary>In time of at most pattern by text: a star only ever gives way to the one before it.</summary>
    public bool Matches(ReadOnlySpan<char> text)
    {
        int at = 0,
            inText = 0,
            star = -1,
            retry = 0;
        while (inText < text.Length)
        {
            if (at < Pattern.Length && Pattern[at] == '*')
            {
                star = at++;
                retry = inText;
            }
            else if (at < Pattern.Length && char.ToUpperInvariant(Pattern[at]) == char.ToUpperInvariant(text[inText]))
            {
                at++;
                inText++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                inText = ++retry;
            }
            else
            {
                return false;
            }
        }

        return Pattern.AsSpan(at).TrimStart('*').IsEmpty;
    }
}
