using System.Globalization;
using System.Text;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Time;

namespace FlowMatrix.Sources.Rows;

/// <summary>Gathers rows that are read back as texts, whatever form they were written in.</summary>
internal sealed class MatrixRows
{
    /// <summary>The fields behind the key may be missing, but the last three in a recording.</summary>
    public static readonly IReadOnlyList<string> Fields = RowFields.All;

    public static readonly int KeyFields = RowFields.Key.Count;

    private const int FirstSeen = 14;
    private const int LastSeen = 15;
    private const int Scans = 16;

    private readonly IdTables _ids = new();
    private readonly MatrixBuilder _builder;
    private readonly SortedSet<string> _hosts = new(StringComparer.Ordinal);
    private long _connections;

    public MatrixRows()
    {
        _builder = new MatrixBuilder(_ids);
    }

    /// <summary>How many scans the rows of a recording can have been in; null for other rows, which need not say it.</summary>
    public int? RecordedScans { get; init; }

    public int Count { get; private set; }

    /// <param name="texts">By the number of the field; null where it is missing.</param>
    /// <param name="field">The number of the field that is wrong.</param>
    /// <param name="problem">What is wrong with it, or null: then the row was added.</param>
    public void Add(ReadOnlySpan<string?> texts, out int field, out string? problem)
    {
        problem = null;
        var row = new Row { Connections = 1 };
        int[] via = [];
        var seen = default(SeenRange);
        for (field = 0; field < Fields.Count; field++)
        {
            if (texts[field] is { } text && (field < FirstSeen || text.Length > 0))
            {
                problem = field < FirstSeen ? Set(ref row, ref via, field, text) : Set(ref seen, field, text);
            }
            else if (field < KeyFields || (field >= FirstSeen && RecordedScans is not null))
            {
                problem = "is missing";
            }

            if (problem is not null)
            {
                return;
            }
        }

        row.ServiceProcess = _ids.Processes.Add(texts[4]!, texts[5]!);
        row.ClientProcess = _ids.Processes.Add(texts[8]!, texts[9]!);
        _hosts.Add(texts[1]!);
        _hosts.Add(texts[6]!);
        _connections += row.Connections;
        Count++;

        // A table may have only some of these columns.
        var isWhole = seen.First != default && seen.Last != default;
        _builder.Add(row, via, isWhole ? seen : default);
    }

    /// <summary>What is known of the estate is what the rows tell: the hosts in them and their connections.</summary>
    public Matrix Build()
    {
        _hosts.Remove("");
        return _builder.Build(
            new ScanCounts(
                [.. _hosts.Select(host => (host, 0))],
                0,
                0,
                (int)Math.Min(_connections, int.MaxValue),
                0,
                0,
                0
            ),
            []
        );
    }

    private string? Set(ref Row row, ref int[] via, int field, string text)
    {
        switch (field)
        {
            case 0:
                return Protocols.TryParse(Encoding.UTF8.GetBytes(text), out row.Protocol)
                    ? null
                    : $"\"{text}\" is not one of TCP, UDP, SCTP";
            case 1:
                row.ServiceHost = _ids.Hosts.Add(text);
                return null;
            case 2:
                return Address(text, out row.ServiceAddress);
            case 3:
                return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out row.ServicePort)
                    ? null
                    : $"\"{text}\" is not a port from 0 to 65535";
            case 6:
                row.ClientHost = _ids.Hosts.Add(text);
                return null;
            case 7:
                return Address(text, out row.ClientAddress);
            case 10:
                return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out row.Connections)
                    ? null
                    : $"\"{text}\" is not a number";
            case 11:
                return Flags(text, RowFields.Text, out row.Match);
            case 12:
                return Flags(text, RowFields.Text, out row.Direction);
            case 13:
                return Addresses(text, out via);
            default:
                return null;
        }
    }

    private string? Set(ref SeenRange seen, int field, string text)
    {
        var time = default(DateTimeOffset);
        var scans = 0;
        var isRight =
            field == Scans
                ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out scans) && scans > 0
                : UtcTime.TryParse(text, out time) && time != default;
        if (!isRight)
        {
            return field == Scans
                ? $"\"{text}\" is not a number from 1"
                : $"\"{text}\" is not a time like 2025-01-31T09:15:20Z";
        }

        seen = field switch
        {
            FirstSeen => seen with { First = time },
            LastSeen => seen with { Last = time },
            _ => seen with { Scans = scans },
        };
        return field == LastSeen && time < seen.First ? $"\"{text}\" is before the row was first seen"
            : scans > RecordedScans ? $"\"{text}\" is more than the recording's {RecordedScans}"
            : null;
    }

    private string? Address(string text, out int address)
    {
        address = text.Length == 0 ? 0 : _ids.Addresses.Add(Encoding.UTF8.GetBytes(text));
        return address == 0 && text.Length > 0 ? $"\"{text}\" is not an IP address" : null;
    }

    private string? Addresses(string text, out int[] addresses)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        addresses = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (Address(parts[i], out addresses[i]) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>Kinds joined by "+", as the columns have them; empty where nothing was known.</summary>
    private static string? Flags<T>(string text, Func<T, string> name, out T flags)
        where T : struct, Enum
    {
        var all = 0;
        foreach (var part in text.Split('+', StringSplitOptions.RemoveEmptyEntries))
        {
            var known = Enum.GetValues<T>()
                .Where(value => name(value) == part)
                .Select(value => (T?)value)
                .FirstOrDefault();
            if (known is null)
            {
                flags = default;
                return $"\"{part}\" is not one of {string.Join(", ", Enum.GetValues<T>().Select(name))}";
            }

            all |= Convert.ToInt32(known, CultureInfo.InvariantCulture);
        }

        flags = (T)Enum.ToObject(typeof(T), all);
        return null;
    }
}
