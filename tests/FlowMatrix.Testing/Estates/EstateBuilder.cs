using System.Globalization;

namespace FlowMatrix.Testing.Estates;

/// <summary>Builds small estates in a few lines: hosts, their services, and the sockets of their connections.</summary>
internal sealed class EstateBuilder
{
    private readonly List<HostSpec> _hosts = [];
    private readonly List<SocketSpec> _flows = [];
    private bool _past;

    public EstateSpec Spec => new(_hosts, _flows, _past);

    /// <summary>
    /// Starts a host. The sockets that follow are its own; the addresses are those of its interfaces.
    /// </summary>
    public EstateBuilder Host(string name, params string[] addresses)
    {
        _hosts.Add(new HostSpec(name, addresses, []));
        return this;
    }

    /// <summary>
    /// Starts a network namespace of the current host. The sockets and NAT entries that follow are in it; the addresses
    /// are those of its interfaces.
    /// </summary>
    public EstateBuilder Namespace(string name, params string[] addresses)
    {
        var host = _hosts[^1];
        if (host is { Namespace: "", Addresses: [], Sockets: [] })
        {
            _hosts.RemoveAt(_hosts.Count - 1);
        }

        _hosts.Add(new HostSpec(host.Name, addresses, []) { Namespace = name });
        return this;
    }

    /// <summary>Adds an entry to the NAT table, as endpoints of client and service before and after.</summary>
    public EstateBuilder Nat(string client, string service, string toClient, string toService, string protocol = "TCP")
    {
        var entry = new NatSpec(protocol, Tuple(client, service), Tuple(toClient, toService));
        _hosts[^1] = _hosts[^1] with { Nat = [.. _hosts[^1].Nat, entry] };
        return this;
    }

    public EstateBuilder Listens(string on, string process, string remote = "0.0.0.0:0", int pid = 1) =>
        Add(Socket("TCP", on, remote, process, "LISTEN") with { Pid = pid });

    /// <summary>Adds a UDP service as an agent reports it.</summary>
    public EstateBuilder ListensUdp(
        string on,
        string process,
        string state = "TIME_WAIT",
        string remote = "0.0.0.0:0",
        int pid = 1
    ) => Add(Socket("UDP", on, remote, process, state) with { Pid = pid });

    public EstateBuilder Tcp(string local, string remote, string process, string state = "ESTABLISHED", int pid = 1) =>
        Add(Socket("TCP", local, remote, process, state) with { Pid = pid });

    public EstateBuilder Udp(string local, string remote, string process) =>
        Add(Socket("UDP", local, remote, process, "ESTABLISHED"));

    public EstateBuilder Flow(string local, string remote, string process, string state = "ESTABLISHED")
    {
        _flows.Add(Socket("TCP", local, remote, process, state));
        return this;
    }

    public EstateBuilder InThePast()
    {
        _past = true;
        return this;
    }

    /// <summary>Returns the rows of the matrix as <see cref="MatchedRow.Words"/>.</summary>
    public string[] Rows() => [.. Matched.Rows(Spec.Match()).Select(row => row.Words)];

    private EstateBuilder Add(SocketSpec socket)
    {
        _hosts[^1] = _hosts[^1] with { Sockets = [.. _hosts[^1].Sockets, socket] };
        return this;
    }

    private static SocketSpec Socket(string protocol, string local, string remote, string process, string state)
    {
        var (localAddress, localPort) = Endpoint(local);
        var (remoteAddress, remotePort) = Endpoint(remote);
        return new SocketSpec(
            protocol,
            localAddress,
            localPort,
            remoteAddress,
            remotePort,
            state,
            process.Length > 0 ? $"/usr/bin/{process}" : "",
            process,
            1
        );
    }

    private static TupleSpec Tuple(string client, string service)
    {
        var ((from, fromPort), (to, toPort)) = (Endpoint(client), Endpoint(service));
        return new TupleSpec(from, fromPort, to, toPort);
    }

    private static (string Address, int Port) Endpoint(string text)
    {
        var colon = text.LastIndexOf(':');
        return (text[..colon].Trim('[', ']'), int.Parse(text[(colon + 1)..], CultureInfo.InvariantCulture));
    }
}
