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
    private const int LongestName = 64;
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
        _to = Text("--publish-to", "host[:port]|URL", "analyzer to write to [default: the one that is queried]");
        _as = Text("--publish-as", "name", "replace what was published under this name [default: flowmatrix]");
        _remove = Switch("--remove", "remove everything that was published under that name");
        _transient = Switch("--transient", "keep it only while this command runs");
    }

    /// <returns>Null where the format isn't one that is published.</returns>
    public Publication? Bind(ParseResult parsed, Format format, SourceOptions source, CommandEnvironment environment)
    {
        if (format != FormatList.Skydive)
        {
            return Options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } misplaced
                ? throw new Failure(FailureKind.Usage, $"{misplaced.Name} goes with --format skydive")
                : null;
        }

        var name = parsed.GetValue(_as) ?? "flowmatrix";
        if (name.Length is 0 or > LongestName || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            throw Wrong(_as, name, $"must be 1 to {LongestName} letters, digits, dots, dashes and underscores");
        }

        var (remove, isTransient, to) = (parsed.GetValue(_remove), parsed.GetValue(_transient), parsed.GetValue(_to));
        if (remove && isTransient)
        {
            throw new Failure(FailureKind.Usage, "--remove and --transient: use one or the other");
        }

        if (source.ReadsFiles(parsed) && (remove || to is null))
        {
            throw new Failure(
                FailureKind.Usage,
                remove
                    ? "--remove reads no input: remove --input"
                    : "--input names no analyzer: give one with --publish-to"
            );
        }

        return new Publication(
            to is null ? source.Analyzer(parsed, environment) : source.Analyzer(parsed, environment, _to.Name, to),
            name,
            remove,
            isTransient,
            source.HostsPerRequest(parsed)
        );
    }
}

/// <summary>What was asked for of the publisher.</summary>
internal sealed record Publication(
    AnalyzerOptions Target,
    string Name,
    bool Remove,
    bool Transient,
    int HostsPerRequest
);
