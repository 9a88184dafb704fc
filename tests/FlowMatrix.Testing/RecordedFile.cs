using System.IO.Compression;
using System.Text.Json.Nodes;

namespace FlowMatrix.Testing;

/// <summary>The content of a recording, read without the code of the tool.</summary>
internal sealed record RecordedFile(JsonObject Head, IReadOnlyList<JsonObject> Rows)
{
    public int Scans => (int)Head["scans"]!;

    public JsonObject this[string client] => Rows.Single(row => (string)row["client_name"]! == client);

    public static RecordedFile Read(string path)
    {
        using var file = File.OpenRead(path);
        using var plain = path.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(file, CompressionMode.Decompress)
            : (Stream)file;
        using var text = new StreamReader(plain);
        var lines = text.ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!.AsObject())
            .ToList();
        var last = lines[^1]["recording"]!;
        Assert.Equal(("last", lines.Count - 2), ((string)last["mark"]!, (int)last["rows"]!));
        return new RecordedFile(lines[0]["recording"]!.AsObject(), lines[1..^1]);
    }

    /// <summary>
    /// Reads the file repeatedly until it meets a condition. Every read checks that the file is complete, which it must
    /// be at any moment.
    /// </summary>
    public static async Task<RecordedFile> UntilAsync(string path, Func<RecordedFile, bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (File.Exists(path) && Read(path) is var recorded && condition(recorded))
            {
                return recorded;
            }

            await Task.Delay(20, limit.Token);
        }
    }

    public bool Has(string client) => Rows.Any(row => (string)row["client_name"]! == client);
}
