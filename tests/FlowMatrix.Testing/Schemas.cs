using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Schema;
using FlowMatrix.Sources.Yaml;
using NJsonSchema;

namespace FlowMatrix.Testing;

/// <summary>
/// Validates files against the schemas of other projects, and policies against the schema of the tool.
/// </summary>
internal static class Schemas
{
    public static async Task AssertSarifAsync(string text)
    {
        var schema = await JsonSchema.FromFileAsync(PathOf("sarif-2.1.0-rtm.5.json"));
        Assert.Empty(schema.Validate(text).Select(problem => problem.ToString()));
    }

    public static async Task AssertNetworkPolicyAsync(string json)
    {
        var schema = await JsonSchema.FromFileAsync(PathOf("kubernetes-networkpolicy.json"));
        Assert.Empty(schema.Validate(json).Select(problem => problem.ToString()));
    }

    public static void AssertJUnit(byte[] xml)
    {
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema };
        settings.Schemas.Add(null, PathOf("jenkins-junit.xsd"));
        settings.ValidationFlags |= XmlSchemaValidationFlags.ReportValidationWarnings;
        settings.ValidationEventHandler += (_, problem) => Assert.Fail(problem.Message);
        using var reader = XmlReader.Create(new MemoryStream(xml), settings);
        while (reader.Read()) { }
    }

    public static async Task<bool> IsValidAsync(string schema, string yamlFile) =>
        (await JsonSchema.FromJsonAsync(schema)).Validate(Node(YamlFile.Read(yamlFile))!.ToJsonString()).Count == 0;

    /// <summary>A YAML file as an editor reads it: an unquoted number is a number, and true is a boolean.</summary>
    private static JsonNode? Node(YamlNode node) =>
        node switch
        {
            YamlMap map => new JsonObject(
                map.Items.Select(item => KeyValuePair.Create(item.Key.Value, Node(item.Value)))
            ),
            YamlList list => new JsonArray([.. list.Items.Select(Node)]),
            YamlText { Value: "true" } => JsonValue.Create(true),
            YamlText text when int.TryParse(text.Value, out var number) => JsonValue.Create(number),
            YamlText text => JsonValue.Create(text.Value),
            _ => null,
        };

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "schemas", file);
}
