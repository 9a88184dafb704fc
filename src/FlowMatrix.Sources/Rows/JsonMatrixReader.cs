using System.Text.Json;
using FlowMatrix.Core.Model;
using FlowMatrix.Sources.Json;

namespace FlowMatrix.Sources.Rows;

/// <summary>Reads a matrix from the array "rows" of the JSON document that the tool writes.</summary>
internal sealed class JsonMatrixReader(string name)
{
    public Matrix Read(Stream stream, CancellationToken cancel) =>
        RowObjects.WithReadErrors(
            name,
            () =>
            {
                var json = new JsonStream(stream, cancel);
                var rows = new MatrixRows();
                var objects = new RowObjects(name, rows);
                var found = false;
                json.Read();
                while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                {
                    var (isRows, isGroups) = (json.NameIs("rows"u8), json.NameIs("grouped_by"u8));
                    if (isGroups)
                    {
                        throw RowObjects.Wrong(
                            name,
                            json,
                            "a grouped matrix cannot be read back: write it without --group-by"
                        );
                    }

                    json.Read();
                    if (!isRows)
                    {
                        json.Skip();
                        continue;
                    }

                    found = true;
                    if (json.TokenType != JsonTokenType.StartArray)
                    {
                        throw RowObjects.Wrong(name, json, "\"rows\" must be a list");
                    }

                    while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                    {
                        objects.Read(ref json);
                    }
                }

                if (json.Read())
                {
                    throw RowObjects.Wrong(name, json, "unexpected data after the matrix");
                }

                return found
                    ? rows.Build()
                    : throw RowObjects.Wrong(name, json, "is not a matrix: the list \"rows\" is missing");
            }
        );
}

/// <summary>Reads a matrix from NDJSON: one JSON object per row.</summary>
internal sealed class NdjsonMatrixReader(string name)
{
    public Matrix Read(Stream stream, CancellationToken cancel) =>
        RowObjects.WithReadErrors(
            name,
            () =>
            {
                var json = new JsonStream(stream, cancel);
                var rows = new MatrixRows();
                var objects = new RowObjects(name, rows);
                while (json.Read())
                {
                    objects.Read(ref json);
                }

                return rows.Build();
            }
        );
}
