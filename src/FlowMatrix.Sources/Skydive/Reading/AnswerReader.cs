using System.Text.Json;
using FlowMatrix.Core;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Json;
using FlowMatrix.Sources.Skydive.Client;
using FlowMatrix.Sources.Skydive.Saving;

namespace FlowMatrix.Sources.Skydive.Reading;

/// <summary>
/// Reads an analyzer's answers, live or saved, into a socket table, one node at a time: host nodes with their sockets,
/// interface nodes with their addresses, the sockets of captured flows. Other nodes are skipped, in a file also other
/// answers of an analyzer. Anything else is an error. Source: docs/skydive-protocol.md, "Host nodes and sockets".
/// </summary>
internal sealed class AnswerReader(SocketTable table, FailureKind kind, string source)
{
    private readonly AnswerFailures _failures = new(kind, source);
    private readonly SocketListReader _sockets = new(table.IdTables, new AnswerFailures(kind, source));
    private readonly List<int> _addresses = [];
    private string? _problem;
    private int _objects;

    /// <summary>The first failure in the nodes within an object; ignored if the object is a node itself.</summary>
    private Failure? _nestedFailure;
    private int _depth;
    private int _answers;

    public AnswerForm Form { get; init; } = AnswerForm.Saved;

    /// <summary>Whether this is a part of a file. The marks are then checked after all parts were read.</summary>
    public bool IsPart { get; init; }

    /// <summary>Called after each host node.</summary>
    public Action? HostRead { get; init; }

    /// <summary>The names of the hosts that were read, as queries use them.</summary>
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

    public SavedFrame Frame { get; } = new();

    /// <exception cref="Failure">Not an answer of an analyzer, truncated, or a socket is not valid.</exception>
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

        _nestedFailure ??= failure;
    }

    /// <param name="isAlone">Whether it is a top-level value, in no array.</param>
    private void ReadElement(ref JsonStream json, bool isAlone)
    {
        _objects++;
        _addresses.Clear();
        _problem = null;
        string? host = null,
            name = null,
            flowProblem = null;
        var outerFailure = _nestedFailure;
        _nestedFailure = null;
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
                var problem = _sockets.Read(ref json, table.FlowSockets, isRequired: Form == AnswerForm.Flows);
                flowProblem ??= problem;
                what |= json.TokenType is JsonTokenType.EndArray or JsonTokenType.Null ? Content.None : Content.Other;
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        // Keys come in any order, and a node may have any key: only now it is known what a "Nodes" key belongs to.
        if (what.HasFlag(Content.NestedHosts) && (what & (Content.Host | Content.Sockets)) != 0)
        {
            throw _failures.Invalid($"{json.Place()}: an object that is a node and a graph at once");
        }

        (var nestedFailure, _nestedFailure) = (what.HasFlag(Content.Node) ? null : _nestedFailure, outerFailure);
        Refuse(nestedFailure);

        if ((what & (Content.Node | Content.Graph | Content.Mark)) != 0)
        {
            // A list that looked like the sockets of a flow is another key of the node.
            table.FlowSockets.CutTo(flows);
        }
        else
        {
            _problem ??= flowProblem;
            Require(what, isAlone, table.FlowSockets.Count > flows, json);
        }

        EndElement(what, string.IsNullOrEmpty(host) ? name : host, name, json);
    }

    /// <summary>Refuses an object that is neither a node nor anything else that an analyzer answers.</summary>
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
    /// Called after a property's name. Reads its value if it belongs to a graph, a message or a mark.
    /// </summary>
    /// <returns><see cref="Content.None"/> if nothing was read.</returns>
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

    /// <summary>Reads the nodes of a graph, an array. Another value is null, or a key of something else.</summary>
    private Content ReadNodes(ref JsonStream json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return Content.Graph;
        }

        // The state of the surrounding object is restored afterwards.
        var (addresses, problem, hosts) = (_addresses.ToArray(), _problem, table.Ranges.Count);
        _depth++;
        ReadArray(ref json);
        _depth--;
        _addresses.Clear();
        _addresses.AddRange(addresses);
        _problem = problem;
        return table.Ranges.Count > hosts ? Content.Graph | Content.NestedHosts : Content.Graph;
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
                var problem = _sockets.Read(ref json, table.Sockets, isRequired: true);
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
