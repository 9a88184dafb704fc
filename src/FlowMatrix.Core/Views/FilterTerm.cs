using System.Diagnostics.CodeAnalysis;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Views.Patterns;

namespace FlowMatrix.Core.Views;

internal enum FilterField
{
    Protocol,
    Port,
    Host,
    Process,
    Address,
    Family,
    Loopback,
    External,
}

/// <summary>Which end of a row a term is about.</summary>
internal enum RowEnd
{
    Either,
    Client,
    Service,
}

/// <summary>
/// One condition on a row, as a user says it: a name such as "from-host" and a value such as "web*,db*". The same words
/// on the command line and in files.
/// </summary>
internal sealed record FilterTerm
{
    /// <summary>What can be said of either end; with "from-" of the client, with "to-" of the service.</summary>
    public static readonly IReadOnlyList<string> EndNames = ["host", "process", "address", "port", "protocol"];

    /// <summary>Terms with no value.</summary>
    public static readonly IReadOnlyList<string> FamilyNames = ["ipv4", "ipv6"];

    /// <summary>Terms whose value is one of <see cref="Visibilities"/>.</summary>
    public static readonly IReadOnlyList<string> KindNames = ["loopback", "external"];

    public static readonly IReadOnlyList<string> Visibilities = ["show", "hide", "only"];

    private FilterTerm(string name, string value, bool not)
    {
        (Name, Value, Not) = (name, value, not);
    }

    /// <summary>"from-host".</summary>
    public string Name { get; }

    /// <summary>"web*,db*"; empty where there is none.</summary>
    public string Value { get; }

    /// <summary>A row that the rest is true of is left out.</summary>
    public bool Not { get; private init; }

    public FilterField Field { get; private init; }

    public RowEnd End { get; private init; }

    /// <summary>For hosts and processes.</summary>
    public IReadOnlyList<Glob> Globs { get; private init; } = [];

    public IReadOnlyList<IpNetwork> Networks { get; private init; } = [];

    public IReadOnlyList<Protocol> Protocols { get; private init; } = [];

    public PortSet? Ports { get; private init; }

    /// <summary>Of the family: IPv4, else IPv6.</summary>
    public bool IsV4 { get; private init; }

    /// <summary>As it would stand on a command line.</summary>
    public string Words =>
        Field is FilterField.Loopback or FilterField.External
            ? $"--{Name} {Value}"
            : $"{(Not ? "--not " : "")}--{Name}{(Value.Length > 0 ? $" {Value}" : "")}";

    public static IEnumerable<string> Names =>
        [.. EndNames.SelectMany(name => (string[])[name, $"from-{name}", $"to-{name}"]), .. FamilyNames, .. KindNames];

    /// <summary>The same of another end.</summary>
    public FilterTerm About(RowEnd end) => this with { End = end };

    /// <param name="term">Null without a problem where it asks for nothing ("show").</param>
    /// <param name="problem">A clause that shows the value.</param>
    public static bool TryParse(
        string name,
        string value,
        bool not,
        out FilterTerm? term,
        [NotNullWhen(false)] out string? problem
    )
    {
        (term, problem) = (null, null);
        var end =
            name.StartsWith("from-", StringComparison.Ordinal) ? RowEnd.Client
            : name.StartsWith("to-", StringComparison.Ordinal) ? RowEnd.Service
            : RowEnd.Either;
        var field = end == RowEnd.Either ? name : name[(name.IndexOf('-', StringComparison.Ordinal) + 1)..];
        if (end == RowEnd.Either && KindNames.Contains(name))
        {
            return TryParseKind(name, value, not, out term, out problem);
        }

        if (end == RowEnd.Either && FamilyNames.Contains(name))
        {
            term = new FilterTerm(name, "", not) { Field = FilterField.Family, IsV4 = name == "ipv4" };
            return true;
        }

        var parts = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (!EndNames.Contains(field))
        {
            problem = $"is not a filter; valid values: {string.Join(", ", Names)}";
            return false;
        }

        if (parts.Length == 0)
        {
            problem = "is empty";
            return false;
        }

        var whole = new FilterTerm(name, value, not) { End = end };
        (term, problem) = field switch
        {
            "host" => (
                whole with
                {
                    Field = FilterField.Host,
                    Globs = [.. parts.Select(part => new Glob(part))],
                },
                null
            ),
            "process" => (
                whole with
                {
                    Field = FilterField.Process,
                    Globs = [.. parts.Select(part => new Glob(part))],
                },
                null
            ),
            "address" => WithNetworks(whole, parts),
            "port" => WithPorts(whole, parts),
            _ => WithProtocols(whole, parts),
        };
        return problem is null;
    }

    private static bool TryParseKind(
        string name,
        string value,
        bool not,
        out FilterTerm? term,
        [NotNullWhen(false)] out string? problem
    )
    {
        term = null;
        problem =
            !Visibilities.Contains(value) ? $"\"{value}\" is not one of {string.Join(", ", Visibilities)}"
            : not ? "stands after --not: say hide or only instead"
            : null;
        if (problem is null && value != "show")
        {
            term = new FilterTerm(name, value, value == "hide")
            {
                Field = name == "loopback" ? FilterField.Loopback : FilterField.External,
            };
        }

        return problem is null;
    }

    private static (FilterTerm?, string?) WithNetworks(FilterTerm term, string[] parts)
    {
        var networks = new List<IpNetwork>();
        foreach (var part in parts)
        {
            if (!IpNetwork.TryParse(part, out var network, out var problem))
            {
                return (null, $"\"{part}\" {problem}");
            }

            networks.Add(network);
        }

        return (term with { Field = FilterField.Address, Networks = networks }, null);
    }

    private static (FilterTerm?, string?) WithPorts(FilterTerm term, string[] parts) =>
        term.End == RowEnd.Client
            ? (null, "a row has no port of the client, only of the service: use --port or --to-port")
        : PortSet.TryParse(parts, out var ports, out var problem)
            ? (term with { Field = FilterField.Port, Ports = ports, End = RowEnd.Service }, null)
        : (null, problem);

    private static (FilterTerm?, string?) WithProtocols(FilterTerm term, string[] parts)
    {
        var protocols = new List<Protocol>();
        foreach (var part in parts)
        {
            if (!Enum.TryParse<Protocol>(part, ignoreCase: true, out var protocol) || !char.IsAsciiLetter(part[0]))
            {
                return (null, $"\"{part}\" is none of tcp, udp, sctp");
            }

            protocols.Add(protocol);
        }

        // Both ends speak it.
        return (term with { Field = FilterField.Protocol, Protocols = protocols, End = RowEnd.Either }, null);
    }
}
