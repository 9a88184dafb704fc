using System.Buffers;
using System.Text.Json;
using FlowMatrix.Sources.Skydive.Client;

namespace FlowMatrix.Sources.Skydive.Publishing;

/// <summary>The message that a publisher sends: all elements of its origin.</summary>
internal static class SyncMessage
{
    /// <summary>Writes a Sync message, which replaces everything that this origin published.</summary>
    /// <param name="graph">Null to remove everything.</param>
    /// <param name="name">The name that it is published under, also written to each element.</param>
    /// <param name="now">Written as the elements' time.</param>
    public static ReadOnlyMemory<byte> Write(PublishedGraph? graph, string name, DateTimeOffset now)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes);
        GraphMessage.Begin(json, "Sync");
        json.WriteStartObject("Obj"u8);
        json.WriteStartArray("Nodes"u8);
        foreach (var node in graph?.Nodes ?? [])
        {
            Begin(json, node.Id, node.Host, name, now);
            Write(json, node, name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("Edges"u8);
        foreach (var edge in graph?.Edges ?? [])
        {
            Begin(json, edge.Id, edge.Host, name, now);
            json.WriteString("Parent"u8, edge.Parent);
            json.WriteString("Child"u8, edge.Child);
            Write(json, edge, name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    private static void Begin(Utf8JsonWriter json, string id, string host, string name, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("ID"u8, id);
        json.WriteString("Host"u8, host);
        json.WriteString("Origin"u8, $"{WebSocketRequest.ClientType}.{name}");
        json.WriteNumber("CreatedAt"u8, now.ToUnixTimeMilliseconds());
        json.WriteNumber("UpdatedAt"u8, now.ToUnixTimeMilliseconds());
        json.WriteNumber("Revision"u8, 1);
    }

    private static void Write(Utf8JsonWriter json, PublishedNode node, string name)
    {
        json.WriteStartObject("Metadata"u8);
        json.WriteString("Type"u8, node.Type);
        json.WriteString("Name"u8, node.Name);
        json.WriteString("PublishedBy"u8, name);
        if (node.Type != "host")
        {
            json.WriteString("ServiceType"u8, node.Serves ? "server"u8 : "client"u8);
            json.WriteString("Process"u8, node.Process);
            json.WriteStartArray("Ports"u8);
            foreach (var port in node.Ports)
            {
                json.WriteNumberValue(port);
            }

            json.WriteEndArray();
        }

        if (node.Address.Length > 0)
        {
            json.WriteString("Address"u8, node.Address);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PublishedEdge edge, string name)
    {
        json.WriteStartObject("Metadata"u8);
        json.WriteString("RelationType"u8, edge.RelationType);
        json.WriteString("PublishedBy"u8, name);
        if (edge.RelationType == PublishedEdge.Connection)
        {
            json.WriteString("Protocol"u8, edge.Protocol);
            json.WriteNumber("Port"u8, edge.Port);
            json.WriteNumber("Connections"u8, edge.Connections);
        }

        json.WriteEndObject();
    }
}
