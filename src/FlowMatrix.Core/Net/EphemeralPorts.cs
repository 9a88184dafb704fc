namespace FlowMatrix.Core.Net;

/// <summary>
/// Ports that systems hand out to clients: 32768 to 60999 on Linux, 49152 to 65535 according to IANA. Source:
/// docs/matching.md, "Terms".
/// </summary>
internal static class EphemeralPorts
{
    public static bool Has(ushort port) => port >= 32768;
}
