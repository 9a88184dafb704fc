using System.Text;
using System.Text.Json;
using FlowMatrix.Sockets;

namespace FlowMatrix.Skydive;

/// <summary>
/// Reads what an analyzer answers, live or saved, into a socket table, one node at a time: host nodes with their
/// sockets, interface nodes with their addresses, the sockets of flows; in one array or several, one after the other.
/// What is none of these is passed over.
/// </summary>
internal sealed class AnswerReader(SocketTable table, FailureKind kind, string source)
{
    /// <summary>The key of the object that says of a saved answer what the answer itself doesn't.</summary>
    public const string SavedMark = "FlowMatrix";

    public const string SavedPast = "Past";

    private readonly AnswerFailures _failures = new(kind, source);
    private readonly SocketListReader _sockets = new(table.Vocabulary, new AnswerFailures(kind, source));
    private readonly List<int> _addresses = [];
    private string? _problem;

    /// <summary>Called after each host node.</summary>
    public Action? HostRead { get; init; }

    /// <exception cref="Failure">Not JSON, cut off, or a socket that makes no sense.</exception>
    public void Read(Stream stream, CancellationToken cancel)
    {
        var json = new JsonStream(stream, cancel);
        try
        {
            var empty = true;
            while (json.Read())
            {
                empty = false;
                if (json.TokenType == JsonTokenType.StartObject)
                {
                    ReadElement(ref json);
                }
            }

            if (empty)
            {
                throw new Failure(kind, $"{source}: the answer is empty; it should be a JSON array of nodes");
            }
        }
        catch (JsonException e)
        {
            throw _failures.Nonsense($"{json.Place()}: {JsonText.Reason(e)}", e);
        }
        catch (EndOfStreamException)
        {
            throw _failures.CutOff(json);
        }
        catch (InvalidDataException e)
        {
            throw new Failure(kind, $"{source}: damaged or cut off: {e.Message}", e);
        }
    }

    private void ReadElement(ref JsonStream json)
    {
        _addresses.Clear();
        _problem = null;
        string? host = null, name = null;
        var isHost = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.NameIs("Host"u8))
            {
                host = ReadText(ref json) ?? host;
            }
            else if (json.NameIs("Metadata"u8))
            {
                json.Read();
                if (json.TokenType == JsonTokenType.StartObject)
                {
                    isHost |= ReadMetadata(ref json, ref name);
                }
                else
                {
                    json.Skip();
                }
            }
            else if (Encoding.UTF8.GetString(json.RawValue) == SavedMark)
            {
                ReadMark(ref json);
            }
            else
            {
                ReadSockets(ref json, table.FlowSockets, mustBe: false);
            }
        }

        host = string.IsNullOrEmpty(host) ? name : host;
        if (_problem is not null)
        {
            throw new Failure(kind, $"{source}: {(host is null ? "flow" : $"host {host}")}: {_problem}");
        }

        if (!isHost && _addresses.Count == 0)
        {
            return;
        }

        if (string.IsNullOrEmpty(host))
        {
            throw new Failure(kind, $"{source}: a node with sockets or addresses has no \"Host\" ({json.Place()})");
        }

        var id = table.Vocabulary.Hosts.Add(host);
        foreach (var address in _addresses)
        {
            table.AddAddress(address, id);
        }

        if (isHost)
        {
            table.EndHost(id);
            HostRead?.Invoke();
        }
    }

    /// <returns>Whether there were sockets, even none of them: then the node is a host that reports.</returns>
    private bool ReadMetadata(ref JsonStream json, ref string? name)
    {
        var isHost = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.NameIs("Sockets"u8))
            {
                isHost = true;
                ReadSockets(ref json, table.Sockets, mustBe: true);
            }
            else if (json.NameIs("Name"u8))
            {
                name = ReadText(ref json) ?? name;
            }
            else if (json.NameIs("IPV4"u8) || json.NameIs("IPV6"u8))
            {
                ReadAddresses(ref json);
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        return isHost;
    }

    private void ReadSockets(ref JsonStream json, SocketList into, bool mustBe)
    {
        var problem = _sockets.Read(ref json, into, mustBe);
        _problem ??= problem;
    }

    private static string? ReadText(ref JsonStream json)
    {
        json.Read();
        var text = json.TokenType == JsonTokenType.String ? json.GetString() : null;
        json.Skip();
        return text;
    }

    private void ReadMark(ref JsonStream json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var past = Encoding.UTF8.GetString(json.RawValue) == SavedPast;
            json.Read();
            table.Past |= past && json.TokenType == JsonTokenType.True;
            json.Skip();
        }
    }

    private void ReadAddresses(ref JsonStream json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
        {
            AddAddress(json, json.GetString());
        }
        else if (json.TokenType == JsonTokenType.StartArray)
        {
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                if (json.TokenType == JsonTokenType.String)
                {
                    AddAddress(json, json.GetString());
                }

                json.Skip();
            }
        }
        else
        {
            json.Skip();
        }
    }

    private void AddAddress(in JsonStream json, string text)
    {
        var prefix = text.IndexOf('/', StringComparison.Ordinal);
        var address = table.Vocabulary.Addresses.Add(Encoding.UTF8.GetBytes(prefix < 0 ? text : text[..prefix]));
        if (address == 0)
        {
            _problem ??= $"interface address \"{text}\" is no IP address ({json.Place()})";
        }
        else
        {
            _addresses.Add(address);
        }
    }
}
