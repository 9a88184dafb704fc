namespace FlowMatrix.Fuzz;

/// <summary>Mutates inputs; the same seed gives the same inputs.</summary>
internal sealed class Mutator(int seed)
{
    private const int Longest = 64 * 1024;

    private readonly Random _random = new(seed);

    public byte[] Next(IReadOnlyList<byte[]> seeds)
    {
        var bytes = new List<byte>(Pick(seeds));
        for (var changes = 1 + _random.Next(4); changes > 0; changes--)
        {
            Change(bytes, seeds);
        }

        return bytes.Count > Longest ? [.. bytes.Take(Longest)] : [.. bytes];
    }

    private void Change(List<byte> bytes, IReadOnlyList<byte[]> seeds)
    {
        var at = _random.Next(bytes.Count + 1);
        var length = Math.Min(_random.Next(1, 1 << _random.Next(1, 8)), bytes.Count - at);
        switch (_random.Next(9))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                // Continues with the rest of another input.
                var other = Pick(seeds);
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other.AsSpan(_random.Next(other.Length + 1)));
                break;
            case 6:
                var moved = bytes.GetRange(at, length);
                bytes.RemoveRange(at, length);
                bytes.InsertRange(_random.Next(bytes.Count + 1), moved);
                break;
            case 7:
                bytes.RemoveRange(at, length);
                bytes.InsertRange(at, Pick(FuzzSeeds.Pieces));
                break;
            default:
                bytes.InsertRange(at, Pick(FuzzSeeds.Pieces));
                break;
        }
    }

    private byte[] Pick(IReadOnlyList<byte[]> from) => from[_random.Next(from.Count)];
}
