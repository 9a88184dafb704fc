using System.Globalization;
using System.Text;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Time;

namespace FlowMatrix.Sources.Rows;

/// <summary>
/// Builds a matrix from rows that are read from a file. The readers of csv, json, ndjson and recordings pass the fields
/// of each row as texts; this class parses and checks them.
/// </summary>
internal sealed class MatrixRows
{
    /// <summary>
    /// All fields, in the order of the texts for <see cref="Add"/>. Fields after the ten of the key may be missing,
    /// except in a recording the last three.
    /// </summary>
    public static readonly IReadOnlyList<string> Fields = RowFields.All;

    public static readonly int KeyFields = RowFields.Key.Count;

    /// <summary>The parser of each field. A new field has one here and is written by RowJson.</summary>
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

    /// <returns>What is wrong with the text, or null if it is valid.</returns>
    private delegate string? Read(ParsedRow row, string text);

    /// <summary>The number of scans of the recording; null if the rows are not from a recording.</summary>
    public int? RecordedScans { get; init; }

    public int Count { get; private set; }

    /// <summary>Adds a row if all its fields are valid.</summary>
    /// <param name="texts">The texts in the order of <see cref="Fields"/>; null for a missing field.</param>
    /// <param name="field">The index of the invalid field.</param>
    /// <param name="problem">What is wrong with that field; null if the row was added.</param>
    public void Add(ReadOnlySpan<string?> texts, out int field, out string? problem)
    {
        problem = null;
        var row = new ParsedRow(_ids, RecordedScans);
        for (field = 0; field < Fields.Count; field++)
        {
            // These fields are required in a recording. Other rows may have them empty.
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

    /// <summary>
    /// Builds the matrix. Its counts are those of the rows, because nothing else is known of the scan.
    /// </summary>
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

    /// <summary>Parses values joined by "+", as in the columns match and direction; empty if unknown.</summary>
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

    /// <summary>A row whose fields are being read.</summary>
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

        /// <summary>Unknown unless both times are known.</summary>
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
