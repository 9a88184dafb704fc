using System.CommandLine;
using FlowMatrix.Core;
using FlowMatrix.Sources;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>A kind of source with its options. One file each; <see cref="SourceOptions"/> registers them.</summary>
internal interface ISourceKind
{
    /// <summary>A few words for messages: "an analyzer".</summary>
    string Description { get; }

    IReadOnlyList<Option> Options { get; }

    /// <summary>The options that select this kind. In the help they come before all others.</summary>
    IReadOnlyList<Option> Selectors { get; }

    /// <summary>The options that are wrong with another kind. The rest has no effect then.</summary>
    IReadOnlyList<Option> Required { get; }

    /// <exception cref="Failure">A value is not valid, or options contradict each other.</exception>
    ISource Bind(ParseResult parsed, CommandEnvironment environment);
}

/// <summary>
/// The source of a matrix: an analyzer, unless options select other kinds. These can be combined with each other.
/// </summary>
internal sealed class SourceOptions : OptionGroup
{
    /// <summary>All kinds of sources but the analyzer. A new kind is registered here.</summary>
    private readonly IReadOnlyList<ISourceKind> _others;

    public SourceOptions()
        : base("Source")
    {
        _others = [new LocalSourceOptions(), new SshSourceOptions(Analyzer), new FileSourceOptions()];
        ISourceKind[] kinds = [Analyzer, .. _others];
        Add([.. kinds.SelectMany(kind => kind.Selectors)]);
        Add([.. kinds.SelectMany(kind => kind.Options.Except(kind.Selectors))]);
    }

    public AnalyzerSourceOptions Analyzer { get; } = new();

    public ISource Bind(ParseResult parsed, CommandEnvironment environment)
    {
        CheckValues(parsed);
        ISourceKind[] given = [.. _others.Where(other => FindGiven(parsed, other.Selectors) is not null)];
        var unused = given.Length == 0 ? _others : [Analyzer];
        foreach (var kind in unused)
        {
            if (FindGiven(parsed, kind.Required) is { } misplaced)
            {
                throw new Failure(
                    FailureKind.Usage,
                    $"{misplaced.Name} needs {kind.Description} and cannot be combined with "
                        + FindGiven(parsed, given.SelectMany(other => other.Selectors))?.Name
                );
            }
        }

        ISource[] sources = [.. given.DefaultIfEmpty(Analyzer).Select(kind => kind.Bind(parsed, environment))];
        return sources is [var only] ? only : new CombinedSource(sources);
    }

    /// <summary>The option that selects another source than an analyzer; null for an analyzer.</summary>
    public Option? FindOther(ParseResult parsed) => FindGiven(parsed, _others.SelectMany(other => other.Selectors));

    /// <summary>Values of options that have no effect must be valid, too.</summary>
    private void CheckValues(ParseResult parsed)
    {
        foreach (var option in Options)
        {
            foreach (var token in parsed.GetResult(option)?.Tokens ?? [])
            {
                if (((IToolOption)option).FindProblem(token.Value) is { } problem)
                {
                    throw new Failure(FailureKind.Usage, $"{option.Name}{problem}");
                }
            }
        }
    }
}
