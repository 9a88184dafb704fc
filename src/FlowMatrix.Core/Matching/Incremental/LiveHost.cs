using FlowMatrix.Core.Sockets;

namespace FlowMatrix.Core.Matching.Incremental;

/// <summary>What a host of a changing estate has.</summary>
internal sealed class LiveHost
{
    public bool Reports { get; set; }

    /// <summary>It no longer reports, and keeps what it had until it does again, or is removed.</summary>
    public bool IsLost { get; set; }

    public int Sockets { get; set; }

    /// <summary>Where its connections are.</summary>
    public List<int> Connections { get; set; } = [];

    public List<Socket> Services { get; set; } = [];

    /// <summary>Half-way sockets: they are in no row, but their addresses are the host's.</summary>
    public List<Socket> Others { get; set; } = [];

    public HashSet<int> Interfaces { get; set; } = [];

    /// <summary>Addresses that it has, by interface or by a socket.</summary>
    public HashSet<int> Addresses { get; set; } = [];
}

/// <summary>A host's sockets as they are now, sorted by what they are, and what is new of them.</summary>
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

    public int Count { get; }

    public List<Socket> Services { get; } = [];

    public List<Socket> Others { get; } = [];

    public List<int> Kept { get; } = [];

    public List<int> Gone { get; } = [];

    public List<Socket> New { get; } = [];

    /// <summary>Ports on which something began or ceased to listen, or something else listens.</summary>
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
