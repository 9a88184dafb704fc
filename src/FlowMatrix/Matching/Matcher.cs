using FlowMatrix.Matrices;
using FlowMatrix.Sockets;
using FlowMatrix.Tables;

namespace FlowMatrix.Matching;

/// <summary>
/// From sockets to the matrix: pairs the ends, decides which is the service, and asks the addresses where only one
/// end was seen. Pure: the same estate gives the same matrix, in whatever order its hosts and sockets come.
/// </summary>
internal sealed class Matcher
{
    private readonly Estate _estate;
    private readonly ServiceIndex _services;
    private readonly MatrixBuilder _matrix;
    private readonly List<LoneEnd>? _loneEnds;
    private int _paired;
    private int _alone;
    private int _loneEndCount;

    private Matcher(Estate estate, bool keepLoneEnds)
    {
        _estate = estate;
        _services = new ServiceIndex(estate);
        _matrix = new MatrixBuilder(estate.Vocabulary);
        _loneEnds = keepLoneEnds ? [] : null;
    }

    /// <param name="keepLoneEnds">Whether the matrix lists the connections with a missing end.</param>
    public static Matrix Match(Estate estate, bool keepLoneEnds = false) => new Matcher(estate, keepLoneEnds).Match();

    private Matrix Match()
    {
        var pairing = new Pairing(_estate, _services);
        for (var i = 0; i < _estate.SocketCount; i++)
        {
            var other = pairing.MirrorOf(i);
            if (other > i)
            {
                AddMirror(pairing, i, other);
            }
            else if (pairing.IsUnpaired(i))
            {
                AddAlone(pairing, i);
            }
        }

        foreach (var (client, server, match) in pairing.Translated)
        {
            var seen = _estate[client].Remote;
            var via = seen != _estate[server].Local ? seen : 0;
            Add(pairing, client, server, match, Direction.Listener, via);
        }

        var names = _estate.Vocabulary.Hosts;
        var hosts = _estate.Hosts.Where(range => range.Host != 0)
            .OrderBy(range => range.Host, Comparer<int>.Create(names.Compare))
            .Select(range => (names[range.Host], range.Count)).ToList();
        return _matrix.Build(
            new Census(
                hosts,
                _estate.SocketCount,
                _services.Count,
                _paired + _alone,
                _paired,
                _loneEndCount,
                _estate.UnplacedFlowSockets),
            _loneEnds ?? []);
    }

    private void AddMirror(Pairing pairing, int one, int other)
    {
        var (oneServes, otherServes) = (pairing.HasService(one), pairing.HasService(other));
        var byListener = oneServes != otherServes;
        var oneIsServer = byListener ? oneServes : ServesByPort(_estate[one]);
        var (client, server) = oneIsServer ? (other, one) : (one, other);
        Add(pairing, client, server, Matrices.Match.Mirror, byListener ? Direction.Listener : Direction.Port);
    }

    private void Add(Pairing pairing, int client, int server, Match match, Direction direction, int via = 0)
    {
        _paired++;
        ref readonly var from = ref _estate[client];
        ref readonly var to = ref _estate[server];
        _matrix.Add(
            new Row
            {
                Protocol = to.Protocol,
                ServiceHost = pairing.HostOf(server),
                ServiceAddress = to.Local,
                ServicePort = to.LocalPort,
                ServiceProcess = to.Process,
                ClientHost = pairing.HostOf(client),
                ClientAddress = from.Local,
                ClientProcess = from.Process,
                Match = match | (from.FromFlow || to.FromFlow ? Matrices.Match.Flow : 0),
                Direction = direction,
                Connections = 1,
            },
            via);
    }

    /// <summary>A connection with one end. Source: the matching rules, "Connections with one end".</summary>
    private void AddAlone(Pairing pairing, int index)
    {
        _alone++;
        ref readonly var socket = ref _estate[index];
        var host = pairing.HostOf(index);
        var peerHost = _estate.Vocabulary.Addresses.IsLoopback(socket.Remote)
            ? host
            : _estate.Owners.SeenFrom(host, socket.Remote);
        var peerProcess = 0;
        var peerServes = peerHost != 0
            && _services.TryFind(peerHost, socket.Protocol, socket.Remote, socket.RemotePort, out peerProcess);
        var serves = pairing.HasService(index);
        var byListener = serves != peerServes;
        var match = peerProcess != 0 ? Matrices.Match.Listener
            : peerHost != 0 ? Matrices.Match.Host
            : Matrices.Match.External;
        var row = new Row
        {
            Protocol = socket.Protocol,
            Match = match | (socket.FromFlow ? Matrices.Match.Flow : 0),
            Direction = byListener ? Direction.Listener : Direction.Port,
            Connections = 1,
        };
        var isService = byListener ? serves : ServesByPort(socket);
        if (isService)
        {
            (row.ServiceHost, row.ServiceAddress, row.ServicePort) = (host, socket.Local, socket.LocalPort);
            (row.ClientHost, row.ClientAddress) = (peerHost, socket.Remote);
            (row.ServiceProcess, row.ClientProcess) = (socket.Process, peerProcess);
        }
        else
        {
            (row.ServiceHost, row.ServiceAddress, row.ServicePort) = (peerHost, socket.Remote, socket.RemotePort);
            (row.ClientHost, row.ClientAddress) = (host, socket.Local);
            (row.ServiceProcess, row.ClientProcess) = (peerProcess, socket.Process);
        }

        _matrix.Add(row);
        if (peerProcess == 0)
        {
            _loneEndCount++;
            _loneEnds?.Add(new LoneEnd(
                socket.Protocol, host, socket.Local, socket.LocalPort, socket.Process, socket.Pid,
                peerHost, socket.Remote, socket.RemotePort, isService));
        }
    }

    /// <summary>Whether the local end is the service where listeners don't decide: lower port, then lower address.</summary>
    private bool ServesByPort(in Socket socket)
    {
        if (socket.LocalPort != socket.RemotePort)
        {
            return socket.LocalPort < socket.RemotePort;
        }

        var addresses = _estate.Vocabulary.Addresses;
        return addresses[socket.Local].CompareTo(addresses[socket.Remote]) < 0;
    }
}
