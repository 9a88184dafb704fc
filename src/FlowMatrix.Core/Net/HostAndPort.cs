namespace FlowMatrix.Core.Net;

/// <summary>Splits "host:port". An IPv6 address must be in brackets if a port follows: it has colons itself.</summary>
internal static class HostAndPort
{
    /// <returns>
    /// The host without brackets, empty if anything but a port follows the brackets; the port, null if there is none.
    /// </returns>
    public static (string Host, string? Port) Split(string text)
    {
        if (text.StartsWith('[') && text.IndexOf(']', StringComparison.Ordinal) is > 0 and var end)
        {
            var rest = text[(end + 1)..];
            return rest.Length == 0 ? (text[1..end], null)
                : rest.StartsWith(':') ? (text[1..end], rest[1..])
                : ("", null);
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || text.LastIndexOf(':') != colon ? (text, null) : (text[..colon], text[(colon + 1)..]);
    }
}
