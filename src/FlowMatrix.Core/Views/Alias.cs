using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using FlowMatrix.Core.Views.Patterns;

namespace FlowMatrix.Core.Views;

/// <summary>
/// One name for all hosts and processes whose whole name matches a regular expression, such as "compute-\d+=compute".
/// The name may use the groups of the expression ($1). No expression can stall the tool: if matching with backtracking
/// takes too long, it is repeated without backtracking, with the same result. That engine is not used from the start,
/// because it takes a thousand times as long to prepare (2.5 ms). Source: docs/guide.md, "Names".
/// </summary>
internal sealed class Alias
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// So long that only expressions that would never end reach it: the two engines may differ in what groups match.
    /// </summary>
    private static readonly TimeSpan ReplaceTimeout = TimeSpan.FromSeconds(1);

    private readonly string _anchored;
    private readonly string _name;
    private readonly Lazy<Regex> _linear;
    private Regex? _backtracking;

    private Alias(string pattern, string name, RegexShape shape)
    {
        (_anchored, _name, Shape) = ($@"\A(?:{pattern})\z", name, shape.Alternatives);
        _backtracking = new Regex(_anchored, RegexOptions.CultureInvariant, MatchTimeout);
        _linear = new(() => new Regex(_anchored, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
    }

    /// <summary>Patterns that match all texts that the alias matches, and possibly more.</summary>
    public IReadOnlyList<PatternStep[]> Shape { get; }

    public bool Matches(string text) => Try(pattern => pattern.IsMatch(text));

    /// <summary>Returns the name for a text that matches.</summary>
    public string Apply(string text)
    {
        try
        {
            return new Regex(_anchored, RegexOptions.CultureInvariant, ReplaceTimeout).Replace(text, _name);
        }
        catch (Exception e) when (e is RegexMatchTimeoutException or OverflowException) // its stack may overflow
        {
            return _linear.Value.Replace(text, _name);
        }
    }

    public static bool TryParse(
        string pattern,
        string name,
        [NotNullWhen(true)] out Alias? alias,
        [NotNullWhen(false)] out string? problem
    )
    {
        alias = null;
        problem = pattern.Length == 0 || name.Length == 0 ? @"needs a pattern and a name: compute-\d+=compute" : null;
        try
        {
            if (problem is null)
            {
                // Checked alone first: "a)(b" is not valid, but would be valid inside the added parentheses.
                _ = new Regex(pattern);
                var shape = RegexShape.Parse(pattern);
                if (!shape.IsKnown)
                {
                    // Only the engine knows whether the expression needs backtracking.
                    _ = new Regex(pattern, RegexOptions.NonBacktracking);
                }

                alias = new Alias(pattern, name, shape);
            }
        }
        catch (ArgumentException e)
        {
            problem = $"is not a valid regular expression: {e.Message}";
        }
        catch (NotSupportedException)
        {
            problem = "needs backtracking (lookaround or back references), which is not supported";
        }

        return problem is null && alias is not null;
    }

    private T Try<T>(Func<Regex, T> use)
    {
        try
        {
            return use(_backtracking ?? _linear.Value);
        }
        catch (Exception e) when (e is RegexMatchTimeoutException or OverflowException)
        {
            _backtracking = null;
            return use(_linear.Value);
        }
    }
}
