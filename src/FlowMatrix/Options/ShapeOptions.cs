using System.CommandLine;
using FlowMatrix.Core;
using FlowMatrix.Core.Model;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>How rows are shown: names, groups, explanations, and the file that may say all of it.</summary>
internal sealed class ShapeOptions : OptionGroup
{
    private readonly Option<string?>? _groupBy;
    private readonly Option<bool>? _explain;
    private readonly Option<string[]> _alias;
    private readonly Option<string[]> _name;
    private readonly Option<string?> _config;
    private readonly Option<bool> _noConfig;

    /// <param name="rows">Whether rows of a matrix are shown.</param>
    public ShapeOptions(bool rows)
        : base(
            rows ? "How they are shown (always in this order: names, filters, chains, groups)" : "How they are named"
        )
    {
        if (rows)
        {
            _groupBy = Text(
                "--group-by",
                "what",
                $"{GroupNames}: one row per pair of these, with ports and the number of connections, clients and client hosts"
            );
            _explain = Switch(
                "--explain",
                "explain how each row was matched and how it was decided which end is the service: a column, a JSON field, a tooltip in pictures"
            );
        }

        _alias = Texts(
            "--alias",
            "regex=name",
            @"one name for all hosts and processes whose full name matches: compute-\d+=compute"
        );
        _name = Texts("--name", "cidr=name", "a name for a network of unknown hosts: 10.9.0.0/16=office");
        _config = Text(
            "--config",
            "file",
            $"YAML file with these settings and filters [default: {ViewFile.DefaultName}, if it exists]"
        );
        _noConfig = Switch("--no-config", $"do not read {ViewFile.DefaultName}");
    }

    public static string GroupNames => string.Join(", ", Enum.GetNames<GroupBy>()).ToLowerInvariant();

    public IEnumerable<ViewSetting> Settings(ParseResult parsed)
    {
        foreach (var option in (Option<string[]>[])[_alias, _name])
        {
            foreach (var text in parsed.GetValue(option) ?? [])
            {
                // Of the last one: an expression may have an equals sign in it.
                var equals = text.LastIndexOf('=');
                yield return new ViewSetting(
                    option.Name.TrimStart('-'),
                    equals < 0 ? text : text[..equals],
                    false,
                    $"{option.Name} \"{text}\""
                )
                {
                    Meaning = equals < 0 ? "" : text[(equals + 1)..],
                };
            }
        }

        if (_groupBy is not null && parsed.GetValue(_groupBy) is { } by)
        {
            yield return new ViewSetting("group-by", by, false, $"--group-by \"{by}\"");
        }

        if (_explain is not null && parsed.GetValue(_explain))
        {
            yield return new ViewSetting("explain", "", false, "--explain");
        }
    }

    /// <summary>The file to read, or none.</summary>
    public string? File(ParseResult parsed, CommandEnvironment environment)
    {
        if (parsed.GetValue(_config) is { } file)
        {
            return parsed.GetValue(_noConfig)
                ? throw new Failure(FailureKind.Usage, "--config and --no-config: use one or the other")
                : file;
        }

        var here = Path.Combine(environment.Directory, ViewFile.DefaultName);
        return !parsed.GetValue(_noConfig) && System.IO.File.Exists(here) ? here : null;
    }
}
