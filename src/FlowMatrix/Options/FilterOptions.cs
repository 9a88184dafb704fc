using System.CommandLine;
using System.CommandLine.Parsing;
using FlowMatrix.Core;
using FlowMatrix.Core.Views;

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
        Filter("host", "pattern", "a host at either end; of the service (to), of the client (from); * is any text");
        Filter("process", "pattern", "the same for the process's name, and for its path where the pattern has a /");
        Filter("address", "cidr", "the same for addresses: 10.0.0.5, 10.0.0.0/8, fd00::/8; to also means via");
        Texts("--port", "ports", "port of the service: 3306,5000-5999", "--to-port");
        Texts("--from-port", "ports", "a row has none; taken for the message that says so").Hidden = true;
        Texts("--protocol", "name", "tcp, udp, sctp", "--to-protocol", "--from-protocol");
        Switch("--ipv4", "rows with an IPv4 address at either end", "-4");
        Switch("--ipv6", "rows with an IPv6 address at either end", "-6");
        Text("--loopback", "what", "rows over loopback, within one host: show, hide, only [default: show]");
        Text("--external", "what", "rows with an end on an unknown host: show, hide, only [default: show]");
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

    private void Filter(string name, string value, string description) =>
        Texts($"--{name}", value, description, $"--to-{name}", $"--from-{name}");

    private static bool IsFilter(Option option) =>
        option.Name is not (NotName or "--reaches" or "--reachable-from" or "--depth");
}
