using System.Text.Json;
using FlowMatrix.Core.Policies;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Output.Policies;

/// <summary>
/// Writes the JSON schema of policies, for editors (<c>flowmatrix check --schema</c>). Source: json-schema.org, draft
/// 7, which all editors support.
/// </summary>
internal static class PolicySchema
{
    public static void Write(Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString("$schema", "http://json-schema.org/draft-07/schema#");
        json.WriteString("title", "A flowmatrix policy: rows that are allowed, and rows that must be there");
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartObject("properties");
        WriteRules(json, PolicyKeys.Allow, "Rules for rows that are allowed.");
        WriteRules(json, PolicyKeys.Require, "Rules for rows that are allowed; each rule must match at least one row.");
        json.WriteEndObject();
        json.WriteStartObject("definitions");
        WriteRule(json);
        WriteConditions(json);
        json.WriteStartObject("texts");
        json.WriteStartArray("anyOf");
        WriteScalar(json);
        json.WriteStartObject();
        json.WriteString("type", "array");
        json.WriteNumber("minItems", 1);
        json.WritePropertyName("items");
        WriteScalar(json);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void WriteRules(Utf8JsonWriter json, string name, string description)
    {
        json.WriteStartObject(name);
        json.WriteString("description", description);
        json.WriteString("type", "array");
        json.WriteStartObject("items");
        json.WriteString("$ref", "#/definitions/rule");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRule(Utf8JsonWriter json)
    {
        json.WriteStartObject("rule");
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartArray("required");
        json.WriteStringValue(PolicyKeys.Reason);
        json.WriteEndArray();
        json.WriteNumber("minProperties", 2);
        json.WriteStartObject("properties");
        WriteText(json, PolicyKeys.Reason, "Why these rows are allowed.", pattern: null);
        WriteText(json, PolicyKeys.Owner, "Who is responsible for the rule.", pattern: null);
        WriteText(
            json,
            PolicyKeys.Expires,
            "The last day on which the rule applies, in UTC.",
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
        );
        json.WriteStartObject(PolicyKeys.Not);
        json.WriteString("$ref", "#/definitions/conditions");
        json.WriteEndObject();
        WriteConditionProperties(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteConditions(Utf8JsonWriter json)
    {
        json.WriteStartObject("conditions");
        json.WriteString("description", "Rows that the rule excludes.");
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartObject("properties");
        WriteConditionProperties(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteConditionProperties(Utf8JsonWriter json)
    {
        foreach (var name in FilterTerm.Names)
        {
            json.WriteStartObject(name);
            if (FilterTerm.FamilyNames.Contains(name))
            {
                json.WriteStartArray("enum");
                json.WriteBooleanValue(true);
                json.WriteEndArray();
            }
            else if (FilterTerm.KindNames.Contains(name))
            {
                json.WriteStartArray("enum");
                foreach (var visibility in FilterTerm.Visibilities)
                {
                    json.WriteStringValue(visibility);
                }

                json.WriteEndArray();
            }
            else
            {
                json.WriteString("$ref", "#/definitions/texts");
            }

            json.WriteEndObject();
        }
    }

    private static void WriteText(Utf8JsonWriter json, string name, string description, string? pattern)
    {
        json.WriteStartObject(name);
        json.WriteString("description", description);
        json.WriteString("type", "string");
        json.WriteNumber("minLength", 1);
        if (pattern is not null)
        {
            json.WriteString("pattern", pattern);
        }

        json.WriteEndObject();
    }

    /// <summary>A text or an integer: YAML reads a port without quotes as a number.</summary>
    private static void WriteScalar(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("type");
        json.WriteStringValue("string");
        json.WriteStringValue("integer");
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
