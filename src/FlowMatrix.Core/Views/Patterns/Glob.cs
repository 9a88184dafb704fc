namespace FlowMatrix.Core.Views.Patterns;

/// <summary>A pattern for a whole text, in which * stands for any number of characters. Case is ignored.</summary>
internal readonly record struct Glob(string Pattern)
{
    /// <summary>Whether it has a star; otherwise it matches one text only, apart from case.</summary>
    public bool IsPattern => Pattern.Contains('*', StringComparison.Ordinal);

    /// <summary>Whether it is compared with paths of processes too, not only with names.</summary>
    public bool IsOfPaths => Pattern.Contains('/', StringComparison.Ordinal);

    /// <summary>Returns the same text for all texts that differ only in case.</summary>
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

    /// <summary>Takes at most time in proportion to both lengths multiplied: only the last star is retried.</summary>
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
