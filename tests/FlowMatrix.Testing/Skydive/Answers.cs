using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlowMatrix.Core;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Skydive.Reading;
using FlowMatrix.Testing.Estates;

namespace FlowMatrix.Testing.Skydive;

/// <summary>Creates, changes and reads answers of an analyzer.</summary>
internal static class Answers
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Socket(string name = "nginx") => With("Name", $"\"{name}\"");

    /// <summary>A valid socket with another value in one field.</summary>
    public static string With(string field, string json) =>
        $"{{{string.Join(',', Fields()
        .Select(pair => pair.Key == field ? $"\"{field}\":{json}" : $"\"{pair.Key}\":{pair.Value}"))}}}";

    public static string Without(string field) =>
        $"{{{string.Join(',', Fields()
        .Where(pair => pair.Key != field).Select(pair => $"\"{pair.Key}\":{pair.Value}"))}}}";

    public static string Host(params string[] sockets) =>
        $$"""[{"Metadata":{"Sockets":[{{string.Join(',', sockets)}}],"Type":"host"},"Host":"vm-1"}]""";

    /// <summary>An answer of one host with this number of connection sockets.</summary>
    public static JsonArray Large(int connections)
    {
        var sockets = new JsonArray();
        for (var i = 0; i < connections; i++)
        {
            sockets.Add(JsonNode.Parse(With("RemotePort", (10_000 + i).ToString(CultureInfo.InvariantCulture))));
        }

        return
        [
            new JsonObject
            {
                ["Metadata"] = new JsonObject { ["Sockets"] = sockets },
                ["Host"] = "vm-1",
            },
        ];
    }

    public static string Text(JsonNode node, bool indented) =>
        indented ? node.ToJsonString(Indented) : node.ToJsonString();

    /// <summary>The same JSON with the keys of every object in random order.</summary>
    public static JsonNode Shuffled(JsonNode node, Random random)
    {
        if (node is JsonArray array)
        {
            return new JsonArray([.. array.Select(item => item is null ? null : Shuffled(item, random))]);
        }

        if (node is not JsonObject item)
        {
            return node.DeepClone();
        }

        var pairs = item.ToArray();
        random.Shuffle(pairs);
        return new JsonObject(
            pairs.Select(pair =>
                KeyValuePair.Create(pair.Key, pair.Value is null ? null : Shuffled(pair.Value, random))
            )
        );
    }

    public static SocketTable Read(string json)
    {
        var table = new SocketTable();
        Read(table, new MemoryStream(Encoding.UTF8.GetBytes(json)));
        return table;
    }

    public static void Read(SocketTable table, Stream stream) =>
        new AnswerReader(table, FailureKind.Input, "answer.json").Read(stream, CancellationToken.None);

    public static List<MatchedRow> Rows(string json) => Rows(Encoding.UTF8.GetBytes(json));

    public static List<MatchedRow> Rows(byte[] json) => Rows(new MemoryStream(json));

    public static List<MatchedRow> Rows(Stream stream)
    {
        var table = new SocketTable();
        Read(table, stream);
        return [.. Matched.Rows(Matcher.Match(Estate.From(table)))];
    }

    private static Dictionary<string, string> Fields() =>
        new()
        {
            ["LocalAddress"] = "\"10.0.0.15\"",
            ["LocalPort"] = "80",
            ["Name"] = "\"nginx\"",
            ["Pid"] = "40",
            ["Process"] = "\"/usr/sbin/nginx\"",
            ["Protocol"] = "\"TCP\"",
            ["RemoteAddress"] = "\"10.0.0.14\"",
            ["RemotePort"] = "40000",
            ["State"] = "\"ESTABLISHED\"",
        };
}

/// <summary>A stream that returns its bytes in pieces of given sizes.</summary>
internal sealed class PiecemealStream(byte[] bytes, Func<int> size) : MemoryStream(bytes)
{
    public override int Read(byte[] buffer, int offset, int count) =>
        base.Read(buffer, offset, Math.Min(count, size()));
}
