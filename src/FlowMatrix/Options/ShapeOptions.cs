using System.CommandLine;
using FlowMatrix.Core;
using FlowMatrix.Core.Model;
using FlowMatrix.Terminal;

namespace FlowMatrix.Options;

/// <summary>How rows are shown: names, groups, explanations, and the file that can set all of it.</summary>
internal sealed class ShapeOptions : OptionGroup
{
    private readonly ToolOption<string?> _groupBy;
    private readonly ToolOption<bool> _explain;
    private readonly ToolOption<string[]> _alias;
    private readonly ToolOption<string[]> _name;
    private readonly Option<string?> _config;
    private readonly Option<bool> _noConfig;

    public ShapeOptions(ViewFeatures features, string? whyNoGroups)
        : base(
            features.HasFlag(ViewFeatures.Groups)
                ? "How they are shown (always in this order: names, filters, chains, groups)"
            : features.HasFlag(ViewFeatures.Explanations) ? "How they are shown"
            : "How they are named"
        )
    {
        _groupBy = Text(
                "--group-by",
                "what",
                "host",
                $"{GroupNames}: one row per pair of these, with ports and the number of connections, clients and "
                    + "client hosts"
            )
            .AsSetting(new Setting(SettingForm.Text));
        _explain = Switch(
                "--explain",
                "explain how each row was matched and how it was decided which end is the service: a column, a JSON "
                    + "field, a tooltip in pictures"
            )
            .AsSetting(new Setting(SettingForm.Switch));
        _alias = Texts(
                "--alias",
                "regex=name",
                @"compute-\d+=compute",
                @"one name for all hosts and processes whose full name matches: compute-\d+=compute"
            )
            .AsSetting(new Setting(SettingForm.Pairs) { PairExample = @"compute-\d+: compute" });
        _name = Texts(
                "--name",
                "cidr=name",
                "10.9.0.0/16=office",
                "a name for a network of unknown hosts: 10.9.0.0/16=office"
            )
            .AsSetting(new Setting(SettingForm.Pairs) { PairExample = "10.9.0.0/16: office" });
        _config = Text(
                "--config",
                "file",
                ViewFile.DefaultName,
                $"YAML file with these settings and filters [default: {ViewFile.DefaultName}, if it exists]"
            )
            .Reads(FileContent.Yaml);
        _noConfig = Switch("--no-config", $"do not read {ViewFile.DefaultName}");
        if (whyNoGroups is not null)
        {
            Refuse(_groupBy, whyNoGroups);
        }
        else if (!features.HasFlag(ViewFeatures.Groups))
        {
            Drop(_groupBy);
        }

        if (!features.HasFlag(ViewFeatures.Explanations))
        {
            Drop(_explain);
        }
    }

    public IToolOption GroupBy => _groupBy;

    public IToolOption Explain => _explain;

    public IToolOption Alias => _alias;

    public IToolOption Name => _name;

    public static string GroupNames => string.Join(", ", Enum.GetNames<GroupBy>()).ToLowerInvariant();

    /// <summary>The settings on the command line.</summary>
    public IEnumerable<ViewSetting> Settings(ParseResult parsed)
    {
        foreach (var option in Options.Cast<IToolOption>().Where(option => option.Facts.Setting is not null))
        {
            var key = Setting.KeysOf(option).First();
            if (FindGiven(parsed, [(Option)option]) is not null && option is Option<bool>)
            {
                yield return new ViewSetting(option, key, "", false, option.Name);
            }

            foreach (var token in parsed.GetResult((Option)option)?.Tokens ?? [])
            {
                var where = $"{option.Name} \"{token.Value}\"";
                var setting = new ViewSetting(option, key, token.Value, false, where);
                yield return setting.IsPair ? AsPair(setting) : setting;
            }
        }
    }

    /// <summary>Splits "regex=name" at the last equals sign: the expression may contain others.</summary>
    private static ViewSetting AsPair(ViewSetting setting)
    {
        var equals = setting.Value.LastIndexOf('=');
        return equals < 0
            ? setting
            : setting with
            {
                Value = setting.Value[..equals],
                Meaning = setting.Value[(equals + 1)..],
            };
    }

    /// <summary>The file to read; null for none.</summary>
    public string? FindFile(ParseResult parsed, CommandEnvironment environment)
    {
        if (parsed.GetValue(_config) is { } file)
        {
            return parsed.GetValue(_noConfig)
                ? throw new Failure(FailureKind.Usage, "--config and --no-config: use one or the other")
                : file;
        }

        var here = Path.Combine(environment.Directory, ViewFile.DefaultName);
        return !parsed.GetValue(_noConfig) && File.Exists(here) ? here : null;
    }
}
