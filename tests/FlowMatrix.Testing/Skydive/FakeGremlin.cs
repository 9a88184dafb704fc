using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FlowMatrix.Core.Time;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Testing.Skydive;

/// <summary>An error that a real analyzer answers with status 400.</summary>
internal sealed class RefusedQueryException(string message) : Exception(message);

/// <summary>
/// Evaluates the few Gremlin steps that the tool sends. They are scanned as in Skydive: a string begins and ends with
/// either quote, and has no escapes. Source: docs/skydive-protocol.md, "Gremlin".
/// </summary>
internal sealed class FakeGremlin
{
    private readonly string _text;
    private int _at;

    private FakeGremlin(string text) => _text = text;

    /// <summary>Whether the query yields a graph instead of elements.</summary>
    private bool IsSubGraph { get; set; }

    public static JsonNode? Evaluate(FakeGraph graph, string gremlin)
    {
        lock (graph.Lock)
        {
            return new FakeGremlin(gremlin).Evaluate(graph);
        }
    }

    /// <summary>The nodes of the graph that the filter of a subscriber yields; null if it yields no graph.</summary>
    public static JsonArray? Filter(FakeGraph graph, string gremlin)
    {
        lock (graph.Lock)
        {
            var query = new FakeGremlin(gremlin);
            var nodes = query.Evaluate(graph);
            return query.IsSubGraph ? nodes!.AsArray() : null;
        }
    }

    private JsonNode? Evaluate(FakeGraph graph)
    {
        var first = Word();
        if (first != "G")
        {
            throw new RefusedQueryException($"found \"{first}\", expected `G`");
        }

        List<JsonObject>? nodes = null;
        JsonNode? answer = null;
        var isNull = false;
        while (Next() != '\0')
        {
            Expect('.', $"found \"{Next()}\", expected `.`");
            var step = Word();
            var parameters = Parameters();
            switch (step.ToUpperInvariant())
            {
                case "AT" or "CONTEXT":
                    CheckMoment(parameters);
                    graph =
                        graph.PastAt.GetValueOrDefault($"{parameters[0]}")
                        ?? graph.Past
                        ?? throw new RefusedQueryException("Backend does not support history");
                    break;
                case "V":
                    nodes = graph.Nodes;
                    break;
                case "E":
                    nodes = graph.Edges;
                    break;
                case "COUNT" when nodes is not null:
                    answer = JsonValue.Create(nodes.Count);
                    break;
                case "SUBGRAPH" when nodes is not null:
                    IsSubGraph = true;
                    break;
                case "HAS" when nodes is not null:
                    nodes = [.. nodes.Where(node => Matches(node, parameters))];
                    break;
                case "HASKEY" when nodes is not null:
                    nodes = [.. nodes.Where(node => node["Metadata"]!.AsObject().ContainsKey((string)parameters[0]))];
                    break;
                case "VALUES" when nodes is not null:
                    // The analyzer answers null for values of no nodes, not an empty list.
                    isNull = nodes.Count == 0;
                    answer = new JsonArray([
                        .. nodes.Select(node => node["Metadata"]![(string)parameters[0]]!.DeepClone()),
                    ]);
                    break;
                case "FLOWS":
                    answer = graph.FlowSockets;
                    break;
                case "HAS" or "SOCKETS" when answer is not null:
                    break;
                default:
                    throw new RefusedQueryException($"Expected step function, got: {step}");
            }
        }

        return isNull
            ? null
            : answer
                ?? new JsonArray([
                    .. (nodes ?? throw new RefusedQueryException("Error while executing the query")).Select(node =>
                        node.DeepClone()
                    ),
                ]);
    }

    private static bool Matches(JsonObject node, List<object> parameters)
    {
        if (node["Metadata"]![(string)parameters[0]] is not JsonValue found || !found.TryGetValue(out string? value))
        {
            value = "";
        }

        return parameters[1] switch
        {
            Predicate { Name: "REGEX" } regex => IsMatch(value!, (string)regex.Values[0]),
            Predicate { Name: "WITHIN" } within => within.Values.Contains(value),
            Predicate not => !not.Values.Contains(value),
            var same => same.Equals(value),
        };
    }

    /// <summary>
    /// Matches a regular expression of Go, anchored. Of the syntax that .NET does not have, it supports only \x{…}.
    /// </summary>
    private static bool IsMatch(string value, string pattern)
    {
        var known = Regex.Replace(
            pattern,
            @"\\x\{([0-9a-f]+)\}",
            match => Regex.Escape(Character(match.Groups[1].Value))
        );
        return Regex.IsMatch(value, $@"\A(?:{known})\z");
    }

    private static string Character(string hexNumber) =>
        char.ConvertFromUtf32(int.Parse(hexNumber, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    private static void CheckMoment(List<object> parameters)
    {
        var text = (string)parameters[0];
        var isRfc = DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, default, out var moment);
        if (!isRfc && text != "-0s" && !(text.StartsWith('-') && GoDuration.TryParse(text[1..], out _, out _)))
        {
            throw new RefusedQueryException("Time must be in RFC1123 or in Go Duration format");
        }

        if (isRfc && moment > DateTimeOffset.UtcNow)
        {
            throw new RefusedQueryException("Sorry, I can't predict the future");
        }
    }

    private List<object> Parameters()
    {
        Expect('(', $"Expected left parenthesis, got: {Next()}");
        var parameters = new List<object>();
        while (Next() != ')')
        {
            var c = Next();
            if (c == '\0')
            {
                throw new RefusedQueryException("Expected right parenthesis");
            }

            if (c == ',')
            {
                _at++;
            }
            else if (c is '\'' or '"')
            {
                parameters.Add(Text());
            }
            else if (char.IsAsciiDigit(c))
            {
                parameters.Add(long.Parse(Word()));
            }
            else
            {
                var word = Word();
                parameters.Add(
                    word.ToUpperInvariant() is "WITHIN" or "NE" or "REGEX"
                        ? new Predicate(word.ToUpperInvariant(), Parameters())
                        : throw new RefusedQueryException($"Unexpected token while parsing parameters, got: {word}")
                );
            }
        }

        _at++;
        return parameters;
    }

    private string Text()
    {
        var text = new StringBuilder();
        for (_at++; _at < _text.Length && _text[_at] is not ('\'' or '"' or '\0'); _at++)
        {
            text.Append(_text[_at]);
        }

        _at++;
        return text.ToString();
    }

    private string Word()
    {
        Next();
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_'))
        {
            _at++;
        }

        if (_at == start && _at < _text.Length)
        {
            _at++;
        }

        return _text[start..Math.Min(_at, _text.Length)];
    }

    private char Next()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\n')
        {
            _at++;
        }

        return _at < _text.Length ? _text[_at] : '\0';
    }

    private void Expect(char expected, string otherwise)
    {
        if (Next() != expected)
        {
            throw new RefusedQueryException(otherwise);
        }

        _at++;
    }

    private sealed record Predicate(string Name, List<object> Values);
}
