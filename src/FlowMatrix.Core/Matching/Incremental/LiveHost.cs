using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching.Incremental;

/// <summary>The current state of a host in an estate that changes.</summary>
internal sealed class LiveHost
{
    /// <summary>Whether it reports sockets, even none, or is lost.</summary>
    public bool Reports { get; set; }

    /// <summary>Whether it stopped reporting. It keeps its state until it reports again or is removed.</summary>
    public bool IsLost { get; set; }

    /// <summary>Number of sockets.</summary>
    public int Sockets { get; set; }

    /// <summary>Slots of its connections in <see cref="LiveSockets"/>.</summary>
    public List<int> Connections { get; set; } = [];

    public List<Socket> Services { get; set; } = [];

    /// <summary>
    /// Sockets that are being opened or closed. They are in no row, but their addresses are the host's.
    /// </summary>
    public List<Socket> Others { get; set; } = [];

    /// <summary>Addresses of its interfaces.</summary>
    public HashSet<int> Interfaces { get; set; } = [];

    /// <summary>Its seen addresses: those of its interfaces and those that its sockets are bound to.</summary>
    public HashSet<int> Addresses { get; set; } = [];
}

/// <summary>The difference between a host's state and the sockets that it lists now.</summary>
internal sealed class HostChange
{
    public HostChange(LiveHost host, LiveSockets sockets, IEnumerable<Socket> now)
    {
        var connections = new Dictionary<SocketIdentity, (int Count, Socket Socket)>();
        foreach (var socket in now)
        {
            Count++;
            switch (socket.Kind)
            {
                case SocketKind.Service:
                    Services.Add(socket);
                    break;
                case SocketKind.Connection:
                    var key = SocketIdentity.From(socket);
                    connections[key] = (connections.GetValueOrDefault(key).Count + 1, socket);
                    break;
                default:
                    Others.Add(socket);
                    break;
            }
        }

        foreach (var slot in host.Connections)
        {
            var key = SocketIdentity.From(sockets[slot]);
            if (connections.TryGetValue(key, out var left) && left.Count > 0)
            {
                connections[key] = left with { Count = left.Count - 1 };
                Kept.Add(slot);
            }
            else
            {
                Gone.Add(slot);
            }
        }

        foreach (var (count, socket) in connections.Values)
        {
            for (var i = 0; i < count; i++)
            {
                New.Add(socket);
            }
        }

        FindChangedPorts(host.Services);
    }

    /// <summary>Number of sockets now.</summary>
    public int Count { get; }

    public List<Socket> Services { get; } = [];

    public List<Socket> Others { get; } = [];

    /// <summary>Slots of connections that stay.</summary>
    public List<int> Kept { get; } = [];

    /// <summary>Slots of connections that are no longer listed.</summary>
    public List<int> Gone { get; } = [];

    public List<Socket> New { get; } = [];

    /// <summary>Ports whose services changed.</summary>
    public HashSet<ushort> ChangedPorts { get; } = [];

    private void FindChangedPorts(List<Socket> before)
    {
        var listening = new Dictionary<SocketIdentity, int>();
        foreach (var service in Services)
        {
            var key = SocketIdentity.From(service);
            listening[key] = listening.GetValueOrDefault(key) + 1;
        }

        foreach (var service in before)
        {
            var key = SocketIdentity.From(service);
            listening[key] = listening.GetValueOrDefault(key) - 1;
        }

        foreach (var (key, count) in listening)
        {
            if (count != 0)
            {
                ChangedPorts.Add(key.LocalPort);
            }
        }
    }
}
