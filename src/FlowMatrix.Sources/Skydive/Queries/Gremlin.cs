using System.Globalization;
using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Core.Text;
using FlowMatrix.Sources.Skydive.Client;

namespace FlowMatrix.Sources.Skydive.Queries;

/// <summary>The queries that the tool sends, as text: all of one moment or span. Source: steps seen to work.</summary>
internal sealed class Gremlin
{
    /// <summary>A subscriber's filter: the nodes of all hosts. It must yield a graph.</summary>
    public const string HostsFilter = "G.V().Has('Type','host').SubGraph()";

    private readonly string _graph;

    public Gremlin(PointInTime? at, TimeSpan? duration)
    {
        // "-0s" is the analyzer's own now: spans end there where no moment is given.
        var moment = Quote(at?.Gremlin ?? "-0s");
        _graph =
            duration is { } span ? $"G.Context({moment}, {Seconds(span)})"
            : at is not null ? $"G.At({moment})"
            : "G";
    }

    /// <summary>Answered by an array of names, one a host node (and revision) that reports sockets.</summary>
    public string HostNames() => $"{_graph}.V().Has('Type','host').HasKey('Sockets').Values('Name')";

    /// <summary>Answered by the host nodes of these names.</summary>
    public string Hosts(IEnumerable<string> names) =>
        $"{_graph}.V().Has('Type','host').Has('Name', "
        + $"Within({string.Join(',', names.Select(Quote))})).HasKey('Sockets')";

    /// <summary>Answered by the host node of this name, which may hold what <see cref="Quote"/> refuses.</summary>
    public string HostByPattern(string name) =>
        $"{_graph}.V().Has('Type','host').Has('Name', Regex('{Pattern(name)}')).HasKey('Sockets')";

    /// <summary>Answered by the nodes of these hosts, whether they report sockets or not.</summary>
    public static string HostNodes(IEnumerable<string> names) =>
        $"G.V().Has('Type','host').Has('Name', Within({string.Join(',', names.Select(Quote))}))";

    /// <summary>The same for a host whose name may hold what <see cref="Quote"/> refuses.</summary>
    public static string HostNodesByPattern(string name) =>
        $"G.V().Has('Type','host').Has('Name', Regex('{Pattern(name)}'))";

    /// <summary>Answered by a number: of nodes that were published under this name.</summary>
    public static string CountNodes(string publisher) => $"G.V().Has('PublishedBy',{Quote(publisher)}).Count()";

    public static string CountEdges(string publisher) => $"G.E().Has('PublishedBy',{Quote(publisher)}).Count()";

    public string InterfacesWithIPv4() => $"{_graph}.V().HasKey('IPV4')";

    public string InterfacesWithIPv6() => $"{_graph}.V().HasKey('IPV6')";

    public string FlowSockets() => $"{_graph}.Flows().Has('Transport', NE('')).Sockets()";

    /// <summary>
    /// The analyzer's scanner knows no escapes: a string ends at the next quote of either kind or at a NUL, and a
    /// backslash stands for itself; bytes that are no UTF-8 are replaced. What holds one of these cannot be said.
    /// Source: Skydive's traversal scanner.
    /// </summary>
    /// <exception cref="Failure">The text cannot be said in a query.</exception>
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
    /// A regular expression of Go's that matches just this text; the analyzer anchors it. All but letters and digits
    /// are written by number, so that there is no quote and nothing with a meaning of its own.
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
