using System.Globalization;
using System.Text;
using System.Text.Json;
using FlowMatrix.Core;
using FlowMatrix.Core.Matching;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Sources.Skydive.Reading;

namespace FlowMatrix.Testing.Estates;

/// <summary>A socket as an agent reports it.</summary>
internal sealed record SocketSpec(
    string Protocol,
    string Local,
    int LocalPort,
    string Remote,
    int RemotePort,
    string State,
    string Path,
    string Name,
    int Pid
)
{
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Protocol} {Local} {LocalPort} -> {Remote} {RemotePort} {State} {Path} {Name} {Pid}"
        );
}

/// <summary>A connection from a client's endpoint to a service's endpoint.</summary>
internal sealed record TupleSpec(string Client, int ClientPort, string Service, int ServicePort)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Client} {ClientPort} -> {Service} {ServicePort}");
}

/// <summary>An entry of a kernel's NAT table.</summary>
internal sealed record NatSpec(string Protocol, TupleSpec Before, TupleSpec After);

/// <summary>
/// The node of a host and those of its interfaces. An estate may have several revisions of a host, and one for each of
/// its network namespaces.
/// </summary>
internal sealed record HostSpec(string Name, IReadOnlyList<string> Addresses, IReadOnlyList<SocketSpec> Sockets)
{
    /// <summary>The network namespace of the sockets and interfaces; empty if it is not known.</summary>
    public string Namespace { get; init; } = "";

    public IReadOnlyList<NatSpec> Nat { get; init; } = [];
}

/// <summary>
/// An estate. Its matrix is made as for a real one: written as JSON, read as an answer, and matched. Namespaces and NAT
/// tables, which answers do not have, are added to what was read.
/// </summary>
internal sealed record EstateSpec(IReadOnlyList<HostSpec> Hosts, IReadOnlyList<SocketSpec> Flows, bool Past)
{
    public Matrix Match() =>
        Matcher.Match(Estate.From(Table()), MatchExtras.UnmatchedConnections | MatchExtras.Programs);

    /// <summary>Returns the sockets as they are read.</summary>
    public SocketTable Table()
    {
        if (Hosts.All(host => host.Namespace.Length == 0 && host.Nat.Count == 0))
        {
            return Read();
        }

        var table = (this with { Hosts = [] }).Read();
        foreach (var host in Hosts)
        {
            var part = (this with { Hosts = [host], Flows = [] }).Read();
            NamespaceTables.AddTo(part, host);
            table.Append(part);
        }

        return table;
    }

    private SocketTable Read()
    {
        var table = new SocketTable { Past = Past };
        new AnswerReader(table, FailureKind.Input, "test").Read(new MemoryStream(Json()), CancellationToken.None);
        return table;
    }

    public byte[] Json()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            foreach (var host in Hosts)
            {
                WriteHost(json, host);
                WriteInterfaces(json, host);
            }

            json.WriteStartObject();
            for (var i = 0; i < Flows.Count; i++)
            {
                json.WriteStartArray($"flow-{i}");
                Write(json, Flows[i]);
                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteEndArray();
        }

        return stream.ToArray();
    }

    public override string ToString()
    {
        var text = new StringBuilder($"past: {Past}\n");
        foreach (var host in Hosts)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{host.Name} {host.Namespace} [{string.Join(' ', host.Addresses)}]\n"
            );
            host.Sockets.ToList().ForEach(socket => text.Append(CultureInfo.InvariantCulture, $"    {socket}\n"));
            host.Nat.ToList()
                .ForEach(nat =>
                    text.Append(CultureInfo.InvariantCulture, $"    nat {nat.Protocol} {nat.Before} => {nat.After}\n")
                );
        }

        Flows.ToList().ForEach(socket => text.Append(CultureInfo.InvariantCulture, $"flow {socket}\n"));
        return text.ToString();
    }

    private static void WriteHost(Utf8JsonWriter json, HostSpec host)
    {
        json.WriteStartObject();
        json.WriteStartObject("Metadata");
        json.WriteString("Type", "host");
        json.WriteStartArray("Sockets");
        host.Sockets.ToList().ForEach(socket => Write(json, socket));
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString("Host", host.Name);
        json.WriteEndObject();
    }

    private static void WriteInterfaces(Utf8JsonWriter json, HostSpec host)
    {
        foreach (var address in host.Addresses)
        {
            json.WriteStartObject();
            json.WriteStartObject("Metadata");
            json.WriteStartArray(address.Contains(':', StringComparison.Ordinal) ? "IPV6" : "IPV4");
            json.WriteStringValue($"{address}/24");
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteString("Host", host.Name);
            json.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter json, SocketSpec socket)
    {
        json.WriteStartObject();
        json.WriteString("LocalAddress", socket.Local);
        json.WriteNumber("LocalPort", socket.LocalPort);
        json.WriteString("Name", socket.Name);
        json.WriteNumber("Pid", socket.Pid);
        json.WriteString("Process", socket.Path);
        json.WriteString("Protocol", socket.Protocol);
        json.WriteString("RemoteAddress", socket.Remote);
        json.WriteNumber("RemotePort", socket.RemotePort);
        json.WriteString("State", socket.State);
        json.WriteEndObject();
    }
}
