using System.IO.Compression;
using System.Text;

namespace FlowMatrix.Fuzz;

/// <summary>Valid inputs of each form, to be mutated.</summary>
internal static class FuzzSeeds
{
    private const string Client =
        """{"LocalAddress":"10.1.0.1","LocalPort":40000,"Name":"php-fpm","Pid":"""
        + """7,"Process":"/usr/bin/php-fpm","Protocol":"TCP","RemoteAddress":"10.1.0.2","RemotePort":"""
        + """5432,"State":"ESTABLISHED"}""";

    private const string Server =
        """{"LocalAddress":"10.1.0.2","LocalPort":5432,"Name":"post\u0067res","Pid":"""
        + """null,"Process":"/usr/bin/postgres","Protocol":2,"RemoteAddress":"10.1.0.1","RemotePort":"""
        + """40000,"State":"ESTABLISHED"}""";

    private const string Listener =
        """{"LocalAddress":"::","LocalPort":5432,"Name":"postgres","Pid":"""
        + """8,"Process":"/usr/bin/postgres","Protocol":"TCP","RemoteAddress":"::/0","RemotePort":"""
        + """0,"State":"LISTEN"}""";

    private const string Web =
        $$$"""{"ID":"1","Metadata":{"Name":"web01","Type":"host","Sockets":[{{{Client}}},"""
        + $$$"""{{{Client}}}],"Other":[{"a":[1]},null]},"Host":"web01","Revision":3,"CreatedAt":1}""";

    private const string Db =
        $$$"""{"ID":"2","Metadata":{"Name":"db\u003001","Type":"host","Sockets":[{{{Listener}}},"""
        + $$$"""{{{Server}}}]},"Host":"db01","DeletedAt":null}""";

    private const string Interface =
        """{"ID":"3","Metadata":{"Name":"eth0","Type":"device","IPV4":["10.1.0.1/24"],"IPV6":"fe80::"""
        + """1/64"},"Host":"web01"}""";

    private const string Edge = """{"ID":"4","Parent":"1","Child":"3","Metadata":{"RelationType":"ownership"}}""";

    private const string Row =
        """{"protocol":"TCP","service_host":"db01","service_address":"10.1.0.2","service_port":"""
        + """5432,"service_path":"/usr/bin/postgres","service_name":"postgres","client_host":"web01","client_a"""
        + """ddress":"10.1.0.1","client_path":"/usr/bin/php-fpm","client_name":"php-fpm","connections":"""
        + """1,"match":"mirror","direction":"listener","via":["10.1.0.9"]""";

    private const string CsvHeader =
        "protocol,service_host,service_address,service_port,service_path,service_name,client_host,"
        + "client_address,client_path,client_name";

    private const string CsvRow =
        "TCP,db01,10.1.0.2,5432,/usr/bin/postgres,\"post,gres\",web01,10.1.0.1,/usr/bin/php-fpm,php\\x2dfpm";

    /// <summary>With a first and a last mark.</summary>
    public static readonly byte[] Saved = Bytes(
        "[{\"FlowMatrix\":{\"Mark\":\"first\",\"Past\":true}}]\n"
            + $"[{Web}]\n[{Db}]\n[{Interface}]\n"
            + "[{\"FlowMatrix\":{\"Mark\":\"last\",\"Answers\":3}}]\n"
    );

    /// <summary>With a first and a last mark.</summary>
    public static readonly byte[] Recording = Bytes(
        """{"recording":{"mark":"first","from":"2025-01-31T00:00:00Z","to":"2025-02-01T00:00:"""
            + """00Z","every":"30s","scans":20,"missed":0,"rows":1,"filter":"--port 5432"}}"""
            + "\n"
            + Row
            + ""","first_seen":"2025-01-31T00:00:00Z","last_seen":"2025-01-31T12:00:00Z","scans":14}"""
            + "\n"
            + """{"recording":{"mark":"last","rows":1}}"""
            + "\n"
    );

    public static readonly byte[] Csv = Bytes(
        $"{CsvHeader}\n{CsvRow}\n{CsvRow.Replace("5432", "80", StringComparison.Ordinal)}\n"
    );

    public static readonly byte[] Ndjson = Bytes(Row + "}\n" + Row + "}\n");

    public static readonly byte[] Json = Bytes("{\"rows\":[" + Row + "}],\"hosts\":[],\"counts\":{\"rows\":1}}\n");

    public static readonly byte[] Flows = Bytes(
        $$"""[{"f1":[{{Client}},{{Server}}],"f2":[{{Client}}],"f3":null}]""" + "\n"
    );

    private static readonly byte[] Hosts = Bytes($"[{Web},{Db}]\n");

    private const string Graph = $$"""{"Edges":[{{Edge}}],"Nodes":[{{Web}},{{Interface}},{{Db}}]}""";

    private const string Reply =
        $$"""{"UUID":"u","Namespace":"Graph","Type":"SyncReply","Obj":{{Graph}},"Status":200}""";

    /// <summary>The output of the script on a host with one network namespace and a NAT table.</summary>
    private const string Script = """
        == 0123456789abcdef begin 1
        == 0123456789abcdef host
        name web01
        boot c86f2b2d-9751-452d-aa8f-bc7458424995
        machine x86_64
        session 10.1.0.9 50000 10.1.0.1 22
        == 0123456789abcdef netns 42 1
        == 0123456789abcdef file tcp
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100010A:1538 00000000:0000 0A 00000000:00000001 00:00000000 00000000     0        0 77 1 x
           1: 0100010A:1538 0200010A:9C40 01 00000000:00000000 00:00000000 00000000     0        0 0 1 x
        == 0123456789abcdef file if_inet6
        fe80000000000000203831fffeb7bbe3 03 40 20 80  eth0
        == 0123456789abcdef file fib_local
                   |-- 10.1.0.1
        == 0123456789abcdef file nf_conntrack
        ipv4 2 tcp 6 9 ESTABLISHED src=9.1.0.2 dst=9.1.0.1 sport=9 dport=80 src=9.17.0.2 dst=9.1.0.2 sport=8 dport=9
        == 0123456789abcdef netns-end 42
        == 0123456789abcdef fd
        9
        3 77
        == 0123456789abcdef exe
        9 /usr/bin/post\ gres
        == 0123456789abcdef status
        Name:	postgres
        Pid:	9
        PPid:	1
        == 0123456789abcdef cgroup
        9 0::/system.slice/postgres.service
        == 0123456789abcdef end

        """;

    private const string Ss = """
        Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process
        tcp   LISTEN 0      511     0.0.0.0:80   0.0.0.0:*     users:(("nginx",pid=76,fd=4),("nginx",pid=61,fd=4))
        udp   UNCONN 0      0         [fe80::1]%eth0:546       [::]:*
        tcp   ESTAB  0      0        10.20.0.11:ssh    10.20.0.12:39604 users:(("a"b)",pid=75,fd=11))

        """;

    public static readonly IReadOnlyList<byte[]> Files =
    [
        Bytes(Script),
        Bytes(Ss),
        Bytes(
            """[{"ifindex":1,"ifname":"lo","addr_info":"""
                + """[{"family":"inet","local":"127.0.0.1","prefixlen":8}]}]"""
        ),
        Saved,
        Recording,
        Csv,
        Ndjson,
        Json,
        Flows,
        Hosts,
        Bytes(Graph),
        Bytes($"[{Graph}]"),
        Bytes(Reply),
        Bytes(Web + "\n" + Db),
        Bytes(
            "sep=;\r\n"
                + CsvHeader.Replace(',', ';')
                + "\r\n"
                + CsvRow.Replace("\"post,gres\"", "pg", StringComparison.Ordinal).Replace(',', ';')
                + "\r\n;;;;;;;;;\r\n"
        ),
        Bytes(
            CsvHeader.Replace(',', '\t')
                + "\r\n"
                + CsvRow.Replace("\"post,gres\"", "pg", StringComparison.Ordinal).Replace(',', '\t')
        ),
        Bytes(
            "protocol,server,server_ip,port,server_proc,server_procname,client,client_ip,client_proc,"
                + "client_procname\r\n"
                + CsvRow
                + "\r\n"
        ),
        Bytes(
            $$$"""[{"Host":"web01","Metadata":{"Name":"web01","Sockets":[{{{Server}}}]},"Other":"""
                + $$$"""[{"LocalPort":1},2]}][]"""
        ),
    ];

    public static readonly IReadOnlyList<byte[]> OtherEncodings =
    [
        .. new[] { Hosts, Csv }.SelectMany(bytes =>
            new[] { Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF8, Encoding.UTF32 }.Select(encoding =>
                (byte[])[.. encoding.GetPreamble(), .. encoding.GetBytes(Encoding.UTF8.GetString(bytes))]
            )
        ),
        [.. Zip(Hosts), .. Zip(Bytes("[]"))],
    ];

    public static readonly IReadOnlyList<byte[]> Answers = [Hosts, Bytes($"[{Interface}]"), Bytes("[]")];

    public static readonly IReadOnlyList<byte[]> Names = [Bytes("[\"web01\",\"db\\u0030\"]\n"), Bytes("null\n")];

    public static readonly IReadOnlyList<byte[]> Messages =
    [
        Bytes(Reply),
        Bytes($$"""{"UUID":"u","Namespace":"Graph","Type":"NodeUpdated","Obj":{{Db}},"Status":200}"""),
        Bytes($$"""{"Type":"NodeDeleted","Obj":{{Web}}}"""),
        Bytes("""{"Type":"SyncReply","Obj":"bad filter","Status":400}"""),
        Bytes("""{"Type":"EdgeAdded","Obj":{"ID":"4"}}"""),
    ];

    public static readonly IReadOnlyList<byte[]> Yaml =
    [
        Bytes(
            "allow:\n  - reason: \"caches \\u0041 \\x41\"\n    port: [3306, 5000-5999]\n    not:\n"
                + "      from-process: telegraf\n"
        ),
        Bytes(
            "# settings\nloopback: hide\nalias:\n  compute-\\d+: compute\nname: {10.9.0.0/16: 'office'}\n"
                + "text: |\n  a\n  b\n"
        ),
    ];

    /// <summary>Fragments that have broken readers before.</summary>
    public static readonly IReadOnlyList<byte[]> Pieces =
    [
        .. new[]
        {
            "\\ud800",
            "\\udc00\\ud800",
            "\\u0000",
            "\\\"",
            "\\",
            "\"",
            "'",
            "{",
            "}",
            "[",
            "]",
            "[]",
            "{}",
            ":",
            ",",
            ";",
            "\t",
            "\n",
            "\r\n",
            "\r",
            "null",
            "true",
            "-1",
            "65536",
            "2147483648",
            "9223372036854775808",
            "1e999",
            "0x",
            "::",
            "::/0",
            "0.0.0.0",
            "FE80::%1",
            "\"Sockets\":[",
            "\"Metadata\":{",
            "\"Nodes\":[",
            "\"Obj\":{",
            "\"Host\":",
            "\"FlowMatrix\":{\"Mark\":\"last\"",
            "\"recording\":{",
            "\"N\\u0061me\":",
            "\"\\ud800\":1,",
            "sep=",
            "...",
            "---",
            "- ",
            "&a",
            "*a",
            "!!x",
            "? ",
            "|\n",
            ">",
            "\"\\UFFFFFFFF\"",
            "[1, 2",
            "<<:",
        }.Select(Bytes),
        [0],
        [0xFF],
        [0xC0, 0x80],
        [0xED, 0xA0, 0x80],
        [0xEF, 0xBB, 0xBF],
        [0xFF, 0xFE],
        [0xFE, 0xFF],
        [0x1F, 0x8B],
        [0x1F, 0x8B, 8, 0x1C, 0, 0],
    ];

    public static byte[] Zip(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            // GZipStream would write nothing.
            return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        }

        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(bytes);
        }

        return packed.ToArray();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
