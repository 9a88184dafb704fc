using System.Globalization;
using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Core.Text;
using FlowMatrix.Sources.Skydive.Client;

namespace FlowMatrix.Sources.Skydive.Queries;

/// <summary>
/// The queries that the tool sends, all for the same time or span. Source: docs/skydive-protocol.md, "Gremlin".
/// </summary>
internal sealed class Gremlin
{
    /// <summary>
    /// A subscriber's filter: the nodes of all hosts. Without SubGraph the analyzer drops the
    /// subscription.
    /// </summary>
    public const string HostsFilter = "G.V().Has('Type','host').SubGraph()";

    private readonly string _graph;

    public Gremlin(PointInTime? at, TimeSpan? duration)
    {
        // "-0s" is the current time of the analyzer.
        var moment = Quote(at?.Gremlin ?? "-0s");
        _graph =
            duration is { } span ? $"G.Context({moment}, {Seconds(span)})"
            : at is not null ? $"G.At({moment})"
            : "G";
    }

    /// <summary>Yields an array of names: one per revision of each host node that reports sockets.</summary>
    public string HostNames() => $"{_graph}.V().Has('Type','host').HasKey('Sockets').Values('Name')";

    /// <summary>Yields the host nodes with these names that report sockets.</summary>
    public string Hosts(IEnumerable<string> names) =>
        $"{_graph}.V().Has('Type','host').Has('Name', "
        + $"Within({string.Join(',', names.Select(Quote))})).HasKey('Sockets')";

    /// <summary>Like <see cref="Hosts"/> for one name, which need not be quotable.</summary>
    public string HostByPattern(string name) =>
        $"{_graph}.V().Has('Type','host').Has('Name', Regex('{Pattern(name)}')).HasKey('Sockets')";

    /// <summary>Yields the nodes of these hosts, whether they report sockets or not.</summary>
    public static string HostNodes(IEnumerable<string> names) =>
        $"G.V().Has('Type','host').Has('Name', Within({string.Join(',', names.Select(Quote))}))";

    /// <summary>Like <see cref="HostNodes"/> for one name, which need not be quotable.</summary>
    public static string HostNodesByPattern(string name) =>
        $"G.V().Has('Type','host').Has('Name', Regex('{Pattern(name)}'))";

    /// <summary>Yields the number of nodes that were published under this name.</summary>
    public static string CountNodes(string publisher) => $"G.V().Has('PublishedBy',{Quote(publisher)}).Count()";

    public static string CountEdges(string publisher) => $"G.E().Has('PublishedBy',{Quote(publisher)}).Count()";

    public string InterfacesWithIPv4() => $"{_graph}.V().HasKey('IPV4')";

    public string InterfacesWithIPv6() => $"{_graph}.V().HasKey('IPV6')";

    public string FlowSockets() => $"{_graph}.Flows().Has('Transport', NE('')).Sockets()";

    /// <summary>
    /// Quotes a string. The query language has no escapes: a string ends at the next quote of either kind or at a NUL,
    /// and bytes that are not UTF-8 are replaced. Source: docs/skydive-protocol.md, "Gremlin".
    /// </summary>
    /// <exception cref="Failure">The text cannot be quoted; see <see cref="CanQuote"/>.</exception>
    public static string Quote(string text)
    {
        if (!CanQuote(text))
        {
            throw new Failure(
                FailureKind.Analyzer,
                $"the name {UntrustedText.Shown(text)} cannot be queried: Skydive's query language cannot express "
                    + "a quote, a NUL or broken Unicode in a text; rename that host"
            );
        }

        return $"'{text}'";
    }

    public static bool CanQuote(string text) => text.AsSpan().IndexOfAny('\'', '"', '\0') < 0 && IsWellFormed(text);

    /// <summary>
    /// A Go regular expression that matches exactly this text; the analyzer anchors it. Everything but letters and
    /// digits is written as a code point, so that it has no quotes and no metacharacters.
    /// </summary>
    private static string Pattern(string text)
    {
        var pattern = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            pattern.Append(
                rune.IsAscii && char.IsAsciiLetterOrDigit((char)rune.Value)
                    ? rune.ToString()
                    : string.Create(CultureInfo.InvariantCulture, $@"\x{{{rune.Value:x}}}")
            );
        }

        return pattern.ToString();
    }

    private static bool IsWellFormed(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
            {
                return false;
            }
        }

        return true;
    }

    private static string Seconds(TimeSpan span) =>
        Math.Max(1, Math.Ceiling(span.TotalSeconds)).ToString("F0", CultureInfo.InvariantCulture);
}
