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
    /// <summary>Fields behind the key may be missing, but the last three in a recording.</summary>
    public static readonly IReadOnlyList<string> Fields = RowFields.All;

    public static readonly int KeyFields = RowFields.Key.Count;

    /// <summary>Each field that a row has, and how its text is read.</summary>
    private static readonly Dictionary<string, Read> Readers = new()
    {
        [RowFields.Protocol] = (row, text) =>
            Protocols.TryParse(Encoding.UTF8.GetBytes(text), out row.Key.Protocol)
                ? null
                : $"\"{text}\" is not one of TCP, UDP, SCTP",
        [RowFields.ServiceHost] = (row, text) => row.Host(text, out row.Key.ServiceHost),
        [RowFields.ServiceAddress] = (row, text) => row.Address(text, out row.Key.ServiceAddress),
        [RowFields.ServicePort] = (row, text) =>
            ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out row.Key.ServicePort)
                ? null
                : $"\"{text}\" is not a port from 0 to 65535",
        [RowFields.ServicePath] = (row, text) => Keep(text, out row.ServicePath),
        [RowFields.ServiceName] = (row, text) => Keep(text, out row.ServiceName),
        [RowFields.ClientHost] = (row, text) => row.Host(text, out row.Key.ClientHost),
        [RowFields.ClientAddress] = (row, text) => row.Address(text, out row.Key.ClientAddress),
        [RowFields.ClientPath] = (row, text) => Keep(text, out row.ClientPath),
        [RowFields.ClientName] = (row, text) => Keep(text, out row.ClientName),
        [RowFields.Connections] = (row, text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out row.Connections)
                ? null
                : $"\"{text}\" is not a number",
        [RowFields.Match] = (row, text) => Flags(text, RowFields.Text, out row.Match),
        [RowFields.Direction] = (row, text) => Flags(text, RowFields.Text, out row.Direction),
        [RowFields.Via] = (row, text) => row.Addresses(text),
        [RowFields.FirstSeen] = (row, text) => Time(text, out row.FirstSeen),
        [RowFields.LastSeen] = (row, text) =>
            Time(text, out row.LastSeen)
            ?? (row.LastSeen < row.FirstSeen ? $"\"{text}\" is before the row was first seen" : null),
        [RowFields.Scans] = (row, text) => row.ReadScans(text),
    };

    private static readonly Read[] InOrder = [.. Fields.Select(field => Readers[field])];

    private static readonly HashSet<string> SeenFields = [RowFields.FirstSeen, RowFields.LastSeen, RowFields.Scans];

    private readonly IdTables _ids = new();
    private readonly MatrixBuilder _builder;
    private readonly SortedSet<string> _hosts = new(StringComparer.Ordinal);
    private long _connections;

    public MatrixRows()
    {
        _builder = new MatrixBuilder(_ids);
    }

    /// <returns>What is wrong with the text, or null.</returns>
    private delegate string? Read(ParsedRow row, string text);

    /// <summary>The number of scans of a recording; null for other rows, which may not have this field.</summary>
    public int? RecordedScans { get; init; }

    public int Count { get; private set; }

    /// <param name="texts">By the number of the field; null where it is missing.</param>
    /// <param name="field">The number of the field that is wrong.</param>
    /// <param name="problem">What is wrong with it, or null: then the row was added.</param>
    public void Add(ReadOnlySpan<string?> texts, out int field, out string? problem)
    {
        problem = null;
        var row = new ParsedRow(_ids, RecordedScans);
        for (field = 0; field < Fields.Count; field++)
        {
            // Only in a recording every row was seen at some time.
            var isSeen = SeenFields.Contains(Fields[field]);
            if (texts[field] is { } text && (!isSeen || text.Length > 0))
            {
                problem = InOrder[field](row, text);
            }
            else if (field < KeyFields || (isSeen && RecordedScans is not null))
            {
                problem = "is missing";
            }

            if (problem is not null)
            {
                return;
            }
        }

        row.Key.ServiceProcess = _ids.Processes.Add(row.ServicePath, row.ServiceName);
        row.Key.ClientProcess = _ids.Processes.Add(row.ClientPath, row.ClientName);
        _hosts.Add(_ids.Hosts[row.Key.ServiceHost]);
        _hosts.Add(_ids.Hosts[row.Key.ClientHost]);
        _connections += row.Connections;
        Count++;
        _builder.Add(new Row(row.Key, new RowStats(row.Connections, row.Match, row.Direction)), row.Via, row.Seen);
    }

    /// <summary>What is known of the estate is what the rows tell: the hosts in them and their connections.</summary>
    public Matrix Build()
    {
        _hosts.Remove("");
        return _builder.Build(
            new ScanCounts
            {
                Hosts = [.. _hosts.Select(host => (host, 0))],
                Connections = (int)Math.Min(_connections, int.MaxValue),
            },
            []
        );
    }

    private static string? Keep(string text, out string kept)
    {
        kept = text;
        return null;
    }

    private static string? Time(string text, out DateTimeOffset time) =>
        UtcTime.TryParse(text, out time) && time != default
            ? null
            : $"\"{text}\" is not a time like 2025-01-31T09:15:20Z";

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

    /// <summary>A row while its fields are read.</summary>
    private sealed class ParsedRow(IdTables ids, int? recordedScans)
    {
        public RowKey Key;
        public string ServicePath = "";
        public string ServiceName = "";
        public string ClientPath = "";
        public string ClientName = "";
        public int Connections = 1;
        public Match Match;
        public Direction Direction;
        public DateTimeOffset FirstSeen;
        public DateTimeOffset LastSeen;
        private int _scans;

        public int[] Via { get; private set; } = [];

        /// <summary>Not known where only some of its three fields are.</summary>
        public SeenRange Seen =>
            FirstSeen != default && LastSeen != default ? new SeenRange(FirstSeen, LastSeen, _scans) : default;

        public string? Host(string text, out int host)
        {
            host = ids.Hosts.Add(text);
            return null;
        }

        public string? Address(string text, out int address)
        {
            address = text.Length == 0 ? 0 : ids.Addresses.Add(Encoding.UTF8.GetBytes(text));
            return address == 0 && text.Length > 0 ? $"\"{text}\" is not an IP address" : null;
        }

        public string? Addresses(string text)
        {
            var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Via = new int[parts.Length];
            for (var i = 0; i < parts.Length; i++)
            {
                if (Address(parts[i], out Via[i]) is { } problem)
                {
                    return problem;
                }
            }

            return null;
        }

        public string? ReadScans(string text) =>
            !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _scans) || _scans <= 0
                ? $"\"{text}\" is not a number from 1"
            : _scans > recordedScans ? $"\"{text}\" is more than the recording's {recordedScans}"
            : null;
    }
}
