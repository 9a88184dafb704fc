namespace FlowMatrix.Bench;

/// <summary>
/// Random numbers that depend only on a seed and an index (SplitMix64): the same on every machine.
/// </summary>
internal struct Mixer(int seed, int purpose, int number)
{
    private ulong _state = ((ulong)(uint)seed << 40) ^ ((ulong)(uint)purpose << 33) ^ (uint)number;

    public int Next(int below) => (int)((UInt128)Next() * (uint)below >> 64);

    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    private ulong Next()
    {
        var z = _state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
