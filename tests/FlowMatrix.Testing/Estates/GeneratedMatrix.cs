using System.Globalization;
using System.Text;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;
using FlowMatrix.Output;
using FlowMatrix.Output.Html;

namespace FlowMatrix.Testing.Estates;

/// <summary>
/// Generates matrices of any size: hosts in tiers with connections between them, to monitoring, and to external
/// addresses.
/// </summary>
internal static class GeneratedMatrix
{
    private static readonly (string Name, ushort Port)[] Tiers =
    [
        ("nginx", 443),
        ("uwsgi", 8080),
        ("postgres", 5432),
        ("redis-server", 6379),
        ("beam.smp", 5672),
    ];

    private static readonly string[] Tools = ["cron", "celery", "python3", "telegraf", "filebeat", "consul", "haproxy"];

    public static byte[] Page(Matrix matrix)
    {
        using var html = new MemoryStream();
        new HtmlContent(HtmlRows.From(matrix), Marks: null).Write(html, CancellationToken.None);
        return html.ToArray();
    }

    public static Matrix Create(int rows)
    {
        var random = new Random(rows);
        var ids = new IdTables();
        var builder = new MatrixBuilder(ids);
        var hosts = Math.Max(3, (int)(Math.Sqrt(rows) * 1.5));
        var known = new HashSet<RowKey>();
        while (known.Count < rows)
        {
            var (client, service) = (random.Next(hosts), random.Next(hosts));
            var row =
                random.Next(20) == 0 ? Outside(ids, client, random.Next(hosts)) : Inside(ids, client, service, random);
            if (known.Add(row.Key))
            {
                builder.Add(row);
            }
        }

        var counts = new ScanCounts
        {
            Hosts = [.. Enumerable.Range(0, hosts).Select(host => (Host(host), 10))],
            Sockets = rows * 2,
            Services = hosts,
            Connections = rows,
            Paired = rows,
        };
        return builder.Build(counts, []);
    }

    private static Row Inside(IdTables ids, int client, int service, Random random)
    {
        var (name, port) = random.Next(6) == 0 ? ("node_exporter", (ushort)9100) : Tiers[service % Tiers.Length];
        var caller = random.Next(2) == 0 ? Tiers[client % Tiers.Length].Name : Tools[random.Next(Tools.Length)];
        return new Row(
            new RowKey
            {
                ServiceHost = Text(ids.Hosts, Host(service)),
                ServiceAddress = Address(ids, 10, service),
                ServiceProcess = Process(ids, name),
                ServicePort = port,
                ClientHost = Text(ids.Hosts, Host(client)),
                ClientAddress = Address(ids, 10, client),
                ClientProcess = Process(ids, caller),
                Protocol = Protocol.Tcp,
            },
            new RowStats(1 + (int)Math.Pow(2, random.NextDouble() * 7), Match.Mirror, Direction.Listener)
        );
    }

    private static Row Outside(IdTables ids, int client, int peer)
    {
        var key = new RowKey
        {
            ServiceAddress = Address(ids, 203, peer),
            ServicePort = 53,
            Protocol = Protocol.Udp,
            ClientHost = Text(ids.Hosts, Host(client)),
            ClientAddress = Address(ids, 10, client),
            ClientProcess = Process(ids, "curl"),
        };
        return new Row(key, new RowStats(1, Match.External, Direction.Port));
    }

    private static string Host(int number) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Tiers[number % Tiers.Length].Name.Split('.', '-')[0]}-{(number / Tiers.Length) + 1:00}"
        );

    private static int Text(TextInterner table, string text) => table.Add(Encoding.UTF8.GetBytes(text));

    private static int Address(IdTables ids, int net, int host) =>
        ids.Addresses.Add(
            Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{net}.0.{host / 250}.{(host % 250) + 1}")
            )
        );

    private static int Process(IdTables ids, string name) =>
        ids.Processes.Add(Encoding.UTF8.GetBytes($"/usr/bin/{name}"), Encoding.UTF8.GetBytes(name));
}
