namespace FlowMatrix.Sources.Linux;

/// <summary>
/// Names of ports that <c>ss</c> prints without <c>-n</c>. Source: IANA, Service Name and Transport Protocol Port
/// Number Registry.
/// </summary>
internal static class WellKnownPorts
{
    private static readonly Dictionary<string, ushort> Ports = new(StringComparer.Ordinal)
    {
        ["ftp"] = 21,
        ["ssh"] = 22,
        ["telnet"] = 23,
        ["smtp"] = 25,
        ["domain"] = 53,
        ["bootps"] = 67,
        ["bootpc"] = 68,
        ["tftp"] = 69,
        ["http"] = 80,
        ["kerberos"] = 88,
        ["pop3"] = 110,
        ["sunrpc"] = 111,
        ["ntp"] = 123,
        ["netbios-ns"] = 137,
        ["netbios-dgm"] = 138,
        ["netbios-ssn"] = 139,
        ["imap2"] = 143,
        ["imap"] = 143,
        ["snmp"] = 161,
        ["snmp-trap"] = 162,
        ["bgp"] = 179,
        ["ldap"] = 389,
        ["https"] = 443,
        ["microsoft-ds"] = 445,
        ["submission"] = 587,
        ["syslog"] = 514,
        ["ipp"] = 631,
        ["ldaps"] = 636,
        ["domain-s"] = 853,
        ["rsync"] = 873,
        ["imaps"] = 993,
        ["pop3s"] = 995,
        ["openvpn"] = 1194,
        ["ms-sql-s"] = 1433,
        ["nfs"] = 2049,
        ["mysql"] = 3306,
        ["postgresql"] = 5432,
        ["mdns"] = 5353,
        ["amqp"] = 5672,
        ["amqps"] = 5671,
        ["redis"] = 6379,
        ["http-alt"] = 8080,
        ["zabbix-agent"] = 10050,
        ["zabbix-trapper"] = 10051,
    };

    /// <returns>Null for a name that is not known.</returns>
    public static ushort? Find(string name) => Ports.TryGetValue(name, out var port) ? port : null;
}
