using System.Buffers;
using System.Text.Json;

namespace FlowMatrix.Sources.Skydive.Client;

/// <summary>Messages in Skydive's envelope: <c>{"UUID","Namespace":"Graph","Type","Status","Obj"}</c>.</summary>
internal static class GraphMessage
{
    /// <summary>Requests all elements that match a subscription's filter.</summary>
    public static ReadOnlyMemory<byte> SyncRequest(string filter)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes);
        Begin(json, "SyncRequest");
        json.WriteStartObject("Obj"u8);
        json.WriteString("GremlinFilter"u8, filter);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    public static void Begin(Utf8JsonWriter json, string type)
    {
        json.WriteStartObject();
        json.WriteString("UUID"u8, Guid.NewGuid());
        json.WriteString("Namespace"u8, "Graph"u8);
        json.WriteString("Type"u8, type);
        json.WriteNumber("Status"u8, 200);
    }
}
