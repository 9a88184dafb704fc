namespace FlowMatrix.Core.Net;

/// <summary>
/// Ports that a system hands out to clients: Linux 32768 to 60999, and IANA names 49152 to 65535. Source: the matching
/// rules, "Who is the server".
/// </summary>
internal static class EphemeralPorts
{
    public static bool Has(ushort port) => port >= 32768;
}
