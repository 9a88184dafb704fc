using System.Globalization;
using System.Text;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Policies;
using FlowMatrix.Core.Views;
using FlowMatrix.Output.Yaml;

namespace FlowMatrix.Output.Policies;

/// <summary>
/// Drafts a policy that a matrix passes (<c>flowmatrix check --learn</c>). There is one rule for each service with all
/// its clients; services of one process with the same clients share a rule. Rows over loopback and rows with an
/// external end get rules of their own, so that the draft allows little more than what was seen.
/// </summary>
internal sealed class PolicyDraft
{
    /// <summary>Above it, a rule allows all external addresses: nobody would review a longer list.</summary>
    private const int MaxAddresses = 12;

    /// <summary>Above it, a rule has a range of ports.</summary>
    private const int MaxPorts = 16;

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
            "# Drafted by flowmatrix check --learn. Review it: give each rule its reason, remove what should not be there,\n"
        );
        text.Append("# and move rules for rows that must always be there to \"require\".\n");
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
            ports.Count > MaxPorts
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
            kind.IsLoopback ? " within one host"
            : kind.ClientHasNoHost ? " from external addresses"
            : kind.ServiceHasNoHost ? " at external addresses"
            : "";
        return $"drafted from what was seen: clients of {kind.Service ?? "an unknown process"} on {protocol} {ports}{where}";
    }

    private List<string> EndsOf(ServiceKind kind, Row[] rows)
    {
        var lines = new List<string>();
        if (kind.IsLoopback)
        {
            lines.Add("loopback: only");
        }

        Where("to", kind.ServiceHasNoHost, rows.Select(row => (row.ServiceHost, row.ServiceAddress)), lines);
        if (kind.ClientIsKnown)
        {
            lines.Add(List("from-process", rows.Select(row => ProcessPattern(row.ClientProcess)!)));
        }

        Where("from", kind.ClientHasNoHost, rows.Select(row => (row.ClientHost, row.ClientAddress)), lines);
        return lines;
    }

    private void Where(string end, bool hasNoHost, IEnumerable<(int Host, int Address)> ends, List<string> lines)
    {
        if (!hasNoHost)
        {
            lines.Add(List($"{end}-host", _hosts.Cover(ends.Select(place => place.Host))));
            return;
        }

        var addresses = ends.Select(place => place.Address).Distinct().ToList();
        lines.Add(
            addresses.Count > MaxAddresses || addresses.Contains(0)
                ? "external: only"
                : List($"{end}-address", addresses.Select(_matrix.IdTables.Addresses.Text))
        );
    }

    private static string List(string name, IEnumerable<string> values)
    {
        var distinct = values.Distinct().Order(StringComparer.Ordinal).Select(YamlScalar.Plain).ToList();
        return distinct.Count == 1 ? $"{name}: {distinct[0]}" : $"{name}: [{string.Join(", ", distinct)}]";
    }

    /// <summary>The filter pattern that matches exactly this process; null for an unknown process.</summary>
    private string? ProcessPattern(int process)
    {
        var (name, path) = (_matrix.IdTables.Processes.Name(process), _matrix.IdTables.Processes.Path(process));
        return name.Length > 0 ? HostPatterns.Exact(name)
            : path.Contains('/', StringComparison.Ordinal) ? HostPatterns.Exact(path)
            : null;
    }

    /// <summary>
    /// What the rows of one rule have in common. Unknown hosts and processes match no pattern, so they cannot share a
    /// rule with known ones.
    /// </summary>
    private sealed record ServiceKind(
        Protocol Protocol,
        ushort Port,
        string? Service,
        bool IsLoopback,
        bool IsExternal,
        bool ServiceHasNoHost,
        bool ClientHasNoHost,
        bool ClientIsKnown
    );
}
