using System.Runtime.InteropServices;
using System.Text.Json;
using FlowMatrix.Sockets;

namespace FlowMatrix.Skydive;

internal enum MessageKind
{
    /// <summary>Edges, and what later analyzers may send: nothing to us.</summary>
    Other,

    /// <summary>All nodes that the filter yields.</summary>
    Reply,

    /// <summary>One node, new or as it is now.</summary>
    Updated,

    Deleted,
}

/// <summary>A node of a message.</summary>
/// <param name="Revision">Grows with each change of one node.</param>
/// <param name="CreatedAt">Milliseconds since 1970: tells a node from one that had its id before.</param>
internal readonly record struct NodeVersion(string Id, string Host, long Revision, long CreatedAt)
{
    public bool IsOlderThan(NodeVersion other) => CreatedAt == other.CreatedAt && Revision < other.Revision;
}

/// <summary>
/// What <c>/ws/subscriber</c> sends: <c>{"Type","Status","Obj"}</c>, the object one node, or <c>{"Nodes":[…]}</c> in the
/// reply to a request. Source: the protocol's page, "Subscriber".
/// </summary>
/// <param name="Table">The sockets of its nodes; a node without any has no range there.</param>
internal sealed record SubscriberMessage(MessageKind Kind, IReadOnlyList<NodeVersion> Nodes, SocketTable Table)
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 512 };

    /// <param name="source">The analyzer, for messages.</param>
    /// <exception cref="Failure">No message of Skydive's, or one that refuses what was asked for.</exception>
    public static SubscriberMessage Read(ReadOnlyMemory<byte> message, AnalyzerErrors errors, CancellationToken cancel)
    {
        try
        {
            var (type, status, content) = ReadEnvelope(message);
            if (status is not (0 or 200))
            {
                throw errors.Wrong($"refuses the subscription ({status}): {errors.Shown(Text(message[content]))}");
            }

            var kind = type switch
            {
                "SyncReply" => MessageKind.Reply,
                "NodeAdded" or "NodeUpdated" => MessageKind.Updated,
                "NodeDeleted" => MessageKind.Deleted,
                _ => MessageKind.Other,
            };
            var nodes = kind switch
            {
                MessageKind.Other => default,
                MessageKind.Reply => FindNodes(message, content),
                _ => content,
            };
            var table = new SocketTable();
            if (nodes.Equals(default))
            {
                return new SubscriberMessage(kind, [], table);
            }

            var versions = ReadVersions(message[nodes].Span);
            if (kind != MessageKind.Deleted)
            {
                new AnswerReader(table, FailureKind.Analyzer, errors.Where) { Form = AnswerForm.Message }.Read(Stream(message[nodes]), cancel);
            }

            return new SubscriberMessage(kind, versions, table);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw errors.Wrong("sent a message that is none of Skydive's", e);
        }
    }

    private static (string Type, int Status, Range Content) ReadEnvelope(ReadOnlyMemory<byte> message)
    {
        var json = new Utf8JsonReader(message.Span, Options);
        var (type, status, content) = ("", 0, default(Range));
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("no object");
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (isType, isStatus, isContent) =
                (JsonText.NameIs(json, "Type"u8), JsonText.NameIs(json, "Status"u8), JsonText.NameIs(json, "Obj"u8));
            json.Read();
            if (isType)
            {
                type = json.TokenType == JsonTokenType.String ? JsonText.Unescape(json) : "";
            }
            else if (isStatus)
            {
                status = json.GetInt32();
            }

            var start = (int)json.TokenStartIndex;
            json.Skip();
            content = isContent ? start..(int)json.BytesConsumed : content;
        }

        // What follows the object must be nothing: the reader throws otherwise.
        json.Read();
        return (type, status, content);
    }

    /// <summary>The array of nodes in the object of a reply; empty where it is null.</summary>
    private static Range FindNodes(ReadOnlyMemory<byte> message, Range content)
    {
        var json = new Utf8JsonReader(message[content].Span, Options);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isNodes = JsonText.NameIs(json, "Nodes"u8);
            json.Read();
            var start = (int)json.TokenStartIndex;
            var isArray = json.TokenType == JsonTokenType.StartArray;
            json.Skip();
            if (isNodes && isArray)
            {
                return (content.Start.Value + start)..(content.Start.Value + (int)json.BytesConsumed);
            }
        }

        return default;
    }

    /// <param name="nodes">One node or an array of them.</param>
    private static List<NodeVersion> ReadVersions(ReadOnlySpan<byte> nodes)
    {
        var versions = new List<NodeVersion>();
        var json = new Utf8JsonReader(nodes, Options);
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.StartObject)
            {
                versions.Add(ReadVersion(ref json));
            }
        }

        return versions;
    }

    private static NodeVersion ReadVersion(ref Utf8JsonReader json)
    {
        var (id, host, name, revision, created) = ("", "", "", 0L, 0L);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var property = JsonText.Unescape(json);
            json.Read();
            switch (property, json.TokenType)
            {
                case ("ID", JsonTokenType.String):
                    id = JsonText.Unescape(json);
                    break;
                case ("Host", JsonTokenType.String):
                    host = JsonText.Unescape(json);
                    break;
                case ("Revision", JsonTokenType.Number):
                    revision = json.GetInt64();
                    break;
                case ("CreatedAt", JsonTokenType.Number):
                    created = json.GetInt64();
                    break;
                case ("Metadata", JsonTokenType.StartObject):
                    name = ReadName(ref json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return new NodeVersion(id, host.Length > 0 ? host : name, revision, created);
    }

    private static string ReadName(ref Utf8JsonReader json)
    {
        var name = "";
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isName = JsonText.NameIs(json, "Name"u8);
            json.Read();
            name = isName && json.TokenType == JsonTokenType.String ? JsonText.Unescape(json) : name;
            json.Skip();
        }

        return name;
    }

    private static string Text(ReadOnlyMemory<byte> json) => System.Text.Encoding.UTF8.GetString(json.Span).Trim('"');

    private static MemoryStream Stream(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(bytes.ToArray());
}
