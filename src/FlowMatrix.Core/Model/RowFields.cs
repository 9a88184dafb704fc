namespace FlowMatrix.Core.Model;

/// <summary>The names of a row's fields. They are the same in all formats, written or read.</summary>
internal static class RowFields
{
    public const string Protocol = "protocol";
    public const string ServiceHost = "service_host";
    public const string ServiceAddress = "service_address";
    public const string ServicePort = "service_port";
    public const string ServicePath = "service_path";
    public const string ServiceName = "service_name";
    public const string ClientHost = "client_host";
    public const string ClientAddress = "client_address";
    public const string ClientPath = "client_path";
    public const string ClientName = "client_name";
    public const string Connections = "connections";
    public const string Match = "match";
    public const string Direction = "direction";
    public const string Via = "via";
    public const string FirstSeen = "first_seen";
    public const string LastSeen = "last_seen";
    public const string Scans = "scans";

    /// <summary>The ten fields that make rows distinct, in the order of the columns.</summary>
    public static readonly IReadOnlyList<string> Key =
    [
        Protocol,
        ServiceHost,
        ServiceAddress,
        ServicePort,
        ServicePath,
        ServiceName,
        ClientHost,
        ClientAddress,
        ClientPath,
        ClientName,
    ];

    /// <summary>The key, then statistics and details.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        .. Key,
        Connections,
        Match,
        Direction,
        Via,
        FirstSeen,
        LastSeen,
        Scans,
    ];

    /// <summary>Returns the names of the flags, joined by "+".</summary>
    public static string Text(Match match) =>
        match switch
        {
            Model.Match.Mirror => "mirror",
            Model.Match.Nat => "nat",
            Model.Match.ChangedDestination => "changed-destination",
            Model.Match.ChangedSource => "changed-source",
            Model.Match.ChangedBoth => "changed-both",
            Model.Match.Listener => "listener",
            Model.Match.Host => "host",
            Model.Match.External => "external",
            Model.Match.Flow => "flow",
            _ => string.Join('+', Enum.GetValues<Match>().Where(kind => match.HasFlag(kind)).Select(Text)),
        };

    /// <summary>Returns the names of the flags, joined by "+".</summary>
    public static string Text(Direction direction) =>
        direction switch
        {
            Model.Direction.Listener => "listener",
            Model.Direction.Ephemeral => "ephemeral",
            Model.Direction.Peers => "peers",
            Model.Direction.NoListener => "no-listener",
            Model.Direction.Port => "port",
            _ => string.Join('+', Enum.GetValues<Direction>().Where(kind => direction.HasFlag(kind)).Select(Text)),
        };
}
