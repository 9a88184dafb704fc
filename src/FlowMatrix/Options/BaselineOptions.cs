using System.CommandLine;
using FlowMatrix.Core;
using FlowMatrix.Core.Diffing;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Views;
using FlowMatrix.Loading;
using FlowMatrix.Output;
using FlowMatrix.Sources;
using FlowMatrix.Sources.Files;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>An earlier matrix to compare with, on the main command.</summary>
internal sealed class BaselineOptions : OptionGroup
{
    private readonly Option<string?> _baseline;
    private readonly Option<string[]> _key;

    public BaselineOptions()
        : base("Compare")
    {
        _baseline = Text(
                "--baseline",
                "file",
                "monday.csv",
                "write the differences from this earlier matrix (csv, json or ndjson of this tool, or saved answers); "
                    + "exit code 1 if there are any"
            )
            .Reads();
        _key = Texts("--baseline-key", "columns", KeyExample, KeyDescription);
    }

    public const string KeyExample = "service_host,service_port,client_host";

    public static string KeyDescription =>
        "columns that identify a row; a difference in other columns is a change "
        + $"[default: {string.Join(',', ComparisonKey.Default.Fields)}]";

    public Baseline? Bind(ParseResult parsed, CommandEnvironment environment, Format format)
    {
        var file = parsed.GetValue(_baseline);
        if (file is null && parsed.GetResult(_key) is not null)
        {
            throw new Failure(FailureKind.Usage, "--baseline-key needs --baseline");
        }

        if (file is null)
        {
            return null;
        }

        RefuseFormat(format);
        return new Baseline(new FileSource([new NamedInput(file)], environment.Input), Key(parsed, _key));
    }

    /// <exception cref="Failure">The format cannot show differences.</exception>
    public static void RefuseFormat(Format format)
    {
        if (format.Writer<MatrixDiff>() is null)
        {
            throw new Failure(
                FailureKind.Usage,
                $"--format {format.Name} cannot show differences: choose another format"
            );
        }
    }

    public static ComparisonKey Key(ParseResult parsed, Option<string[]> option) =>
        parsed.GetValue(option) is not { Length: > 0 } columns ? ComparisonKey.Default
        : ComparisonKey.TryParse(columns, out var key, out var problem) ? key
        : throw Wrong(option, problem);
}
