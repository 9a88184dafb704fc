using System.Text;
using System.Text.Json;
using FlowMatrix.Core.Interning;
using FlowMatrix.Sources.Json;

namespace FlowMatrix.Sources.Skydive.Reading;

/// <summary>The addresses of an interface node: one CIDR, or an array of them.</summary>
internal static class InterfaceAddresses
{
    /// <summary>
    /// Reads the value of a property and adds its addresses. Values that are not strings are ignored.
    /// </summary>
    /// <returns>The first problem; null if there is none.</returns>
    public static string? Read(ref JsonStream json, IdTables tables, List<int> addresses)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
        {
            return Add(json, tables, addresses);
        }

        string? problem = null;
        if (json.TokenType == JsonTokenType.StartArray)
        {
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                if (json.TokenType == JsonTokenType.String)
                {
                    var found = Add(json, tables, addresses);
                    problem ??= found;
                }

                json.Skip();
            }
        }
        else
        {
            json.Skip();
        }

        return problem;
    }

    private static string? Add(in JsonStream json, IdTables tables, List<int> addresses)
    {
        var text = json.GetString();
        var prefix = text.IndexOf('/', StringComparison.Ordinal);
        var address = tables.Addresses.Add(Encoding.UTF8.GetBytes(prefix < 0 ? text : text[..prefix]));
        if (address == 0)
        {
            return $"interface address \"{text}\" is not an IP address ({json.Place()})";
        }

        addresses.Add(address);
        return null;
    }
}
