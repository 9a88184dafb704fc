using System.Text.Json;

namespace FlowMatrix.Bench;

/// <summary>
/// Reads all tokens of a file through one reused buffer: the minimal cost of reading JSON.
/// </summary>
internal static class Walk
{
    public static long Tokens(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var buffer = new byte[256 * 1024];
        var (rest, tokens, state) = (0, 0L, default(JsonReaderState));
        while (true)
        {
            var read = file.Read(buffer.AsSpan(rest));
            var reader = new Utf8JsonReader(buffer.AsSpan(0, rest + read), isFinalBlock: read == 0, state);
            while (reader.Read())
            {
                tokens++;
            }

            if (read == 0)
            {
                return tokens;
            }

            state = reader.CurrentState;
            var consumed = (int)reader.BytesConsumed;
            buffer.AsSpan(consumed, rest + read - consumed).CopyTo(buffer);
            rest = rest + read - consumed;
        }
    }
}
