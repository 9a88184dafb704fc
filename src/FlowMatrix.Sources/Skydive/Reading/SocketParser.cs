using System.Buffers;
using System.Text;
using System.Text.Json;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Json;

namespace FlowMatrix.Sources.Skydive.Reading;

/// <summary>
/// Parses a socket from its JSON object. Most sockets of an answer have the same keys in the same order: the order of
/// the previous socket is tried first, by comparing bytes, and <see cref="Utf8JsonReader"/> is the fallback.
/// </summary>
internal sealed class SocketParser(IdTables ids)
{
    private static readonly SearchValues<byte> StringEnd = SearchValues.Create([
        .. Enumerable.Range(0, 0x20).Select(i => (byte)i),
        (byte)'"',
        (byte)'\\',
    ]);

    private readonly SocketField[] _order = new SocketField[SocketFields.Count];
    private readonly byte[][] _prefixes = new byte[SocketFields.Count][];
    private bool _orderKnown;

    /// <summary>The problem of the last socket that was read; null if it is valid.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether the last object that was read had any field of a socket's endpoints.</summary>
    public bool WasSocket { get; private set; }

    /// <summary>
    /// Reads the object at the start of the text if its keys are in the order of the previous socket.
    /// </summary>
    /// <returns>Its length; 0 if it differs or is not valid.</returns>
    public int ReadInKnownOrder(ReadOnlySpan<byte> text, out Socket socket)
    {
        socket = default;
        if (!_orderKnown)
        {
            return 0;
        }

        ReadOnlySpan<byte> path = default,
            name = default;
        var at = 0;
        for (var i = 0; i < SocketFields.Count; i++)
        {
            var rest = text[at..];
            ReadOnlySpan<byte> prefix = _prefixes[i];
            if (!rest.StartsWith(prefix))
            {
                return 0;
            }

            at += prefix.Length;
            rest = rest[prefix.Length..];
            var field = _order[i];
            if (IsNumber(field))
            {
                var digits = ParseDigits(rest, out var number);
                if (digits == 0 || !SetNumber(ref socket, field, number))
                {
                    return 0;
                }

                at += digits;
                continue;
            }

            var length = rest.IndexOfAny(StringEnd);
            if (length < 0 || rest[length] != '"')
            {
                return 0;
            }

            var value = rest[..length];
            at += length + 1;
            if (field == SocketField.Process)
            {
                path = value;
            }
            else if (field == SocketField.Name)
            {
                name = value;
            }
            else if (!SetText(ref socket, field, value))
            {
                return 0;
            }
        }

        if (at >= text.Length || text[at] != '}' || !Classify(ref socket))
        {
            return 0;
        }

        socket.Process = ids.Processes.Add(path, name);
        Problem = null;
        WasSocket = true;
        return at + 1;
    }

    /// <summary>Reads the object at the start of the text, with keys in any order.</summary>
    /// <returns>Its length; 0 if the text ends before the object does.</returns>
    /// <exception cref="JsonException">Not a JSON object.</exception>
    public int Read(ReadOnlySpan<byte> text, out Socket socket)
    {
        socket = default;
        Problem = null;
        string path = "",
            name = "",
            badRemote = "";
        int seen = 0,
            keys = 0;
        var plain = true;
        var reader = new Utf8JsonReader(text, isFinalBlock: false, default);
        if (!reader.Read())
        {
            return 0;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var known = SocketFields.TryParse(
                reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(JsonText.Unescape(reader)) : reader.ValueSpan,
                out var field
            );
            if (!reader.Read())
            {
                return 0;
            }

            if (!known)
            {
                plain = false;
                if (!reader.TrySkip())
                {
                    return 0;
                }

                continue;
            }

            plain &= keys < SocketFields.Count && (seen & (1 << (int)field)) == 0;
            seen |= 1 << (int)field;
            if (plain)
            {
                _order[keys++] = field;
            }

            // A null process, name or pid is unknown, like a missing one.
            if (
                reader.TokenType == JsonTokenType.Null
                && field is SocketField.Process or SocketField.Name or SocketField.Pid
            )
            {
                continue;
            }

            if (IsNumber(field))
            {
                if (
                    reader.TokenType != JsonTokenType.Number
                    || !reader.TryGetInt32(out var number)
                    || !SetNumber(ref socket, field, number)
                )
                {
                    Problem ??=
                        $"{field} {Show(ref reader)} is not a valid {(field == SocketField.Pid ? "pid" : "port")}";
                }
            }
            else if (field == SocketField.Protocol && reader.TokenType == JsonTokenType.Number)
            {
                if (!Protocols.TryParseNumber(reader.ValueSpan, out socket.Protocol))
                {
                    Problem ??= $"{field} {Show(ref reader)} is not a valid {Kind(field)}";
                }
            }
            else if (reader.TokenType != JsonTokenType.String)
            {
                Problem ??= $"{field} {Show(ref reader)} is not a string";
            }
            else if (field == SocketField.Process)
            {
                path = JsonText.Unescape(reader);
            }
            else if (field == SocketField.Name)
            {
                name = JsonText.Unescape(reader);
            }
            else if (!SetText(ref socket, field, Encoding.UTF8.GetBytes(JsonText.Unescape(reader))))
            {
                Problem ??= $"{field} {Show(ref reader)} is not a valid {Kind(field)}";
            }
            else if (field == SocketField.RemoteAddress && socket.Remote == 0)
            {
                badRemote = Show(ref reader);
            }

            if (!reader.TrySkip())
            {
                return 0;
            }
        }

        if (reader.TokenType != JsonTokenType.EndObject)
        {
            return 0;
        }

        WasSocket = (seen & SocketFields.Endpoints) != 0;
        RememberOrder(plain && keys == SocketFields.Count);
        if (Problem is null && (seen & SocketFields.Required) != SocketFields.Required)
        {
            var missing = Enum.GetValues<SocketField>().First(field => (seen & (1 << (int)field)) == 0);
            Problem = $"{missing} is missing";
        }

        if (Problem is null && !Classify(ref socket))
        {
            Problem = $"{SocketField.RemoteAddress} {badRemote} is not a valid IP address";
        }

        if (Problem is not null && name.Length + path.Length > 0)
        {
            Problem = $"of {(name.Length > 0 ? name : path)}: {Problem}";
        }

        socket.Process = ids.Processes.Add(path, name);
        return (int)reader.BytesConsumed;
    }

    /// <summary>Parses a JSON integer of up to nine digits; longer ones are left to the fallback.</summary>
    /// <returns>Its length; 0 if there is none.</returns>
    private static int ParseDigits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        var length = 0;
        for (; length < text.Length && (uint)text[length] - '0' <= 9; length++)
        {
            if (length == 9)
            {
                return 0;
            }

            number = (number * 10) + text[length] - '0';
        }

        // With a fraction, an exponent or a leading zero it is not an integer.
        return length > 1 && text[0] == '0' ? 0
            : length < text.Length && text[length] is (byte)'.' or (byte)'e' or (byte)'E' ? 0
            : length;
    }

    private static bool IsNumber(SocketField field) =>
        field is SocketField.LocalPort or SocketField.RemotePort or SocketField.Pid;

    private static string Kind(SocketField field) =>
        field switch
        {
            SocketField.Protocol => "protocol (TCP, UDP, SCTP)",
            SocketField.State => "state of a socket",
            _ => "IP address",
        };

    private static string Show(ref Utf8JsonReader reader)
    {
        var text = reader.TokenType switch
        {
            JsonTokenType.StartArray => "[…]",
            JsonTokenType.StartObject => "{…}",
            JsonTokenType.String => JsonText.Unescape(reader),
            _ => Encoding.UTF8.GetString(reader.ValueSpan),
        };
        text = text.Length > 60 ? $"{text[..60]}…" : text;
        return reader.TokenType == JsonTokenType.String ? $"\"{text}\"" : text;
    }

    private void RememberOrder(bool complete)
    {
        _orderKnown = complete;
        for (var i = 0; complete && i < SocketFields.Count; i++)
        {
            _prefixes[i] =
            [
                .. i == 0 ? "{\""u8 : ",\""u8,
                .. _order[i].Utf8(),
                .. IsNumber(_order[i]) ? "\":"u8 : "\":\""u8,
            ];
        }
    }

    private static bool SetNumber(ref Socket socket, SocketField field, int number)
    {
        switch (field)
        {
            case SocketField.Pid:
                socket.Pid = number;
                return number >= 0;
            case SocketField.LocalPort:
                socket.LocalPort = (ushort)number;
                return number is >= 0 and <= ushort.MaxValue;
            default:
                socket.RemotePort = (ushort)number;
                return number is >= 0 and <= ushort.MaxValue;
        }
    }

    /// <summary>
    /// A remote that is not an address is left at 0. It is valid for a service only, and the kind of socket is not
    /// known before all fields are read.
    /// </summary>
    private bool SetText(ref Socket socket, SocketField field, ReadOnlySpan<byte> value)
    {
        switch (field)
        {
            case SocketField.LocalAddress:
                socket.Local = ids.Addresses.Add(value);
                return socket.Local != 0;
            case SocketField.RemoteAddress:
                socket.Remote = ids.Addresses.Add(value);
                return true;
            case SocketField.Protocol:
                return Protocols.TryParse(value, out socket.Protocol);
            default:
                return SocketFields.TryParseState(value, out socket.State);
        }
    }

    /// <summary>
    /// Sets the kind of a socket. A service is TCP in LISTEN, or UDP without a remote in any state. A remote that is
    /// not an address, such as "::/0", is a wildcard in a service and an error elsewhere. Source: docs/matching.md.
    /// </summary>
    private bool Classify(ref Socket socket)
    {
        var unspecified = socket.Remote == 0 || ids.Addresses[socket.Remote].IsUnspecified;
        socket.Kind = SocketKinds.Classify(socket.Protocol, socket.State, unspecified, socket.RemotePort);
        return socket.Kind == SocketKind.Service || socket.Remote != 0;
    }
}
