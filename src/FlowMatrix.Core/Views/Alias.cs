using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using FlowMatrix.Core.Views.Patterns;

namespace FlowMatrix.Core.Views;

/// <summary>
/// One name for all that a regular expression matches whole, as in "compute-\d+=compute"; the name may use its groups
/// ($1). No pattern and no name can stall the tool: what backtracks for long is done again without backtracking, with the
/// same answer. Not so from the start, since that engine takes a thousand times as long to prepare (2.5 ms).
/// </summary>
internal sealed class Alias
{
    private static readonly TimeSpan LongestBacktracking = TimeSpan.FromMilliseconds(10);

    /// <summary>So long that only what would never end reaches it: engines don't agree on what every group stands for.</summary>
    private static readonly TimeSpan LongestNaming = TimeSpan.FromSeconds(1);

    private readonly string _whole;
    private readonly string _name;
    private readonly Lazy<Regex> _linear;
    private Regex? _backtracking;

    private Alias(string pattern, string name, RegexShape shape)
    {
        (_whole, _name, Shape) = ($@"\A(?:{pattern})\z", name, shape.Alternatives);
        _backtracking = new Regex(_whole, RegexOptions.CultureInvariant, LongestBacktracking);
        _linear = new(() => new Regex(_whole, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
    }

    /// <summary>The steps of all texts that it matches, and of some more: what is worth trying.</summary>
    public IReadOnlyList<PatternStep[]> Shape { get; }

    public bool Matches(string text) => Try(pattern => pattern.IsMatch(text));

    /// <summary>The name of a text that it matches.</summary>
    public string Apply(string text)
    {
        try
        {
            return new Regex(_whole, RegexOptions.CultureInvariant, LongestNaming).Replace(text, _name);
        }
        catch (Exception e) when (e is RegexMatchTimeoutException or OverflowException) // its stack may grow too large, too
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
                // Checked by itself first: "a)(b" is no pattern, though it would be one between our parentheses.
                _ = new Regex(pattern);
                var shape = RegexShape.Parse(pattern);
                if (!shape.IsKnown)
                {
                    // Only the engine knows whether this can do without backtracking.
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
            problem =
                "is a regular expression that needs backtracking (lookaround, back references): these are not taken";
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
