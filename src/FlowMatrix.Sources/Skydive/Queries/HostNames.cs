using System.Text.Json;
using FlowMatrix.Core;
using FlowMatrix.Sources.Json;
using FlowMatrix.Sources.Skydive.Client;

namespace FlowMatrix.Sources.Skydive.Queries;

/// <summary>
/// The answer to the query for host names: a JSON array of strings, or null if there is no such host.
/// </summary>
internal static class HostNames
{
    /// <summary>Enough for a million names; a limit on memory if the answer does not end.</summary>
    private const int MaxLength = 64 * 1024 * 1024;

    /// <returns>The distinct names in ordinal order. The answer has a name once per revision of its host.</returns>
    /// <exception cref="Failure">Not an array of strings, truncated, or too long.</exception>
    public static IReadOnlyList<string> Read(Stream stream, string source)
    {
        var failures = new AnswerFailures(FailureKind.Analyzer, source);
        using var answer = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (stream.Read(buffer) is var read and > 0)
        {
            answer.Write(buffer, 0, read);
            if (answer.Length > MaxLength)
            {
                throw failures.Invalid($"its list of hosts is longer than {MaxLength >> 20} MB");
            }
        }

        var names = new SortedSet<string>(StringComparer.Ordinal);
        try
        {
            var json = new Utf8JsonReader(answer.GetBuffer().AsSpan(0, (int)answer.Length));
            if (!json.Read() || json.TokenType is not (JsonTokenType.StartArray or JsonTokenType.Null))
            {
                throw failures.Invalid("the list of hosts is not a JSON array");
            }

            while (json.TokenType != JsonTokenType.Null && json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                names.Add(
                    json.TokenType == JsonTokenType.String
                        ? JsonText.Unescape(json)
                        : throw failures.Invalid("a host's name is not a string")
                );
            }

            // Throws if anything follows the array.
            json.Read();
        }
        catch (JsonException e)
        {
            throw failures.Invalid("the list of hosts is not valid JSON, or is truncated", e);
        }

        return [.. names];
    }
}
