using System.CommandLine;
using FlowMatrix.Core;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Files;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>Which files, or standard input.</summary>
internal sealed class FileSourceOptions : OptionGroup, ISourceKind
{
    private readonly Option<string[]> _input;

    public FileSourceOptions()
        : base("Files")
    {
        _input = Texts(
                "--input",
                "file|-",
                "day.json.gz",
                "read from a file (.gz too), or from standard input with -, instead of an analyzer: saved answers, "
                    + "repeatable; or one matrix that this tool wrote as csv, json or ndjson, or a recording; or csv "
                    + "of skydive-flow-matrix",
                "-i"
            )
            .Reads(FileContent.Input);
    }

    public string Description => "files";

    public IReadOnlyList<Option> Selectors => [_input];

    public IReadOnlyList<Option> Required => [_input];

    public ISource Bind(ParseResult parsed, CommandEnvironment environment)
    {
        var inputs = parsed.GetValue(_input) ?? [];
        return inputs.Count(input => input == InputFile.StandardInput) > 1
            ? throw new Failure(FailureKind.Usage, "--input -: standard input may be given only once")
            : new FileSource(inputs, environment.Input);
    }
}
