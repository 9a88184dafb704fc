using System.Text.Json;
using FlowMatrix.Core;
using FlowMatrix.Sources.Json;
using FlowMatrix.Sources.Skydive.Client;

namespace FlowMatrix.Sources.Skydive.Queries;

/// <summary>Reads the IDs of hosts' nodes from an answer that holds the whole nodes.</summary>
internal static class HostNodes
{
    /// <param name="ids">Receives the ID of each host's node by host name. Published nodes are skipped.</param>
    /// <exception cref="Failure">Not valid JSON, or truncated.</exception>
    public static void Read(Stream stream, Dictionary<string, string> ids, string source, CancellationToken cancel)
    {
        var json = new JsonStream(stream, cancel);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartArray)
            {
                throw new JsonException("not an array");
            }

            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                if (json.TokenType != JsonTokenType.StartObject)
                {
                    throw new JsonException("not an object");
                }

                if (
                    ReadNode(ref json) is var (name, id)
                    && (!ids.TryGetValue(name, out var other) || string.CompareOrdinal(id, other) < 0)
                )
                {
                    ids[name] = id;
                }
            }

            if (json.Read())
            {
                throw new JsonException("unexpected data after the array");
            }
        }
        catch (Exception e) when (e is JsonException or EndOfStreamException)
        {
            throw new AnswerFailures(FailureKind.Analyzer, source).Invalid(
                "the list of hosts is not valid JSON, or is truncated",
                e
            );
        }
    }

    private static (string Name, string Id)? ReadNode(ref JsonStream json)
    {
        string? id = null,
            name = null;
        var published = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.NameIs("ID"u8))
            {
                id = ReadText(ref json);
            }
            else if (json.NameIs("Metadata"u8))
            {
                json.Read();
                if (json.TokenType != JsonTokenType.StartObject)
                {
                    json.Skip();
                    continue;
                }

                while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                {
                    published |= json.NameIs("PublishedBy"u8);
                    if (json.NameIs("Name"u8))
                    {
                        name = ReadText(ref json);
                    }
                    else
                    {
                        json.Read();
                        json.Skip();
                    }
                }
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        return published || string.IsNullOrEmpty(id) || string.IsNullOrEmpty(name) ? null : (name, id);
    }

    private static string? ReadText(ref JsonStream json)
    {
        json.Read();
        var text = json.TokenType == JsonTokenType.String ? json.GetString() : null;
        json.Skip();
        return text;
    }
}
