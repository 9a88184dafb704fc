using System.Buffers;
using System.CommandLine;
using FlowMatrix.Core;
using FlowMatrix.Output;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>Where the matrix is published, and for how long.</summary>
internal sealed class PublishOptions : OptionGroup
{
    private const int MaxNameLength = 64;
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"
    );

    private readonly Option<string?> _to;
    private readonly Option<string?> _as;
    private readonly Option<bool> _remove;
    private readonly Option<bool> _transient;

    public PublishOptions()
        : base("Publishing (--format skydive)")
    {
        _to = Text(
            "--publish-to",
            "host[:port]|URL",
            "skydive.example.com:8082",
            "analyzer to write to [default: the one that is queried]"
        );
        _as = Text(
            "--publish-as",
            "name",
            "flowmatrix",
            "replace what was published under this name [default: flowmatrix]"
        );
        _remove = Switch("--remove", "remove everything that was published under that name");
        _transient = Switch("--transient", "keep it only while this command runs");
    }

    /// <returns>Null if the format is not published.</returns>
    public Publication? Bind(ParseResult parsed, Format format, SourceOptions source, CommandEnvironment environment)
    {
        if (format != FormatList.Skydive)
        {
            return FindGiven(parsed) is { } misplaced
                ? throw new Failure(FailureKind.Usage, $"{misplaced.Name} needs --format skydive")
                : null;
        }

        var name = parsed.GetValue(_as) ?? "flowmatrix";
        if (name.Length is 0 or > MaxNameLength || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            throw Wrong(_as, name, $"must be 1 to {MaxNameLength} letters, digits, dots, dashes and underscores");
        }

        var (remove, isTransient, to) = (parsed.GetValue(_remove), parsed.GetValue(_transient), parsed.GetValue(_to));
        if (remove && isTransient)
        {
            throw new Failure(FailureKind.Usage, "--remove and --transient: use one or the other");
        }

        if (source.FindOther(parsed) is { } input && (remove || to is null))
        {
            throw new Failure(
                FailureKind.Usage,
                remove
                    ? $"--remove and {input.Name}: use one or the other"
                    : $"--format {format.Name} with {input.Name} needs {_to.Name}"
            );
        }

        var analyzer = source.Analyzer;
        return new Publication(
            to is null ? analyzer.Analyzer(parsed, environment) : analyzer.Analyzer(parsed, environment, _to.Name, to),
            name,
            remove,
            isTransient,
            analyzer.HostsPerRequest(parsed)
        );
    }
}

/// <summary>What to publish, and where.</summary>
internal sealed record Publication(
    AnalyzerOptions Target,
    string Name,
    bool Remove,
    bool Transient,
    int HostsPerRequest
);
