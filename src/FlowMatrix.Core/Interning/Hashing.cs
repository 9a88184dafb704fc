using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace FlowMatrix.Core.Interning;

/// <summary>
/// Fast keyed hashing for the tables of the hot path. The key is random for each run: process names and addresses come
/// from the network, and nobody must be able to choose them so that they collide. No output depends on a hash.
/// </summary>
internal static class Hashing
{
    private const ulong Odd = 0x9E37_79B9_7F4A_7C15;

#pragma warning disable CA5394 // seeded by the system; a cryptographic one would load OpenSSL at each start
    private static readonly ulong Key = (ulong)Random.Shared.NextInt64() | 1;
#pragma warning restore CA5394

    public static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = Key ^ ((ulong)bytes.Length * Odd);
        while (bytes.Length >= 8)
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        ulong tail = 0;
        if (bytes.Length >= 4)
        {
            tail = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            bytes = bytes[4..];
        }

        foreach (var b in bytes)
        {
            tail = (tail << 8) | b;
        }

        return Mix(hash ^ tail);
    }

    public static ulong Hash(ulong a) => Mix(a ^ Key);

    public static ulong Hash(ulong a, ulong b) => Mix(Mix(a ^ Key) ^ b);

    public static ulong Hash(ulong a, ulong b, ulong c) => Mix(Mix(Mix(a ^ Key) ^ b) ^ c);

    /// <summary>Two rounds of multiply and shift. A 128-bit product is slow on processors without BMI2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every look-up calls it
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 32)) * Key;
        value = (value ^ (value >> 29)) * Odd;
        return value ^ (value >> 32);
    }
}
