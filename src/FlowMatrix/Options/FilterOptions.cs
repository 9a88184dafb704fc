using System.CommandLine;
using System.CommandLine.Parsing;
using FlowMatrix.Core;
using FlowMatrix.Core.Views;
using FlowMatrix.Core.Views.Filters;

namespace FlowMatrix.Options;

/// <summary>Which rows. The order on the command line counts, because --not applies to the filter after it.</summary>
internal sealed class FilterOptions : OptionGroup
{
    private readonly Option<bool> _not;

    /// <summary>By what was typed: also by aliases such as -4.</summary>
    private readonly Dictionary<string, IToolOption> _byName = [];

    /// <param name="chains">Whether rows on chains can be selected, which needs all rows of a matrix.</param>
    public FilterOptions(string title, bool chains)
        : base(title)
    {
        foreach (var kind in FilterList.All)
        {
            Add(kind);
        }

        _not = Switch(
                "--not",
                "before a filter: exclude the rows that match it. Values of one filter (a,b, or given again) are "
                    + "alternatives, different filters must all match. An unknown value matches no pattern"
            )
            .AsSetting(new Setting(SettingForm.Filters));
        Reaches = Texts(
                "--reaches",
                "host[:port]",
                "db01:3306",
                "rows on chains that lead to it: what depends on it, directly or through others"
            )
            .AsSetting(new Setting(SettingForm.Texts));
        ReachableFrom = Texts(
                "--reachable-from",
                "host[:port]",
                "web01",
                "rows on chains that start at it: what it depends on"
            )
            .AsSetting(new Setting(SettingForm.Texts));
        Depth = Text("--depth", "n", "2", "maximum number of rows in a chain [default: no limit]")
            .AsSetting(new Setting(SettingForm.Text));
        if (!chains)
        {
            Drop(Reaches, ReachableFrom, Depth);
        }

        foreach (var option in Options.Cast<IToolOption>())
        {
            foreach (var name in option.Names)
            {
                _byName[name] = option;
            }
        }
    }

    public ToolOption<string[]> Reaches { get; }

    public ToolOption<string[]> ReachableFrom { get; }

    public ToolOption<string?> Depth { get; }

    /// <summary>The settings in the order of the command line, each with the --not before it.</summary>
    public IEnumerable<ViewSetting> Settings(ParseResult parsed)
    {
        var not = false;
        for (var i = 0; i < parsed.Tokens.Count; i++)
        {
            var token = parsed.Tokens[i];
            var option = token.Type == TokenType.Option ? _byName.GetValueOrDefault(token.Value) : null;
            if (not && option?.Facts.Setting?.IsFilter != true)
            {
                throw new Failure(
                    FailureKind.Usage,
                    $"--not is before \"{token.Value}\", which is not a filter: --not --host \"web*\""
                );
            }

            if (option == _not)
            {
                not = true;
                continue;
            }

            if (option is not null)
            {
                yield return Read(parsed, option, ref i, not);
            }

            not = false;
        }

        if (not)
        {
            throw new Failure(FailureKind.Usage, "--not is last: a filter must follow it, as in --not --host \"web*\"");
        }
    }

    /// <summary>The filter that the command line alone gives.</summary>
    public Filter Bind(ParseResult parsed) => new(Terms(Settings(parsed)));

    public static IReadOnlyList<FilterTerm> Terms(IEnumerable<ViewSetting> filters)
    {
        FilterTerm[] terms = [.. filters.Select(Term).OfType<FilterTerm>()];
        NameLimit.Check("filters", terms.Length, "conditions", "list names behind one condition: a,b");
        NameLimit.CheckPatterns("filters", terms);
        return terms;
    }

    /// <param name="at">The position of the option among the tokens; moved to its value.</param>
    private static ViewSetting Read(ParseResult parsed, IToolOption option, ref int at, bool not)
    {
        var isSwitch = option is Option<bool>;
        var name = isSwitch ? option.Name : parsed.Tokens[at].Value;
        var value = isSwitch ? "" : parsed.Tokens[++at].Value;
        if (value.StartsWith("--", StringComparison.Ordinal))
        {
            throw new Failure(FailureKind.Usage, $"{name} needs a value, and \"{value}\" follows it");
        }

        var where = $"{(not ? "--not " : "")}{name}{(value.Length > 0 ? $" \"{value}\"" : "")}";
        return new ViewSetting(option, name.TrimStart('-'), value, not, where);
    }

    private static FilterTerm? Term(ViewSetting setting) =>
        FilterTerm.TryParse(setting.Name, setting.Value, setting.Not, out var term, out var problem)
            ? term
            : throw setting.Wrong(problem);

    private void Add(FilterKind kind)
    {
        var name = $"--{kind.Name}";
        string[] aliases = [.. kind.EndNames.Select(end => $"--{end}")];
        switch (kind.Form)
        {
            case FilterForm.Flag:
                // Two flags of one field replace each other: -4 on the command line and "ipv6: true" in a file.
                Switch(name, kind.Description, kind.ShortName is { } letter ? [$"-{letter}"] : [])
                    .AsSetting(new Setting(SettingForm.Switch) { IsFilter = true, Group = kind.Field });
                break;
            case FilterForm.Visibility:
                Text(name, kind.ValueName, kind.Example, kind.Description)
                    .AsSetting(new Setting(SettingForm.Text) { IsFilter = true });
                break;
            default:
                Texts(name, kind.ValueName, kind.Example, kind.Description, aliases)
                    .AsSetting(new Setting(SettingForm.Texts) { IsFilter = true });
                break;
        }

        if (kind.RefusedName is { } refused)
        {
            Texts($"--{refused}", kind.ValueName, kind.Example, kind.NoClient!)
                .AsSetting(new Setting(SettingForm.Texts) { IsFilter = true, IsListed = false })
                .Hide();
        }
    }
}
