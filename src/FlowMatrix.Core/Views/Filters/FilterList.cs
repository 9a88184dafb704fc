namespace FlowMatrix.Core.Views.Filters;

/// <summary>
/// The one list of filters, in the order of the help. The command line, flowmatrix.yaml, policies, their JSON schema
/// and the tests read it. The <see cref="FilterKind.Ends"/> of a filter add the names for one end: "address" also
/// gives "from-address" and "to-address".
/// </summary>
internal static class FilterList
{
    private static readonly AddressFamilyField AddressFamily = new();

    public static readonly IReadOnlyList<FilterKind> All =
    [
        new("host", new HostField())
        {
            ValueName = "pattern",
            Ends = FilterEnds.Both,
            Example = "web*",
            Description = "host at either end, of the service (to), or of the client (from); * matches any text",
        },
        new("process", new ProcessField())
        {
            ValueName = "pattern",
            Ends = FilterEnds.Both,
            Example = "nova-*",
            Description = "the same for the process name, or the process path if the pattern has a /",
        },
        new("address", new AddressField())
        {
            ValueName = "cidr",
            Ends = FilterEnds.Both,
            Example = "10.0.0.0/8",
            Description = "the same for addresses: 10.0.0.5, 10.0.0.0/8, fd00::/8; --to-address also matches via",
        },
        new("port", new PortField())
        {
            ValueName = "ports",
            Ends = FilterEnds.Service,
            Example = "3306,5000-5999",
            Description = "port of the service: 3306,5000-5999",
            NoClient = "a row has no port of the client, only of the service: use --port or --to-port",
        },
        new("protocol", new ProtocolField())
        {
            ValueName = "name",
            Ends = FilterEnds.Both,
            Example = "tcp",
            Description = "tcp, udp, sctp",
        },
        new("ipv4", AddressFamily)
        {
            Form = FilterForm.Flag,
            ShortName = "4",
            Description = "rows with an IPv4 address at either end",
        },
        new("ipv6", AddressFamily)
        {
            Form = FilterForm.Flag,
            ShortName = "6",
            Description = "rows with an IPv6 address at either end",
        },
        new("loopback", new LoopbackField())
        {
            Form = FilterForm.Visibility,
            ValueName = "what",
            Example = "hide",
            Description = "rows over loopback, within one host: show, hide, only [default: show]",
        },
        new("external", new ExternalField())
        {
            Form = FilterForm.Visibility,
            ValueName = "what",
            Example = "only",
            Description = "rows with an end on an unknown host: show, hide, only [default: show]",
        },
    ];

    /// <summary>The names of all of them, with those for one end, in the order of the help.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.SelectMany(kind => kind.Names)];

    /// <summary>The filter of a name such as "from-host"; null if there is none.</summary>
    public static FilterKind? Find(string name) => All.FirstOrDefault(kind => kind.EndOf(name) is not null);
}
