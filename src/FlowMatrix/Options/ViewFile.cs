using System.Globalization;
using FlowMatrix.Core;
using FlowMatrix.Core.Text;
using FlowMatrix.Sources.Yaml;

namespace FlowMatrix.Options;

/// <summary>Reads the settings of a view from flowmatrix.yaml.</summary>
internal sealed class ViewFile
{
    public const string DefaultName = "flowmatrix.yaml";

    /// <summary>Parts of the names of secrets. Such a file gets shared and committed.</summary>
    private static readonly string[] Secrets =
    [
        "user",
        "pass",
        "secret",
        "token",
        "credential",
        "auth",
        "login",
        "cert",
        "apikey",
        "api-key",
        "api_key",
        "private",
    ];

    private readonly string _path;
    private readonly IReadOnlyDictionary<string, IToolOption> _options;
    private readonly List<ViewSetting> _settings = [];

    private ViewFile(string path, IReadOnlyDictionary<string, IToolOption> options)
    {
        (_path, _options) = (path, options);
    }

    /// <param name="options">All options that can be in such a file.</param>
    /// <exception cref="Failure">The file cannot be read, or has an unknown or invalid setting.</exception>
    public static IReadOnlyList<ViewSetting> Read(string path, IEnumerable<IToolOption> options)
    {
        var byKey = options
            .SelectMany(option => Setting.KeysOf(option).Select(key => (key, option)))
            .ToDictionary(entry => entry.key, entry => entry.option);
        var file = new ViewFile(path, byKey);
        file.AddAll(YamlFile.Read(path), not: false);
        return file._settings;
    }

    private void AddAll(YamlMap map, bool not)
    {
        foreach (var (key, value) in map.Items)
        {
            var (name, setting) = (key.Value, FindSetting(key, not));
            switch (setting.Form)
            {
                case SettingForm.Filters:
                    AddAll(
                        value as YamlMap ?? throw Wrong(value, $"\"{name}\" holds filters, such as host: web*"),
                        not: true
                    );
                    break;
                case SettingForm.Pairs:
                    AddPairs(
                        name,
                        setting,
                        value as YamlMap ?? throw Wrong(value, $"\"{name}\" holds pairs, such as {setting.PairExample}")
                    );
                    break;
                default:
                    var isList = value is YamlList && setting.Form == SettingForm.Texts;
                    foreach (var item in isList ? ((YamlList)value).Items : [value])
                    {
                        Add(name, setting, item, not);
                    }

                    break;
            }
        }
    }

    private Setting FindSetting(YamlText key, bool not)
    {
        var name = key.Value;
        if (name is "key" || Secrets.Any(secret => name.Contains(secret, StringComparison.OrdinalIgnoreCase)))
        {
            throw Wrong(
                key,
                $"\"{name}\" is not allowed here: this file must not hold credentials; "
                    + "use --password-file, or the variables SKYDIVE_USERNAME and SKYDIVE_PASSWORD"
            );
        }

        if (!_options.TryGetValue(name, out var option) || option.Facts.Setting is not { } setting)
        {
            var keys = KeysWhere(setting => setting.IsListed);
            throw Wrong(
                key,
                $"\"{name}\" is not a setting{Suggestion.DidYouMean(name, keys)}; "
                    + $"valid values: {string.Join(", ", keys)}"
            );
        }

        return setting.IsFilter || !not
            ? setting
            : throw Wrong(
                key,
                $"\"{name}\" is not a filter; valid filters: "
                    + string.Join(", ", KeysWhere(setting => setting is { IsListed: true, IsFilter: true }))
            );
    }

    private string[] KeysWhere(Func<Setting, bool> isWanted) =>
        [
            .. _options
                .Where(option => option.Value.Facts.Setting is { } setting && isWanted(setting))
                .Select(option => option.Key),
        ];

    private void Add(string name, Setting setting, YamlNode value, bool not)
    {
        var text =
            value as YamlText
            ?? throw Wrong(
                value,
                $"\"{name}\" needs a text{(setting.Form == SettingForm.Texts ? " or a list of texts" : "")}, "
                    + $"not {value.Kind}"
            );
        if (setting.Form != SettingForm.Switch)
        {
            Add(name, text.Value, not, $"{Place(text)}: {name} \"{text.Value}\"");
        }
        else if (text.Value is not ("true" or "false"))
        {
            throw Wrong(text, $"\"{name}\" is true or false, not \"{text.Value}\"");
        }
        else if (text.Value == "true")
        {
            Add(name, "", not, $"{Place(text)}: {name}");
        }
    }

    private void AddPairs(string name, Setting setting, YamlMap pairs)
    {
        foreach (var (key, value) in pairs.Items)
        {
            var meaning = value as YamlText ?? throw Wrong(value, $"needs a name, such as {setting.PairExample}");
            Add(name, key.Value, not: false, $"{Place(key)}: {name} \"{key.Value}\"", meaning.Value);
        }
    }

    private void Add(string name, string value, bool not, string where, string meaning = "") =>
        _settings.Add(new ViewSetting(_options[name], name, value, not, where) { Meaning = meaning });

    private string Place(YamlNode node) =>
        string.Create(CultureInfo.InvariantCulture, $"{_path}:{node.Line}:{node.Column}");

    private Failure Wrong(YamlNode at, string problem) => YamlFile.Wrong(_path, at, problem);
}
