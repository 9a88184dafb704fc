using System.CommandLine;
using System.CommandLine.Parsing;
using FlowMatrix.Core;
using FlowMatrix.Core.Views;
using FlowMatrix.Core.Views.Filters;

namespace FlowMatrix.Options;

/// <summary>Which rows. Their order on the command line counts, since --not belongs to the filter after it.</summary>
internal sealed class FilterOptions : OptionGroup
{
    private const string NotName = "--not";

    /// <summary>The settings by what was typed, "-4" too.</summary>
    private readonly Dictionary<string, Option> _byName = [];

    /// <param name="chains">Whether there are rows on chains, not only single ones.</param>
    public FilterOptions(string title, bool chains)
        : base(title)
    {
        foreach (var kind in FilterList.All)
        {
            Add(kind);
        }

        Switch(
            NotName,
            "before a filter: exclude the rows that match it. Values of one filter (a,b, or given again) are alternatives, "
                + "different filters must all match. An unknown value matches no pattern"
        );
        if (chains)
        {
            Texts(
                "--reaches",
                "host[:port]",
                "rows on chains that lead to it: what depends on it, directly or through others"
            );
            Texts("--reachable-from", "host[:port]", "rows on chains that start at it: what it depends on");
            Text("--depth", "n", "maximum number of rows in a chain [default: no limit]");
        }

        foreach (var option in Options)
        {
            foreach (var name in option.Aliases.Append(option.Name))
            {
                _byName[name] = option;
            }
        }
    }

    /// <summary>What was said, in that order, each with the --not before it.</summary>
    public IEnumerable<ViewSetting> Settings(ParseResult parsed)
    {
        var not = false;
        for (var i = 0; i < parsed.Tokens.Count; i++)
        {
            var token = parsed.Tokens[i];
            var option = token.Type == TokenType.Option ? _byName.GetValueOrDefault(token.Value) : null;
            if (not && (option is null || !IsFilter(option)))
            {
                throw new Failure(
                    FailureKind.Usage,
                    $"--not is before \"{token.Value}\", which is not a filter: --not --host \"web*\""
                );
            }

            if (option?.Name == NotName)
            {
                not = true;
                continue;
            }

            if (option is not null)
            {
                var isSwitch = option.Arity.MaximumNumberOfValues == 0;
                var value = isSwitch ? "" : parsed.Tokens[++i].Value;
                var name = isSwitch ? option.Name : token.Value;
                if (value.StartsWith("--", StringComparison.Ordinal))
                {
                    throw new Failure(FailureKind.Usage, $"{name} needs a value, and \"{value}\" follows it");
                }

                yield return new ViewSetting(
                    name.TrimStart('-'),
                    value,
                    not,
                    $"{(not ? "--not " : "")}{name}{(value.Length > 0 ? $" \"{value}\"" : "")}"
                );
            }

            not = false;
        }

        if (not)
        {
            throw new Failure(FailureKind.Usage, "--not is last: a filter must follow it, as in --not --host \"web*\"");
        }
    }

    /// <summary>The same as a filter, where nothing else is said of rows.</summary>
    public Filter Bind(ParseResult parsed) => new(Terms(Settings(parsed)));

    public static IReadOnlyList<FilterTerm> Terms(IEnumerable<ViewSetting> filters)
    {
        FilterTerm[] terms = [.. filters.Select(Term).OfType<FilterTerm>()];
        NameLimit.Check("filters", terms.Length, "conditions", "list names behind one condition: a,b");
        NameLimit.CheckPatterns("filters", terms);
        return terms;
    }

    private static FilterTerm? Term(ViewSetting said) =>
        FilterTerm.TryParse(said.Name, said.Value, said.Not, out var term, out var problem)
            ? term
            : throw said.Wrong(problem);

    private void Add(FilterKind kind)
    {
        string[] aliases =
        [
            .. kind.EndNames.Select(name => $"--{name}"),
            .. kind.ShortName is null ? Array.Empty<string>() : [$"-{kind.ShortName}"],
        ];
        switch (kind.Form)
        {
            case FilterForm.Flag:
                Switch($"--{kind.Name}", kind.Description, aliases);
                break;
            case FilterForm.Visibility:
                Text($"--{kind.Name}", kind.ValueName, kind.Description, aliases);
                break;
            default:
                Texts($"--{kind.Name}", kind.ValueName, kind.Description, aliases);
                break;
        }

        if (kind.RefusedName is { } refused)
        {
            Texts($"--{refused}", kind.ValueName, "").Hidden = true;
        }
    }

    private static bool IsFilter(Option option) =>
        option.Name is not (NotName or "--reaches" or "--reachable-from" or "--depth");
}
