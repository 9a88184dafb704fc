using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Sockets;

/// <summary>An address and a port. The address is an ID of an <see cref="IdTables"/>.</summary>
internal readonly record struct Endpoint(int Address, ushort Port)
{
    public Endpoint MapIds(IdMap map) => this with { Address = map.Address(Address) };
}

/// <summary>
/// A connection as one end sees it: from the client's endpoint to the endpoint that the client uses, or that the
/// service has.
/// </summary>
internal readonly record struct ConnectionTuple(Protocol Protocol, Endpoint Client, Endpoint Service)
{
    /// <summary>The connection of a socket that is its client's end.</summary>
    public static ConnectionTuple FromClient(in Socket socket) =>
        new(socket.Protocol, new(socket.Local, socket.LocalPort), new(socket.Remote, socket.RemotePort));

    /// <summary>The connection of a socket that is its service's end.</summary>
    public static ConnectionTuple FromService(in Socket socket) =>
        new(socket.Protocol, new(socket.Remote, socket.RemotePort), new(socket.Local, socket.LocalPort));

    public ConnectionTuple MapIds(IdMap map) =>
        this with
        {
            Client = Client.MapIds(map),
            Service = Service.MapIds(map),
        };
}

/// <summary>
/// An entry of a kernel's table of translated connections. Source: docs/matching.md, "NAT table".
/// </summary>
/// <param name="Place">Whose kernel table, and in which namespace.</param>
/// <param name="Before">The connection as it comes in.</param>
/// <param name="After">The connection as it leaves.</param>
internal readonly record struct NatEntry(Place Place, ConnectionTuple Before, ConnectionTuple After)
{
    public NatEntry MapIds(IdMap map) => new(Place.MapIds(map), Before.MapIds(map), After.MapIds(map));
}
