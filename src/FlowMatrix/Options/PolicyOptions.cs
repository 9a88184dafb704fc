using System.CommandLine;
using FlowMatrix.Core;
using FlowMatrix.Output.Reports;

namespace FlowMatrix.Options;

/// <summary>What to check against, and how the result is reported.</summary>
internal sealed class PolicyOptions : OptionGroup
{
    private static readonly FormatChoice<IReportFormat> Formats = new(
        IReportFormat.All,
        "a report format",
        format => format.Name,
        _ => []
    );

    private readonly Option<string?> _policy;
    private readonly Option<bool> _strict;
    private readonly Option<string[]> _report;
    private readonly Option<bool> _learn;
    private readonly Option<bool> _schema;
    private readonly Option<string?> _output;

    public PolicyOptions()
        : base("Policy")
    {
        _policy = Text("--policy", "file", "flows.yaml", "YAML file with the allowed and the required rows", "-p")
            .Reads(FileContent.Yaml);
        _strict = Switch("--strict", "unused and expired rules are violations, not warnings");
        _report = Texts(
                "--report",
                "format[=file]",
                "junit=flows.xml",
                $"report format: {Formats.Names}; repeatable; one may go to standard output without =file "
                    + "[default: text]"
            )
            .Writes(FileOfReport);
        _learn = Switch("--learn", "draft a policy that the input passes, to be reviewed");
        _schema = Switch("--schema", "print the JSON schema of policies, for editors");
        _output = Text(
                "--output",
                "file",
                "flows.yaml",
                "write the draft or the schema to this file instead of standard output",
                "-o"
            )
            .Writes();
    }

    public PolicyTask Bind(ParseResult parsed)
    {
        var (learn, schema, policy) = (parsed.GetValue(_learn), parsed.GetValue(_schema), parsed.GetValue(_policy));
        if (policy is not null && (learn || schema))
        {
            throw new Failure(
                FailureKind.Usage,
                $"--policy and {(learn ? _learn : _schema).Name}: use one or the other"
            );
        }

        if ((learn ? 1 : 0) + (schema ? 1 : 0) + (policy is not null ? 1 : 0) != 1)
        {
            throw new Failure(
                FailureKind.Usage,
                "check needs one of --policy flows.yaml (check against it), --learn (draft it) and --schema"
            );
        }

        if (policy is null && FindGiven(parsed, [_strict, _report]) is { } misplaced)
        {
            throw new Failure(FailureKind.Usage, $"{misplaced.Name} needs --policy");
        }

        var output = _output.GetPath(parsed);
        if (policy is not null && output is not null)
        {
            throw new Failure(
                FailureKind.Usage,
                $"--output is for a draft or the schema: write the report with --report text={output}"
            );
        }

        return new PolicyTask(
            policy,
            schema,
            output,
            parsed.GetValue(_strict),
            Reports(parsed.GetValue(_report) ?? [])
        );
    }

    /// <summary>Without a file a report goes to standard output.</summary>
    private static string FileOfReport(string value) =>
        value.IndexOf('=', StringComparison.Ordinal) is >= 0 and var equals ? value[(equals + 1)..] : "-";

    private List<(IReportFormat Format, string? Path)> Reports(string[] values)
    {
        var reports = new List<(IReportFormat Format, string? Path)>();
        foreach (var value in values)
        {
            var equals = value.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? value : value[..equals];
            var format = Formats.Get(_report, name, value, ", each with =file or without");
            var file = FileOfReport(value);
            if (file.Length == 0)
            {
                throw Wrong(_report, value, "has no file after the equals sign");
            }

            var path = file == "-" ? null : file;
            if (reports.Any(report => report.Path == path))
            {
                throw Wrong(
                    _report,
                    value,
                    path is null
                        ? "is the second report for standard output: give it a file, as in junit=report.xml"
                        : "goes to the same file as another"
                );
            }

            reports.Add((format, path));
        }

        if (reports.All(report => report.Path is not null))
        {
            reports.Add((Formats.Default, null));
        }

        return reports;
    }
}

/// <summary>What the command has to do.</summary>
/// <param name="Policy">What to check against; null for a draft or the schema.</param>
/// <param name="Schema">Print the schema of policies.</param>
/// <param name="Output">Where a draft or the schema goes; null for standard output.</param>
internal sealed record PolicyTask(
    string? Policy,
    bool Schema,
    string? Output,
    bool Strict,
    IReadOnlyList<(IReportFormat Format, string? Path)> Reports
);
