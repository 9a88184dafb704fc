using System.Runtime.InteropServices;
using System.Text.Json;
using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Json;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Sources.Skydive.Reading;

namespace FlowMatrix.Sources.Skydive.Subscribing;

internal enum MessageKind
{
    /// <summary>Edges and unknown types: ignored.</summary>
    Other,

    /// <summary>The reply to a request: all nodes that match the filter.</summary>
    Reply,

    /// <summary>A node was added or updated; the message has the whole node.</summary>
    Updated,

    Deleted,
}

/// <summary>A node of a message.</summary>
/// <param name="Revision">Grows with each change of one node.</param>
/// <param name="CreatedAt">Milliseconds since 1970; differs if an ID is used again for a new node.</param>
internal readonly record struct NodeVersion(string Id, string Host, long Revision, long CreatedAt)
{
    public bool IsOlderThan(NodeVersion other) => CreatedAt == other.CreatedAt && Revision < other.Revision;
}

/// <summary>
/// A message of a subscription cannot be parsed. The subscriber reconnects, since later messages may be damaged too.
/// </summary>
internal sealed class BadMessageException(string message, Exception cause) : Exception(message, cause);

/// <summary>
/// A message of <c>/ws/subscriber</c>: <c>{"Type","Status","Obj"}</c>, where <c>Obj</c> is one node, or
/// <c>{"Nodes":[…]}</c> in the reply to a request. It is read node by node: the length of a node is limited, that of
/// the message is not. Source: docs/skydive-protocol.md, "Subscriber".
/// </summary>
/// <param name="Table">The sockets of its nodes; a node without a list of sockets has no range there.</param>
internal sealed record SubscriberMessage(MessageKind Kind, IReadOnlyList<NodeVersion> Nodes, SocketTable Table)
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 512 };

    /// <exception cref="Failure">The analyzer refuses the subscription.</exception>
    /// <exception cref="BadMessageException">Not a valid message.</exception>
    public static SubscriberMessage Read(Stream message, AnalyzerErrors errors, CancellationToken cancel)
    {
        try
        {
            var json = new JsonStream(message, cancel);
            return Read(ref json, new NodeList(errors.Where, cancel), errors);
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or FormatException or EndOfStreamException)
        {
            throw new BadMessageException($"{errors.Where}: sent an invalid message", e);
        }
    }

    private static SubscriberMessage Read(ref JsonStream json, NodeList nodes, AnalyzerErrors errors)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("not an object");
        }

        MessageKind? kind = null;
        var (status, text) = (0L, "");
        byte[]? early = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (isType, isStatus, isContent) = (json.NameIs("Type"u8), json.NameIs("Status"u8), json.NameIs("Obj"u8));
            json.Read();
            if (isType)
            {
                kind = KindOf(json.TokenType == JsonTokenType.String ? json.GetString() : "");
            }
            else if (isStatus && json.TokenType == JsonTokenType.Number)
            {
                status = Number(json.RawValue);
            }
            else if (isContent && json.TokenType == JsonTokenType.String)
            {
                text = json.GetString();
            }
            else if (isContent && json.TokenType == JsonTokenType.StartObject && kind is null)
            {
                // Analyzers write the type first, but the order of keys is not guaranteed.
                early = json.TakeWhole().ToArray();
            }
            else if (isContent && kind is not null && json.TokenType == JsonTokenType.StartObject)
            {
                ReadContent(ref json, kind.Value, nodes);
            }
            else
            {
                json.Skip();
            }
        }

        if (json.Read())
        {
            throw new JsonException("unexpected data after the message");
        }

        if (status is not (0 or 200))
        {
            throw errors.Wrong($"refuses the subscription ({status}): {errors.Shown(text)}");
        }

        if (early is not null)
        {
            using var content = new MemoryStream(early);
            var late = new JsonStream(content, default);
            late.Read();
            ReadContent(ref late, kind ?? MessageKind.Other, nodes);
        }

        return new SubscriberMessage(kind ?? MessageKind.Other, nodes.Versions, nodes.Table);
    }

    private static MessageKind KindOf(string type) =>
        type switch
        {
            "SyncReply" => MessageKind.Reply,
            "NodeAdded" or "NodeUpdated" => MessageKind.Updated,
            "NodeDeleted" => MessageKind.Deleted,
            _ => MessageKind.Other,
        };

    /// <summary>Reads the object whose opening brace was just read.</summary>
    private static void ReadContent(ref JsonStream json, MessageKind kind, NodeList nodes)
    {
        switch (kind)
        {
            case MessageKind.Updated or MessageKind.Deleted:
                nodes.Add(json.TakeWhole(), withSockets: kind == MessageKind.Updated);
                break;
            case MessageKind.Reply:
                while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                {
                    var isNodes = json.NameIs("Nodes"u8);
                    json.Read();
                    if (!isNodes || json.TokenType != JsonTokenType.StartArray)
                    {
                        json.Skip();
                        continue;
                    }

                    while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                    {
                        if (json.TokenType == JsonTokenType.StartObject)
                        {
                            nodes.Add(json.TakeWhole(), withSockets: true);
                        }
                        else
                        {
                            throw new JsonException("a node that is not an object");
                        }
                    }
                }

                break;
            default:
                json.Skip();
                break;
        }
    }

    private static NodeVersion ReadVersion(ReadOnlySpan<byte> node)
    {
        var (id, host, name, revision, created) = ("", "", "", 0L, 0L);
        var json = new Utf8JsonReader(node, Options);
        json.Read();
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

    private static long Number(ReadOnlySpan<byte> json) =>
        System.Buffers.Text.Utf8Parser.TryParse(json, out long number, out var used) && used == json.Length
            ? number
            : throw new JsonException("a status that is not a whole number");

    /// <summary>Collects the nodes of a message.</summary>
    private sealed class NodeList(string where, CancellationToken cancel)
    {
        public List<NodeVersion> Versions { get; } = [];

        public SocketTable Table { get; } = new();

        public void Add(ReadOnlyMemory<byte> node, bool withSockets)
        {
            Versions.Add(ReadVersion(node.Span));
            if (withSockets)
            {
                MemoryMarshal.TryGetArray(node, out var bytes);
                using var stream = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
                ReadSockets(stream);
            }
        }

        private void ReadSockets(MemoryStream node)
        {
            try
            {
                new AnswerReader(Table, FailureKind.Analyzer, where) { Form = AnswerForm.Message }.Read(node, cancel);
            }
            catch (Failure e)
            {
                throw new BadMessageException(e.Message, e);
            }
        }
    }
}
