using System.Globalization;
using System.Text;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Policies;
using FlowMatrix.Core.Views;
using FlowMatrix.Output.Yaml;

namespace FlowMatrix.Output.Policies;

/// <summary>
/// Drafts a policy that a matrix passes: a rule for each service with its clients, not for each row. Services of one
/// process with the same clients share a rule. What is within hosts over loopback, and what comes from outside, have
/// rules of their own, so that the draft allows little more than was seen.
/// </summary>
internal sealed class PolicyDraft
{
    /// <summary>More than these are not read one by one: the rule then says "outside", or a range.</summary>
    private const int MostAddresses = 12;
    private const int MostPorts = 16;

    private readonly Matrix _matrix;
    private readonly HostPatterns _hosts;

    private PolicyDraft(Matrix matrix)
    {
        _matrix = matrix;
        _hosts = new HostPatterns(matrix);
    }

    public static string Write(Matrix matrix) => new PolicyDraft(matrix).Write();

    private string Write()
    {
        var text = new StringBuilder();
        text.Append(
            "# Drafted by flowmatrix check --learn. Before you sign it: say in each reason why the flows are there,\n"
        );
        text.Append("# take out what should not be, and move what must always be there under \"require\".\n");
        var rules = Rules().ToList();
        NameLimit.Check("--learn", rules.Count, "rules", "draft a policy of fewer rows, with filters or --alias");
        text.Append(rules.Count == 0 ? $"{PolicyKeys.Allow}: []\n" : $"{PolicyKeys.Allow}:\n");
        foreach (var rule in rules)
        {
            text.Append("  - ").Append(string.Join("    ", rule.Select(line => $"{line}\n")));
        }

        return text.ToString();
    }

    private IEnumerable<IEnumerable<string>> Rules() =>
        _matrix
            .Rows.GroupBy(Kind)
            .Select(kind =>
                (
                    kind.Key,
                    Ports: kind.Select(row => row.ServicePort).Distinct().Order().ToList(),
                    Ends: EndsOf(kind.Key, [.. kind])
                )
            )
            .GroupBy(service =>
                (
                    service.Key.Protocol,
                    service.Key.Service,
                    service.Key.IsLoopback,
                    service.Key.IsExternal,
                    Ends: string.Join('\n', service.Ends)
                )
            )
            .Select(rule =>
                Rule(
                    rule.First().Key,
                    [.. rule.SelectMany(service => service.Ports).Distinct().Order()],
                    rule.First().Ends
                )
            );

    private ServiceKind Kind(Row row)
    {
        var addresses = _matrix.IdTables.Addresses;
        return new ServiceKind(
            row.Protocol,
            row.ServicePort,
            ProcessPattern(row.ServiceProcess),
            addresses[row.ServiceAddress].IsLoopback || addresses[row.ClientAddress].IsLoopback,
            _matrix.IsExternal(row.ServiceHost) || _matrix.IsExternal(row.ClientHost),
            row.ServiceHost == 0,
            row.ClientHost == 0,
            ProcessPattern(row.ClientProcess) is not null
        );
    }

    private static IEnumerable<string> Rule(ServiceKind kind, List<ushort> ports, IReadOnlyList<string> ends)
    {
        var protocol = kind.Protocol.Name().ToLowerInvariant();
        var shown =
            ports.Count > MostPorts
                ? string.Create(CultureInfo.InvariantCulture, $"{ports[0]}-{ports[^1]}")
                : string.Join(",", ports);
        yield return $"{PolicyKeys.Reason}: {YamlScalar.Quote(Reason(kind, protocol, shown))}";
        yield return $"protocol: {protocol}";
        yield return $"to-port: {YamlScalar.Plain(shown)}";
        if (kind.Service is not null)
        {
            yield return $"to-process: {YamlScalar.Plain(kind.Service)}";
        }

        foreach (var line in ends)
        {
            yield return line;
        }
    }

    private static string Reason(ServiceKind kind, string protocol, string ports)
    {
        var where =
            kind.IsLoopback ? " within its host"
            : kind.ClientIsNobody ? " from outside"
            : kind.ServiceIsNobody ? " outside"
            : "";
        return $"seen when this was drafted: clients of {kind.Service ?? "what listens"} on {protocol} {ports}{where}";
    }

    private List<string> EndsOf(ServiceKind kind, Row[] rows)
    {
        var lines = new List<string>();
        if (kind.IsLoopback)
        {
            lines.Add("loopback: only");
        }

        Where("to", kind.ServiceIsNobody, rows.Select(row => (row.ServiceHost, row.ServiceAddress)), lines);
        if (kind.ClientIsKnown)
        {
            lines.Add(List("from-process", rows.Select(row => ProcessPattern(row.ClientProcess)!)));
        }

        Where("from", kind.ClientIsNobody, rows.Select(row => (row.ClientHost, row.ClientAddress)), lines);
        return lines;
    }

    private void Where(string end, bool isNobody, IEnumerable<(int Host, int Address)> ends, List<string> lines)
    {
        if (!isNobody)
        {
            lines.Add(List($"{end}-host", _hosts.Cover(ends.Select(place => place.Host))));
            return;
        }

        var addresses = ends.Select(place => place.Address).Distinct().ToList();
        lines.Add(
            addresses.Count > MostAddresses || addresses.Contains(0)
                ? "external: only"
                : List($"{end}-address", addresses.Select(_matrix.IdTables.Addresses.Text))
        );
    }

    private static string List(string name, IEnumerable<string> values)
    {
        var distinct = values.Distinct().Order(StringComparer.Ordinal).Select(YamlScalar.Plain).ToList();
        return distinct.Count == 1 ? $"{name}: {distinct[0]}" : $"{name}: [{string.Join(", ", distinct)}]";
    }

    /// <summary>A pattern of the filters that the process matches; null where only its absence is known.</summary>
    private string? ProcessPattern(int process)
    {
        var (name, path) = (_matrix.IdTables.Processes.Name(process), _matrix.IdTables.Processes.Path(process));
        return name.Length > 0 ? HostPatterns.Exact(name)
            : path.Contains('/', StringComparison.Ordinal) ? HostPatterns.Exact(path)
            : null;
    }

    /// <summary>What one rule can be about: ends of one kind, since what isn't known matches no pattern.</summary>
    private sealed record ServiceKind(
        Protocol Protocol,
        ushort Port,
        string? Service,
        bool IsLoopback,
        bool IsExternal,
        bool ServiceIsNobody,
        bool ClientIsNobody,
        bool ClientIsKnown
    );
}
