using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace FlowMatrix.Core.Net;

/// <summary>
/// An IP address as a 128-bit number. IPv4 is held in its IPv4-mapped form (::ffff:a.b.c.d), so that both spellings are
/// one address. Sorts IPv4 before IPv6, then by number. Source: docs/matching.md, "Addresses".
/// </summary>
internal readonly record struct IpAddress(UInt128 Number) : IComparable<IpAddress>
{
    private const ulong MappedPrefix = 0xffff_0000_0000;
    private static readonly SearchValues<byte> V6Characters = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    public static readonly IpAddress AnyV4 = FromV4(0);
    public static readonly IpAddress AnyV6 = new(UInt128.Zero);

    public bool IsV4 => (ulong)(Number >> 64) == 0 && (ulong)Number >> 32 == 0xffff;

    /// <summary>0.0.0.0 or ::, which stand for all addresses of a host.</summary>
    public bool IsUnspecified => Number == AnyV6.Number || Number == AnyV4.Number;

    /// <summary>127.0.0.0/8 or ::1, which never leave their host.</summary>
    public bool IsLoopback => Number == UInt128.One || (IsV4 && (byte)((uint)(ulong)Number >> 24) == 127);

    public static IpAddress FromV4(uint number) => new(MappedPrefix | number);

    /// <summary>
    /// Parses dotted IPv4 (four decimal numbers without leading zeros, which some programs read as octal) or IPv6 with
    /// an optional zone, which is dropped. Brackets, prefix lengths and short forms are rejected.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out IpAddress address) =>
        TryParseV4(utf8, out address) || TryParseV6(utf8, out address);

    public static bool TryParse(string text, out IpAddress address) =>
        TryParse(Encoding.UTF8.GetBytes(text), out address);

    public int CompareTo(IpAddress other)
    {
        var family = other.IsV4.CompareTo(IsV4);
        return family != 0 ? family : Number.CompareTo(other.Number);
    }

    /// <summary>Dotted for IPv4, RFC 5952 for IPv6.</summary>
    public override string ToString()
    {
        if (IsV4)
        {
            var number = (uint)(ulong)Number;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{number >> 24}.{(number >> 16) & 255}.{(number >> 8) & 255}.{number & 255}"
            );
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Number);
        return new IPAddress(bytes).ToString();
    }

    /// <summary>Parses dotted IPv4 only.</summary>
    public static bool TryParseV4(ReadOnlySpan<byte> text, out IpAddress address)
    {
        address = default;
        uint number = 0,
            part = 0;
        int parts = 0,
            digits = 0;
        foreach (var c in text)
        {
            var digit = (uint)c - '0';
            if (digit <= 9)
            {
                if (digits > 0 && part == 0)
                {
                    return false;
                }

                part = (part * 10) + digit;
                if (++digits > 3 || part > 255)
                {
                    return false;
                }
            }
            else if (c == '.' && digits > 0 && parts < 3)
            {
                number = (number << 8) | part;
                parts++;
                part = 0;
                digits = 0;
            }
            else
            {
                return false;
            }
        }

        address = FromV4((number << 8) | part);
        return parts == 3 && digits > 0;
    }

    private static bool TryParseV6(ReadOnlySpan<byte> text, out IpAddress address)
    {
        address = default;
        var zone = text.IndexOf((byte)'%');
        if (zone >= 0)
        {
            text = text[..zone];
        }

        // IPAddress also accepts "1", "0x7f.1" and "[::1]:80", so it only gets text that is spelled like IPv6.
        Span<char> characters = stackalloc char[45];
        if (text.Length > characters.Length || !text.Contains((byte)':') || text.ContainsAnyExcept(V6Characters))
        {
            return false;
        }

        Encoding.ASCII.GetChars(text, characters);
        if (!IPAddress.TryParse(characters[..text.Length], out var parsed))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        if (!parsed.TryWriteBytes(bytes, out var written) || written != bytes.Length)
        {
            return false;
        }

        address = new IpAddress(BinaryPrimitives.ReadUInt128BigEndian(bytes));
        return true;
    }
}
