using System.Net;

namespace FlowMatrix.Testing.Estates;

/// <summary>A network namespace of a host; the whole host if the namespace is empty, because it is not known.</summary>
internal sealed record OraclePlace(string Host, string Namespace)
{
    public bool IsWholeHost => Namespace.Length == 0;
}

/// <summary>A socket of an estate as the oracle sees it: one end of a connection, or a service.</summary>
internal sealed class OracleEnd(OraclePlace place, SocketSpec socket, bool FromFlow)
{
    public OraclePlace Place { get; } = place;

    public string Host => Place.Host;

    public SocketSpec Socket { get; } = socket;

    public bool FromFlow { get; } = FromFlow;

    public string Local { get; } = Text(socket.Local)!;

    public string? Remote { get; } = Text(socket.Remote);

    public string LocalEnd => $"{Local} {Socket.LocalPort}";

    public string RemoteEnd => $"{Remote} {Socket.RemotePort}";

    public (string Path, string Name) Process => (Socket.Path, Socket.Name);

    public bool HasLoopback => IsLoopback(Local) || IsLoopback(Remote!);

    public bool IsService =>
        Socket.Protocol == "UDP"
            ? Remote is null or "0.0.0.0" or "::" && Socket.RemotePort == 0
            : Socket.State == "LISTEN";

    public bool IsTransitional => !IsService && Socket.State is not ("LISTEN" or "ESTABLISHED");

    /// <summary>Returns the same text for all spellings of an address; null if the text is not an address.</summary>
    public static string? Text(string address)
    {
        if (!IPAddress.TryParse(address.Split('%')[0], out var parsed))
        {
            return null;
        }

        return (parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed).ToString();
    }

    public static bool IsLoopback(string address) =>
        address == "::1" || address.StartsWith("127.", StringComparison.Ordinal);
}
