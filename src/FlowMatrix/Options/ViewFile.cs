using FlowMatrix.Core;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;
using FlowMatrix.Core.Views.Filters;
using FlowMatrix.Sources.Yaml;

namespace FlowMatrix.Options;

/// <summary>The settings of a view in flowmatrix.yaml: the names of the options without their dashes.</summary>
internal sealed class ViewFile
{
    public const string DefaultName = "flowmatrix.yaml";

    /// <summary>Settings that are pairs, in the file a mapping.</summary>
    private static readonly string[] Pairs = ["alias", "name"];

    /// <summary>Settings that can be said once.</summary>
    private static readonly string[] Single = [.. FilterList.All.Where(kind => kind.Form == FilterForm.Visibility).Select(kind => kind.Name), "depth", "group-by", "explain"];

    private static readonly string[] Switches = [.. FilterList.All.Where(kind => kind.Form == FilterForm.Flag).Select(kind => kind.Name), "explain"];

    private static readonly string[] Keys =
    [
        .. FilterList.Names,
        "not",
        "reaches",
        "reachable-from",
        "depth",
        "group-by",
        "explain",
        .. Pairs,
    ];

    /// <summary>Parts of names that secrets go by. A file like this gets shared and committed.</summary>
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
    private readonly List<ViewSetting> _said = [];

    private ViewFile(string path)
    {
        _path = path;
    }

    public static IReadOnlyList<ViewSetting> Read(string path)
    {
        var file = new ViewFile(path);
        file.AddAll(YamlFile.Read(path), not: false);
        return file._said;
    }

    private void AddAll(YamlMap map, bool not)
    {
        foreach (var (key, value) in map.Items)
        {
            var name = key.Value;
            Check(key, not);
            if (name == "not")
            {
                AddAll(value as YamlMap ?? throw Wrong(value, "\"not\" holds filters, such as host: web*"), not: true);
            }
            else if (Pairs.Contains(name))
            {
                AddPairs(
                    name,
                    value as YamlMap ?? throw Wrong(value, $"\"{name}\" holds pairs, such as {Example(name)}")
                );
            }
            else
            {
                foreach (var item in value is YamlList list && !Single.Contains(name) ? list.Items : [value])
                {
                    Add(name, item, not);
                }
            }
        }
    }

    private void Check(YamlText key, bool not)
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

        if (!Keys.Contains(name) && FilterList.Find(name) is null)
        {
            throw Wrong(
                key,
                $"\"{name}\" is not a setting{Suggestion.DidYouMean(name, Keys)}; valid values: {string.Join(", ", Keys)}"
            );
        }

        if (not && FilterList.Find(name) is null)
        {
            throw Wrong(
                key,
                $"\"{name}\" is not a filter: under \"not\" there are {string.Join(", ", FilterList.Names)}"
            );
        }
    }

    private void Add(string name, YamlNode value, bool not)
    {
        var text =
            value as YamlText
            ?? throw Wrong(
                value,
                $"\"{name}\" needs a text{(Single.Contains(name) ? "" : " or a list of texts")}, not {value.Kind}"
            );
        if (!Switches.Contains(name))
        {
            _said.Add(new ViewSetting(name, text.Value, not, $"{Place(text)}: {name} \"{text.Value}\""));
        }
        else if (text.Value is "true" or "false")
        {
            if (text.Value == "true")
            {
                _said.Add(new ViewSetting(name, "", not, $"{Place(text)}: {name}"));
            }
        }
        else
        {
            throw Wrong(text, $"\"{name}\" is true or false, not \"{text.Value}\"");
        }
    }

    private void AddPairs(string name, YamlMap pairs)
    {
        foreach (var (key, value) in pairs.Items)
        {
            var meaning = value as YamlText ?? throw Wrong(value, $"needs a name, such as {Example(name)}");
            _said.Add(
                new ViewSetting(name, key.Value, false, $"{Place(key)}: {name} \"{key.Value}\"")
                {
                    Meaning = meaning.Value,
                }
            );
        }
    }

    private static string Example(string pair) => pair == "alias" ? @"compute-\d+: compute" : "10.9.0.0/16: office";

    private string Place(YamlNode node) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{_path}:{node.Line}:{node.Column}");

    private Failure Wrong(YamlNode at, string problem) => YamlFile.Wrong(_path, at, problem);
}
