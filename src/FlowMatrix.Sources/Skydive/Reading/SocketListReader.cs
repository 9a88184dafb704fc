using System.Text.Json;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Json;
using FlowMatrix.Sources.Skydive.Client;

namespace FlowMatrix.Sources.Skydive.Reading;

/// <summary>
/// The list of a host's or a flow's sockets: nearly all of an answer. It is walked over the bytes themselves, and each
/// socket handed to the parser; the JSON around it is the stream's.
/// </summary>
internal sealed class SocketListReader(IdTables ids, AnswerFailures failures)
{
    private readonly SocketParser _parser = new(ids);

    /// <summary>After a property's name: its value, if it is an array of sockets.</summary>
    /// <param name="mustBe">Whether it can be nothing else, save null; other arrays and values are passed over.</param>
    /// <returns>What is wrong with the first socket that makes no sense; null where none is.</returns>
    public string? Read(ref JsonStream json, SocketList into, bool mustBe)
    {
        if (json.TakeOver() != '[' || (!mustBe && json.PeekIntoArray() is not ((byte)'{' or (byte)']')))
        {
            json.HandBack(arrayConsumed: false);
            json.Read();
            json.Skip();
            if (mustBe && json.TokenType != JsonTokenType.Null)
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

            if (next != '{' && !mustBe)
            {
                SkipValue(ref json);
            }
            else if (ReadSocket(next, ref json, into, mustBe) is { } wrong)
            {
                problem ??= $"socket {ordinal} {wrong} ({json.Place()})";
            }

            next = json.SkipWhiteSpace();
        }

        json.Advance(1);
        json.HandBack(arrayConsumed: true);
        return problem;
    }

    /// <returns>What is wrong with it; null where nothing is.</returns>
    private string? ReadSocket(byte first, ref JsonStream json, SocketList into, bool mustBe)
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
        if (!mustBe && !_parser.WasSocket)
        {
            return null;
        }

        if (_parser.Problem is null)
        {
            into.Add(socket);
        }

        return _parser.Problem;
    }

    /// <summary>Of a list that is none of sockets after all.</summary>
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
