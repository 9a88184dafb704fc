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
                "[name=]file|-",
                "day.json.gz",
                "read a file (.gz too), or standard input with -: saved answers, or the sockets of a host as the "
                    + "script of --ssh or ss -tunap prints them (repeatable); or one matrix, as csv, json or ndjson "
                    + "of this tool or csv of skydive-flow-matrix; or one recording",
                "-i"
            )
            .Reads(FileContent.Input, NamedInput.PathIn);
    }

    public string Description => "files";

    public IReadOnlyList<Option> Selectors => [_input];

    public IReadOnlyList<Option> Required => [_input];

    public ISource Bind(ParseResult parsed, CommandEnvironment environment)
    {
        NamedInput[] inputs = [.. (parsed.GetValue(_input) ?? []).Select(NamedInput.Parse)];
        return inputs.Count(input => input.Path == InputFile.StandardInput) > 1
            ? throw new Failure(FailureKind.Usage, "--input -: standard input may be given only once")
            : new FileSource(inputs, environment.Input);
    }
}
