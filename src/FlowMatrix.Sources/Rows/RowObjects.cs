using System.Globalization;
using System.Text;
using System.Text.Json;
using FlowMatrix.Core;
using FlowMatrix.Sources.Json;

namespace FlowMatrix.Sources.Rows;

/// <summary>Reads rows from JSON objects. Errors have the line and column of the field.</summary>
internal sealed class RowObjects(string name, MatrixRows rows)
{
    private static readonly byte[][] Names = [.. MatrixRows.Fields.Select(Encoding.UTF8.GetBytes)];

    private readonly string?[] _texts = new string?[MatrixRows.Fields.Count];
    private readonly (long Line, long Column)[] _places = new (long, long)[MatrixRows.Fields.Count];

    /// <summary>Reads the row whose first token was just read.</summary>
    /// <param name="mark">A key that shows that the object is not a row.</param>
    /// <returns>False if the object has that key. The reader then stands at the name of the key.</returns>
    public bool Read(ref JsonStream json, ReadOnlySpan<byte> mark = default)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw Wrong(name, json, "a row must be an object");
        }

        Array.Clear(_texts);
        Array.Fill(_places, json.TokenPlace());
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!mark.IsEmpty && json.NameIs(mark))
            {
                return false;
            }

            var field = FieldOf(json);
            json.Read();
            if (field >= 0)
            {
                _places[field] = json.TokenPlace();
                _texts[field] = Text(ref json, field);
            }

            json.Skip();
        }

        rows.Add(_texts, out var wrong, out var problem);
        if (problem is not null)
        {
            throw Wrong(name, _places[wrong], $"{MatrixRows.Fields[wrong]} {problem}");
        }

        return true;
    }

    /// <summary>
    /// Runs a function and turns errors of the JSON reader into a <see cref="Failure"/> with a position.
    /// </summary>
    public static T WithReadErrors<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (JsonException e)
        {
            throw Wrong(
                name,
                ((e.LineNumber ?? 0) + 1, (e.BytePositionInLine ?? 0) + 1),
                $"is not valid JSON: {JsonText.Reason(e)}"
            );
        }
        catch (EndOfStreamException e)
        {
            throw new Failure(FailureKind.Input, $"{name}: ends in the middle: is the file truncated?", e);
        }
    }

    public static Failure Wrong(string name, in JsonStream at, string problem) => Wrong(name, at.TokenPlace(), problem);

    private static Failure Wrong(string name, (long Line, long Column) at, string problem) =>
        new(FailureKind.Input, string.Create(CultureInfo.InvariantCulture, $"{name}:{at.Line}:{at.Column}: {problem}"));

    private static int FieldOf(in JsonStream json)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (json.NameIs(Names[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The value as text, as in csv: the items of a list (via) are separated by spaces.</summary>
    private string Text(ref JsonStream json, int field)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                return json.GetString();
            case JsonTokenType.Number:
                return Encoding.UTF8.GetString(json.RawValue);
            case JsonTokenType.StartArray when field >= MatrixRows.KeyFields:
                var items = new List<string>();
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(
                        json.TokenType == JsonTokenType.String
                            ? json.GetString()
                            : throw Wrong(name, json, $"{MatrixRows.Fields[field]} must be a list of texts")
                    );
                }

                return string.Join(' ', items);
            default:
                throw Wrong(name, json, $"{MatrixRows.Fields[field]} must be a text or a number");
        }
    }
}
