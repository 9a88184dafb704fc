using System.Text.Json;
using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Json;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Sources.Skydive.Saving;

namespace FlowMatrix.Sources.Skydive.Reading;

/// <summary>
/// Reads what an analyzer answers, live or saved, into a socket table, one node at a time: host nodes with their
/// sockets, interface nodes with their addresses, the sockets of flows. Other nodes, and in a file other things that an
/// analyzer answers, are passed over; what is no answer of an analyzer is refused.
/// </summary>
internal sealed class AnswerReader(SocketTable table, FailureKind kind, string source)
{
    private readonly AnswerFailures _failures = new(kind, source);
    private readonly SocketListReader _sockets = new(table.IdTables, new AnswerFailures(kind, source));
    private readonly List<int> _addresses = [];
    private string? _problem;
    private int _objects;

    /// <summary>What is wrong with the nodes inside an object, which count only if it is not a node itself.</summary>
    private Failure? _inside;
    private int _depth;
    private int _answers;

    public AnswerForm Form { get; init; } = AnswerForm.Saved;

    /// <summary>A part of a file, whose marks are checked once all parts were read.</summary>
    public bool IsPart { get; init; }

    /// <summary>Called after each host node.</summary>
    public Action? HostRead { get; init; }

    /// <summary>The names by which the hosts that were read are asked for.</summary>
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

    public SavedFrame Frame { get; } = new();

    /// <exception cref="Failure">Not an answer, cut off, or a socket that makes no sense.</exception>
    public void Read(Stream stream, CancellationToken cancel)
    {
        var json = new JsonStream(stream, cancel);
        try
        {
            if (!json.Read())
            {
                throw new Failure(kind, $"{source}: is empty; it should be a JSON array of nodes");
            }

            do
            {
                ReadAnswer(ref json);
            } while (json.Read());
        }
        catch (JsonException e)
        {
            throw _failures.Invalid($"{json.Place()}: {JsonText.Reason(e)}", e);
        }
        catch (EndOfStreamException)
        {
            throw _failures.CutOff(json);
        }
        catch (InvalidDataException e)
        {
            throw new Failure(kind, $"{source}: is damaged or truncated: {e.Message}", e);
        }

        if (!IsPart)
        {
            Frame.Check(kind, source);
        }
    }

    private void ReadAnswer(ref JsonStream json)
    {
        if (Form != AnswerForm.Saved && _answers++ > 0)
        {
            throw _failures.Unexpected(json, "nothing after the answer");
        }

        _objects = 0;
        var isArray = json.TokenType == JsonTokenType.StartArray;
        if (json.TokenType == JsonTokenType.StartObject && Form is AnswerForm.Saved or AnswerForm.Message)
        {
            ReadElement(ref json, isAlone: true);
        }
        else
        {
            ReadArray(ref json);
        }

        Frame.EndValue(isLine: isArray && _objects == 1);
    }

    private void ReadArray(ref JsonStream json)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            throw _failures.Unexpected(json, "an array of nodes");
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.StartArray && Form == AnswerForm.Saved)
            {
                ReadArray(ref json);
            }
            else if (json.TokenType == JsonTokenType.StartObject)
            {
                ReadElement(ref json, isAlone: false);
            }
            else
            {
                Refuse(_failures.Unexpected(json, "an object"));
                json.Skip();
            }
        }
    }

    private void Refuse(Failure? failure)
    {
        if (_depth == 0 && failure is not null)
        {
            throw failure;
        }

        _inside ??= failure;
    }

    /// <param name="isAlone">It is in no array.</param>
    private void ReadElement(ref JsonStream json, bool isAlone)
    {
        _objects++;
        _addresses.Clear();
        _problem = null;
        string? host = null,
            name = null,
            flowProblem = null;
        var outside = _inside;
        _inside = null;
        var flows = table.FlowSockets.Count;
        var what = Content.None;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.NameIs("Host"u8))
            {
                host = ReadText(ref json) ?? host;
            }
            else if (json.NameIs("Metadata"u8))
            {
                what |= ReadMetadata(ref json, ref name);
            }
            else if (Form == AnswerForm.Saved && ReadFrame(ref json) is var found and not Content.None)
            {
                what |= found;
            }
            else if (Form is AnswerForm.Saved or AnswerForm.Flows)
            {
                what |= json.NameIs("TrackingID"u8) ? Content.Flow : Content.None;
                var problem = _sockets.Read(ref json, table.FlowSockets, mustBe: Form == AnswerForm.Flows);
                flowProblem ??= problem;
                what |= json.TokenType is JsonTokenType.EndArray or JsonTokenType.Null ? Content.None : Content.Other;
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        // Any key may come first, and a node may have any: only now it is known whether the nodes inside are its own.
        if (what.HasFlag(Content.Inside) && (what & (Content.Host | Content.Sockets)) != 0)
        {
            throw _failures.Invalid($"{json.Place()}: an object that is a node and a graph at once");
        }

        (var inside, _inside) = (what.HasFlag(Content.Node) ? null : _inside, outside);
        Refuse(inside);

        if ((what & (Content.Node | Content.Graph | Content.Mark)) != 0)
        {
            // A list in a node that looks like one of sockets is something else of the node's.
            table.FlowSockets.CutTo(flows);
        }
        else
        {
            _problem ??= flowProblem;
            Require(what, isAlone, table.FlowSockets.Count > flows, json);
        }

        EndElement(what, string.IsNullOrEmpty(host) ? name : host, name, json);
    }

    /// <summary>What is no node must be something else that an analyzer answers.</summary>
    private void Require(Content what, bool isAlone, bool hasFlows, in JsonStream json)
    {
        var isWrong = Form switch
        {
            AnswerForm.Nodes => true,
            AnswerForm.Saved => !hasFlows && (what == Content.Other || (what == Content.None && isAlone)),
            _ => false,
        };
        if (isWrong)
        {
            Refuse(
                _failures.Invalid(
                    $"{json.Place()}: an object that is not a graph "
                        + $"node{(Form == AnswerForm.Saved ? " or a captured flow" : "")}"
                )
            );
        }
    }

    private void EndElement(Content what, string? host, string? name, in JsonStream json)
    {
        table.HasNodes |= what.HasFlag(Content.Node);
        table.HasHosts |= (what & (Content.Host | Content.Sockets)) != 0;
        if (_problem is not null)
        {
            throw new Failure(kind, $"{source}: {(host is null ? "flow" : $"host {host}")}: {_problem}");
        }

        var hasSockets = what.HasFlag(Content.Sockets);
        if (!hasSockets && _addresses.Count == 0)
        {
            return;
        }

        if (string.IsNullOrEmpty(host))
        {
            throw new Failure(kind, $"{source}: a node with sockets or addresses has no \"Host\" ({json.Place()})");
        }

        var id = table.IdTables.Hosts.Add(host);
        foreach (var address in _addresses)
        {
            table.AddAddress(address, id);
        }

        _addresses.Clear();
        if (hasSockets)
        {
            table.EndHost(id);
            Names.Add(name ?? host);
            HostRead?.Invoke();
        }
    }

    /// <summary>
    /// After a property's name: what is around the nodes in a file. Not read where it is none of that.
    /// </summary>
    private Content ReadFrame(ref JsonStream json)
    {
        if (json.NameIs("Nodes"u8))
        {
            return ReadNodes(ref json);
        }

        if (json.NameIs("Obj"u8))
        {
            json.Read();
            var (isGraph, what) = (json.TokenType == JsonTokenType.StartObject, Content.Graph);
            while (isGraph && json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.NameIs("Nodes"u8))
                {
                    what |= ReadNodes(ref json);
                }
                else
                {
                    json.Read();
                    json.Skip();
                }
            }

            json.Skip();
            return what;
        }

        if (json.NameIs("Edges"u8))
        {
            json.Read();
            json.Skip();
            return Content.Graph;
        }

        if (json.NameIs(SavedFrame.Key))
        {
            table.Past |= Frame.ReadMark(ref json);
            return Content.Mark;
        }

        return Content.None;
    }

    /// <summary>The nodes of a graph: an array. Anything else is null where there are none, or another's key.</summary>
    private Content ReadNodes(ref JsonStream json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return Content.Graph;
        }

        // What was read of the object around them is kept.
        var (addresses, problem, hosts) = (_addresses.ToArray(), _problem, table.Ranges.Count);
        _depth++;
        ReadArray(ref json);
        _depth--;
        _addresses.Clear();
        _addresses.AddRange(addresses);
        _problem = problem;
        return table.Ranges.Count > hosts ? Content.Graph | Content.Inside : Content.Graph;
    }

    /// <returns>What kind of node it is.</returns>
    private Content ReadMetadata(ref JsonStream json, ref string? name)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return Content.None;
        }

        var what = Content.Node;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.NameIs("Sockets"u8))
            {
                what |= Content.Sockets;
                var problem = _sockets.Read(ref json, table.Sockets, mustBe: true);
                _problem ??= problem;
            }
            else if (json.NameIs("Name"u8))
            {
                name = ReadText(ref json) ?? name;
            }
            else if (json.NameIs("Type"u8))
            {
                what |= ReadText(ref json) == "host" ? Content.Host : Content.None;
            }
            else if (json.NameIs("IPV4"u8) || json.NameIs("IPV6"u8))
            {
                var problem = InterfaceAddresses.Read(ref json, table.IdTables, _addresses);
                _problem ??= problem;
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        return what;
    }

    private static string? ReadText(ref JsonStream json)
    {
        json.Read();
        var text = json.TokenType == JsonTokenType.String ? json.GetString() : null;
        json.Skip();
        return text;
    }
}
