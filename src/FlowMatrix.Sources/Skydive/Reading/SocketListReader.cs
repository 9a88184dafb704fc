using System.Text.Json;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Json;
using FlowMatrix.Sources.Skydive.Client;

namespace FlowMatrix.Sources.Skydive.Reading;

/// <summary>
/// Reads the list of a host's or a flow's sockets, which is nearly all of an answer. For speed it works on the bytes
/// and takes over from <see cref="JsonStream"/> for the length of the list.
/// </summary>
internal sealed class SocketListReader(IdTables ids, AnswerFailures failures)
{
    private readonly SocketParser _parser = new(ids);

    /// <summary>Called after a property's name. Reads its value if it is an array of sockets.</summary>
    /// <param name="isRequired">Whether it must be an array of sockets or null; else other values are skipped.</param>
    /// <returns>The problem of the first socket that is not valid; null if all are.</returns>
    public string? Read(ref JsonStream json, SocketList into, bool isRequired)
    {
        if (json.TakeOver() != '[' || (!isRequired && json.PeekIntoArray() is not ((byte)'{' or (byte)']')))
        {
            json.HandBack(arrayConsumed: false);
            json.Read();
            json.Skip();
            if (isRequired && json.TokenType != JsonTokenType.Null)
            {
                return $"Sockets is not a list of sockets ({json.Place()})";
            }

            return null;
        }

        string? problem = null;
        json.Advance(1);
        var next = json.SkipWhiteSpace();
        for (var ordinal = 1; next != ']'; ordinal++)
        {
            if (ordinal > 1)
            {
                Expect((byte)',', next, json);
                json.Advance(1);
                next = json.SkipWhiteSpace();
            }

            if (next != '{' && !isRequired)
            {
                SkipValue(ref json);
            }
            else if (ReadSocket(next, ref json, into, isRequired) is { } wrong)
            {
                problem ??= $"socket {ordinal} {wrong} ({json.Place()})";
            }

            next = json.SkipWhiteSpace();
        }

        json.Advance(1);
        json.HandBack(arrayConsumed: true);
        return problem;
    }

    /// <returns>The problem of the socket; null if it is valid.</returns>
    private string? ReadSocket(byte first, ref JsonStream json, SocketList into, bool isRequired)
    {
        Expect((byte)'{', first, json);
        var length = _parser.ReadInKnownOrder(json.Rest, out var socket);
        while (length == 0)
        {
            length = _parser.Read(json.Rest, out socket);
            if (length == 0)
            {
                if (json.IsFinal)
                {
                    throw failures.CutOff(json);
                }

                json.Fill();
            }
        }

        json.Advance(length);
        if (!isRequired && !_parser.WasSocket)
        {
            return null;
        }

        if (_parser.Problem is null)
        {
            into.Add(socket);
        }

        return _parser.Problem;
    }

    /// <summary>Skips an item of a list that does not hold sockets.</summary>
    private void SkipValue(ref JsonStream json)
    {
        var length = LengthOf(json.Rest);
        while (length == 0)
        {
            if (json.IsFinal)
            {
                throw failures.CutOff(json);
            }

            json.Fill();
            length = LengthOf(json.Rest);
        }

        json.Advance(length);
    }

    private static int LengthOf(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, isFinalBlock: false, default);
        return reader.Read() && reader.TrySkip() ? (int)reader.BytesConsumed : 0;
    }

    private void Expect(byte expected, byte found, in JsonStream json)
    {
        if (found != expected)
        {
            throw found == 0
                ? failures.CutOff(json)
                : failures.Invalid(
                    $"{json.Place()}: '{(char)expected}' expected among the sockets, not "
                        + $"{(found is > 0x20 and < 0x7F ? $"'{(char)found}'" : $"byte 0x{found:x2}")}"
                );
        }
    }
}
