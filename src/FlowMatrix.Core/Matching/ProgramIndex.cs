using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Net;
using FlowMatrix.Core.Sockets;
using FlowMatrix.Core.Views;

namespace FlowMatrix.Core.Matching;

/// <summary>
/// The programs of each host: process IDs with the same path and name can be several programs, such as two Java
/// services. Process IDs that accept on the same listening socket are one program (pre-forked workers). Process IDs
/// that listen at different endpoints, or at one endpoint in different network namespaces, are different programs. If a
/// process is one program or serves nothing, its only program is 0. Otherwise its programs are numbered from 1 by their
/// lowest endpoint, and 0 stands for the process IDs that serve nothing, which may belong to any of them. Source:
/// docs/matching.md, "Programs".
/// </summary>
internal sealed class ProgramIndex
{
    /// <summary>One of several programs, but it is not known which.</summary>
    public const int Unknown = -1;

    private readonly Dictionary<(int Host, int Process, int Pid), int> _byPid = [];
    private readonly HashSet<(int Host, int Process)> _several = [];
    private readonly Dictionary<(int Host, Endpoint Endpoint, int Process), int> _byListener = [];

    private readonly AddressInterner _addresses;

    /// <param name="servers">
    /// The sockets at the service's end of connections. The listening socket of some is not listed.
    /// </param>
    public ProgramIndex(Estate estate, ServiceIndex services, Pairing pairing, IEnumerable<int> servers)
    {
        var addresses = _addresses = estate.IdTables.Addresses;
        var unlisted = servers.Where(server => !pairing.HasService(server)).ToHashSet();
        foreach (var host in estate.Ranges.GroupBy(range => range.Host))
        {
            var processes = new Dictionary<int, Pids>();
            foreach (var range in host)
            {
                AddAll(range);
            }

            foreach (var (process, pids) in processes)
            {
                Number(host.Key, process, pids);
            }

            void AddAll(SocketRange range)
            {
                for (var i = range.Start; i < range.End; i++)
                {
                    ref readonly var socket = ref estate[i];
                    if (socket.Process == 0)
                    {
                        continue;
                    }

                    if (socket.Kind == SocketKind.Service)
                    {
                        // An unconnected UDP socket at an ephemeral port is usually a client's.
                        if (socket.Protocol != Protocol.Udp || !EphemeralPorts.Has(socket.LocalPort))
                        {
                            Get(socket.Process)
                                .AddListener(Endpoint.From(addresses, range.Place, socket, socket.Local), socket.Pid);
                        }
                    }
                    else if (
                        pairing.HasService(i)
                        && services.TryFind(
                            range.Place,
                            socket.Protocol,
                            socket.Local,
                            socket.LocalPort,
                            out var bound,
                            out _
                        )
                    )
                    {
                        Get(socket.Process)
                            .AddAcceptor(Endpoint.From(addresses, range.Place, socket, bound), socket.Pid);
                    }
                    else if (unlisted.Contains(i))
                    {
                        Get(socket.Process)
                            .AddAcceptor(Endpoint.From(addresses, range.Place, socket, socket.Local), socket.Pid);
                    }
                }
            }

            Pids Get(int process)
            {
                if (!processes.TryGetValue(process, out var pids))
                {
                    processes[process] = pids = new Pids();
                }

                return pids;
            }
        }
    }

    /// <summary>Whether the process IDs of the process are several programs.</summary>
    public bool HasSeveral(int host, int process) => _several.Contains((host, process));

    /// <summary>Returns the program that has the socket.</summary>
    public int Find(int host, in Socket socket) => _byPid.GetValueOrDefault((host, socket.Process, socket.Pid));

    /// <summary>
    /// Returns the program that listens at the remote endpoint of a client; <see cref="Unknown"/> if it may be any of
    /// several.
    /// </summary>
    /// <param name="bound">The address that the service is bound to.</param>
    public int FindListener(Place place, in Socket client, int bound, int process) =>
        !HasSeveral(place.Host, process)
            ? 0
            : _byListener.GetValueOrDefault(
                (
                    place.Host,
                    new Endpoint(client.Protocol, client.RemotePort, _addresses[bound], place.Namespace),
                    process
                ),
                Unknown
            );

    private void Number(int host, int process, Pids pids)
    {
        var programs = pids.Programs();
        if (programs.Count < 2)
        {
            return;
        }

        _several.Add((host, process));
        for (var i = 0; i < programs.Count; i++)
        {
            foreach (var pid in programs[i])
            {
                _byPid[(host, process, pid)] = i + 1;
            }
        }

        foreach (var (endpoint, listeners) in pids.Listeners)
        {
            var found = listeners.Select(pid => _byPid[(host, process, pid)]).Distinct().ToList();
            _byListener[(host, endpoint, process)] = found.Count == 1 ? found[0] : Unknown;
        }
    }

    /// <summary>The endpoint that a service is bound to, in a network namespace if it is known.</summary>
    private readonly record struct Endpoint(Protocol Protocol, ushort Port, IpAddress Address, int Namespace)
        : IComparable<Endpoint>
    {
        public static Endpoint From(AddressInterner addresses, Place place, in Socket socket, int bound) =>
            new(socket.Protocol, socket.LocalPort, addresses[bound], place.Namespace);

        public int CompareTo(Endpoint other)
        {
            var protocol = Protocol.CompareTo(other.Protocol);
            var port = protocol != 0 ? protocol : Port.CompareTo(other.Port);
            return port != 0 ? port : Address.CompareTo(other.Address);
        }
    }

    /// <summary>The process IDs of a process that serve, and which of them are one program.</summary>
    private sealed class Pids
    {
        private readonly Dictionary<Endpoint, HashSet<int>> _acceptors = [];
        private readonly Dictionary<int, int> _parents = [];
        private readonly Dictionary<int, Endpoint> _lowest = [];

        public Dictionary<Endpoint, HashSet<int>> Listeners { get; } = [];

        public void AddListener(Endpoint endpoint, int pid) => Add(Listeners, endpoint, pid);

        public void AddAcceptor(Endpoint endpoint, int pid) => Add(_acceptors, endpoint, pid);

        /// <summary>Returns the process IDs of each program, in the order of the lowest endpoints.</summary>
        public List<List<int>> Programs()
        {
            if (_parents.Count < 2)
            {
                return
                [
                    [.. _parents.Keys],
                ];
            }

            foreach (var (endpoint, acceptors) in _acceptors)
            {
                // With several listening sockets at the endpoint, it is not known on which one a process accepted.
                var listeners = Listeners.GetValueOrDefault(endpoint, []);
                if (listeners.Count < 2)
                {
                    var first = acceptors.First();
                    foreach (var other in acceptors.Concat(listeners))
                    {
                        Unite(first, other);
                    }
                }
            }

            return
            [
                .. _parents
                    .Keys.GroupBy(Root)
                    .Select(program => program.Order().ToList())
                    .OrderBy(program => program.Min(pid => _lowest[pid]))
                    .ThenBy(program => program[0]),
            ];
        }

        private void Add(Dictionary<Endpoint, HashSet<int>> pids, Endpoint endpoint, int pid)
        {
            if (!pids.TryGetValue(endpoint, out var known))
            {
                pids[endpoint] = known = [];
            }

            known.Add(pid);
            _parents.TryAdd(pid, pid);
            if (!_lowest.TryGetValue(pid, out var lowest) || endpoint.CompareTo(lowest) < 0)
            {
                _lowest[pid] = endpoint;
            }
        }

        private void Unite(int one, int other) => _parents[Root(other)] = Root(one);

        private int Root(int pid)
        {
            while (_parents[pid] != pid)
            {
                pid = _parents[pid] = _parents[_parents[pid]];
            }

            return pid;
        }
    }
}
