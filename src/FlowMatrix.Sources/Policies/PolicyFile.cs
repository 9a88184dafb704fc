using System.Globalization;
using FlowMatrix.Core;
using FlowMatrix.Core.Policies;
using FlowMatrix.Core.Text;
using FlowMatrix.Core.Views;
using FlowMatrix.Core.Views.Filters;
using FlowMatrix.Sources.Yaml;

namespace FlowMatrix.Sources.Policies;

/// <summary>
/// Reads a policy: YAML with two lists of rules, "allow" and "require". The keys of a rule are the names of the
/// filters. Source: docs/policies.md, "The policy".
/// </summary>
internal sealed class PolicyFile
{
    private readonly string _path;
    private readonly List<PolicyRule> _rules = [];
    private readonly Dictionary<string, PolicyRule> _byFilter = new(StringComparer.Ordinal);

    private PolicyFile(string path)
    {
        _path = path;
    }

    /// <exception cref="Failure">The file cannot be read or contradicts itself. The message has line and
    /// column.</exception>
    public static Policy Read(string path)
    {
        var file = new PolicyFile(path);
        var lists = YamlFile.Read(path).Items;
        if (lists.Count == 0)
        {
            throw new Failure(
                FailureKind.Usage,
                $"{path}: is empty: it needs {PolicyKeys.Allow} or {PolicyKeys.Require}"
            );
        }

        foreach (var (key, value) in lists)
        {
            if (key.Value is not (PolicyKeys.Allow or PolicyKeys.Require))
            {
                string[] keys = [PolicyKeys.Allow, PolicyKeys.Require];
                throw file.Wrong(
                    key,
                    $"\"{key.Value}\" is not a key of a policy{Suggestion.DidYouMean(key.Value, keys)}; "
                        + $"valid keys: {string.Join(", ", keys)}"
                );
            }

            var rules =
                value as YamlList
                ?? throw file.Wrong(value, $"\"{key.Value}\" must be a list of rules, not {value.Kind}");
            NameLimit.Check(path, file._rules.Count + rules.Items.Count, "rules", "let one rule allow several rows");
            foreach (var rule in rules.Items)
            {
                file.Add(
                    rule as YamlMap
                        ?? throw file.Wrong(rule, $"a rule must be conditions and a reason, not {rule.Kind}"),
                    key.Value == PolicyKeys.Require
                );
            }
        }

        NameLimit.CheckPatterns(path, file._rules.SelectMany(rule => rule.Filter.Terms));
        return new Policy(path, file._rules);
    }

    private void Add(YamlMap map, bool required)
    {
        var terms = new List<FilterTerm>();
        string? reason = null,
            owner = null;
        DateOnly? expires = null;
        foreach (var (key, value) in map.Items)
        {
            switch (key.Value)
            {
                case PolicyKeys.Reason:
                    reason = Text(key, value);
                    break;
                case PolicyKeys.Owner:
                    owner = Text(key, value);
                    break;
                case PolicyKeys.Expires:
                    expires = Date(key, value);
                    break;
                case PolicyKeys.Not:
                    var conditions =
                        value as YamlMap ?? throw Wrong(value, "\"not\" holds conditions, such as from-host: web*");
                    foreach (var (name, condition) in conditions.Items)
                    {
                        AddTerms(terms, name, condition, not: true);
                    }

                    break;
                default:
                    AddTerms(terms, key, value, not: false);
                    break;
            }
        }

        if (reason is null)
        {
            throw Wrong(map, "the rule has no \"reason\": state why these rows are allowed");
        }

        if (terms.Count == 0)
        {
            throw Wrong(
                map,
                "the rule has no condition and would allow everything: give at least one, such as to-port: 3306"
            );
        }

        AddRule(new PolicyRule(new Filter(terms), required, reason, owner, expires, map.Line, map.Column), map);
    }

    /// <summary>
    /// Two rules about the same rows could contradict each other, and a rule that excludes all its rows has no effect.
    /// </summary>
    private void AddRule(PolicyRule rule, YamlMap map)
    {
        if (Contradictions.FindExcluded(rule.Filter) is { } name)
        {
            throw Wrong(map, $"contradictory: \"not\" excludes everything that \"{name}\" selects");
        }

        var key = Contradictions.Key(rule.Filter);
        if (_byFilter.TryGetValue(key, out var other))
        {
            throw Wrong(
                map,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"contradictory: the rule at line {other.Line} matches the same rows: keep one of the two "
                        + $"(what is under \"{PolicyKeys.Require}\" is allowed as well)"
                )
            );
        }

        _byFilter[key] = rule;
        _rules.Add(rule);
    }

    private void AddTerms(List<FilterTerm> terms, YamlText key, YamlNode value, bool not)
    {
        var kind =
            FilterList.Find(key.Value)
            ?? throw Wrong(
                key,
                $"\"{key.Value}\" is not a key of a rule{Suggestion.DidYouMean(key.Value, Keys)}; "
                    + $"valid values: {string.Join(", ", Keys)}"
            );
        var isFlag = kind.Form == FilterForm.Flag;
        foreach (var item in value is YamlList { Items.Count: > 0 } list && !isFlag ? list.Items : [value])
        {
            var text = Text(key, item);
            if (isFlag && text != "true")
            {
                throw Wrong(item, $"\"{key.Value}\" can only be true");
            }

            if (!kind.TryParse(key.Value, text, not, out var term, out var problem))
            {
                throw Wrong(item, $"{key.Value}: {problem}");
            }

            if (term is not null)
            {
                terms.Add(term);
            }
        }
    }

    public static IEnumerable<string> Keys =>
        [PolicyKeys.Reason, PolicyKeys.Owner, PolicyKeys.Expires, PolicyKeys.Not, .. FilterList.Names];

    private string Text(YamlText key, YamlNode value) =>
        value is YamlText { Value.Length: > 0 } text
            ? text.Value
            : throw Wrong(value, $"\"{key.Value}\" needs a text, not {value.Kind}");

    private DateOnly Date(YamlText key, YamlNode value) =>
        DateOnly.TryParseExact(
            Text(key, value),
            PolicyKeys.DateFormat,
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var date
        )
            ? date
            : throw Wrong(value, $"\"{key.Value}\" is a day, such as 2027-01-31");

    private Failure Wrong(YamlNode at, string problem) => YamlFile.Wrong(_path, at, problem);
}
