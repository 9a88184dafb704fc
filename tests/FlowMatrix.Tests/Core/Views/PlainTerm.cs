using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using FlowMatrix.Core.Views;
using FlowMatrix.Core.Views.Filters;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Tests.Core.Views;

/// <summary>A term of a filter, with a plain implementation of the filter rules over the texts of rows.</summary>
internal sealed record PlainTerm(string Name, string Value, bool Not)
{
    private static readonly string[] Words =
    [
        "host vm-1",
        "host VM-*",
        "from-host vm-2",
        "to-host *3,vm-1",
        "host *",
        "host nothing",
        "process a",
        "process a,b",
        "from-process *",
        "to-process /bin/*",
        "to-process c",
        "address 10.0.0.0/30",
        "address fd00::/8,127.0.0.0/8",
        "from-address 10.0.0.1",
        "to-address 172.17.0.0/16",
        "to-address 10.0.0.0/8",
        "address ::/0",
        "address 0.0.0.0/0",
        "from-address fe80::1",
        "port 53",
        "port 80,5000-5001",
        "to-port 1-1000",
        "protocol tcp",
        "protocol UDP,sctp",
        "from-protocol udp",
        "ipv4 ",
        "ipv6 ",
        "loopback only",
        "loopback hide",
        "loopback show",
        "external only",
        "external hide",
    ];

    /// <summary>The filters that are implemented here, by their names for either end.</summary>
    public static IEnumerable<string> Fields => Words.Select(words => FieldOf(words.Split(' ')[0])).Distinct();

    public static PlainTerm Random(Random random)
    {
        var words = Words[random.Next(Words.Length)].Split(' ');
        return new PlainTerm(words[0], words[1], words[0] is not ("loopback" or "external") && random.Next(3) == 0);
    }

    public FilterTerm? Parsed
    {
        get
        {
            Assert.True(FilterTerm.TryParse(Name, Value, Not, out var term, out var problem), problem);
            return term;
        }
    }

    /// <summary>One term of each kind must be true. Terms without a kind must all be false.</summary>
    public object? Kind =>
        Not || Value == "hide" ? null
        : Name.StartsWith("ipv", StringComparison.Ordinal) ? "family"
        : Name.EndsWith("protocol", StringComparison.Ordinal) ? "protocol"
        : Name.EndsWith("port", StringComparison.Ordinal) ? "port"
        : Name;

    /// <summary>Whether a row passes a filter of these terms.</summary>
    public static bool Pass(IReadOnlyList<PlainTerm> terms, MatchedRow row)
    {
        var asked = terms.Where(term => term.Value != "show").ToList();
        return asked.Where(term => term.Kind is null).All(term => !term.IsTrue(row))
            && asked
                .Where(term => term.Kind is not null)
                .GroupBy(term => term.Kind)
                .All(kind => kind.Any(term => term.IsTrue(row)));
    }

    private bool IsTrue(MatchedRow row)
    {
        var field = FieldOf(Name);
        var values = Value.Split(',');
        var client = !Name.StartsWith("to-", StringComparison.Ordinal);
        var service = !Name.StartsWith("from-", StringComparison.Ordinal);
        var addresses = AtEnds(row.ServiceAddress, row.ClientAddress).Select(text => IPAddress.Parse(text)).ToList();
        return field switch
        {
            "host" => AtEnds(row.ServiceHost, row.ClientHost).Any(host => values.Any(value => Matches(value, host))),
            "process" => (service && IsProcess(row.ServiceProcess)) || (client && IsProcess(row.ClientProcess)),
            "address" => addresses
                .Concat(
                    service
                        ? row
                            .Via.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                            .Select(text => IPAddress.Parse(text))
                        : []
                )
                .Any(address =>
                    values.Any(value =>
                        IPNetwork
                            .Parse(value.Contains('/') ? value : $"{value}/{(value.Contains(':') ? 128 : 32)}")
                            .Contains(address)
                    )
                ),
            "port" => values
                .Select(value =>
                    value.Split('-').Select(port => int.Parse(port, CultureInfo.InvariantCulture)).ToList()
                )
                .Any(range => row.ServicePort >= range[0] && row.ServicePort <= range[^1]),
            "protocol" => values.Contains(row.Protocol, StringComparer.OrdinalIgnoreCase),
            "ipv4" => AtEnds(row.ServiceAddress, row.ClientAddress).Any(text => !text.Contains(':')),
            "ipv6" => AtEnds(row.ServiceAddress, row.ClientAddress).Any(text => text.Contains(':')),
            "loopback" => addresses.Any(IPAddress.IsLoopback),
            "external" => row.ServiceHost.Length == 0 || row.ClientHost.Length == 0,
            _ => throw new NotSupportedException($"PlainTerm does not implement the filter \"{field}\": add it here"),
        };

        IEnumerable<string> AtEnds(string atService, string atClient)
        {
            string[] both = [service ? atService : "", client ? atClient : ""];
            return both.Where(text => text.Length > 0);
        }

        bool IsProcess((string Path, string Name) process) =>
            values.Any(value => Matches(value, process.Name) || (value.Contains('/') && Matches(value, process.Path)));
    }

    /// <summary>The name of a filter for either end: "host" for "from-host".</summary>
    private static string FieldOf(string name) =>
        name.StartsWith("from-", StringComparison.Ordinal) ? name["from-".Length..]
        : name.StartsWith("to-", StringComparison.Ordinal) ? name["to-".Length..]
        : name;

    private static bool Matches(string pattern, string text) =>
        text.Length > 0
        && Regex.IsMatch(
            text,
            $@"\A{Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal)}\z",
            RegexOptions.IgnoreCase | RegexOptions.Singleline
        );
}
