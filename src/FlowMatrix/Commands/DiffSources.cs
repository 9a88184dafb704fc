using System.CommandLine;
using FlowMatrix.Core;
using FlowMatrix.Loading;
using FlowMatrix.Options;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Files;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Terminal;

namespace FlowMatrix.Commands;

/// <summary>The two sides of a comparison: files, or an analyzer at two times.</summary>
internal sealed class DiffSources : OptionGroup
{
    private readonly Argument<string?> _before = new("before")
    {
        Description =
            "the earlier matrix: csv, json or ndjson of this tool, csv of skydive-flow-matrix, "
            + "saved answers of an analyzer, or - for standard input",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<string?> _after = new("after")
    {
        Description = "the later matrix [default: query the analyzer]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string[]> _key;
    private readonly ValueOption<PointInTime> _beforeAt;
    private readonly ValueOption<PointInTime> _afterAt;

    public DiffSources()
        : base("Compare")
    {
        _key = Texts("--key", "columns", BaselineOptions.KeyExample, BaselineOptions.KeyDescription);
        _beforeAt = Value<PointInTime>(
            "--before-at",
            "time",
            "-24h",
            AnalyzerSourceOptions.TryParseMoment,
            "query the analyzer for the earlier matrix too, at this time: -24h, ISO 8601, RFC 1123"
        );
        _afterAt = Value<PointInTime>(
            "--after-at",
            "time",
            "-1h",
            AnalyzerSourceOptions.TryParseMoment,
            "query it for the later matrix at this time [default: now]"
        );
    }

    public IReadOnlyList<Argument> Arguments => [_before, _after];

    public AnalyzerSourceOptions Analyzer { get; } = new(compared: true);

    public (Baseline Before, ISource After) Bind(ParseResult parsed, CommandEnvironment environment)
    {
        string[] files = [.. new[] { parsed.GetValue(_before), parsed.GetValue(_after) }.OfType<string>()];
        var (beforeAt, afterAt) = (parsed.GetResult(_beforeAt) is not null, parsed.GetResult(_afterAt) is not null);
        var key = BaselineOptions.Key(parsed, _key);
        if (files.Length == 2)
        {
            var typed =
                Analyzer.FindGiven(parsed)?.Name
                ?? (
                    beforeAt ? _beforeAt.Name
                    : afterAt ? _afterAt.Name
                    : null
                );
            return typed is not null
                    ? throw new Failure(
                        FailureKind.Usage,
                        $"{typed} needs an analyzer, but both matrices are files: use one or the other"
                    )
                : files is [InputFile.StandardInput, InputFile.StandardInput]
                    ? throw new Failure(FailureKind.Usage, "'-' (standard input) may be given only once")
                : (new Baseline(File(files[0]), key), File(files[1]));
        }

        if (files.Length == 1 && beforeAt)
        {
            throw new Failure(
                FailureKind.Usage,
                $"--before-at needs an analyzer, but the earlier matrix is the file {files[0]}: use one or the other"
            );
        }

        if (files.Length == 0 ? !beforeAt : !Analyzer.NamesAnalyzer(parsed, environment))
        {
            throw new Failure(
                FailureKind.Usage,
                "diff needs two matrices: give two files, a file and --analyzer, or --analyzer and --before-at"
            );
        }

        var before = files.Length == 1 ? File(files[0]) : Analyzer.Bind(parsed, environment, _beforeAt);
        return (new Baseline(before, key), Analyzer.Bind(parsed, environment, _afterAt));

        FileSource File(string path) => new([new NamedInput(path)], environment.Input);
    }
}
