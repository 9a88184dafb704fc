using System.Globalization;
using System.Text;
using FlowMatrix.Formats;
using FlowMatrix.Matrices;
using FlowMatrix.Tables;

namespace FlowMatrix.Tests.Formats.Html;

/// <summary>Matrices of any size: tiers of hosts, each calling the next one, all of them watched; some talk to outside.</summary>
internal static partial class Estates
{
    private static readonly (string Name, ushort Port)[] Tiers =
        [("nginx", 443), ("uwsgi", 8080), ("postgres", 5432), ("redis-server", 6379), ("beam.smp", 5672)];

    private static readonly string[] Tools = ["cron", "celery", "python3", "telegraf", "filebeat", "consul", "haproxy"];

    public static byte[] Bytes(Matrix matrix)
    {
        using var html = new MemoryStream();
        new HtmlFormat().Write(matrix, html, new FormatOptions(), CancellationToken.None);
        return html.ToArray();
    }

    public static Matrix Matrix(int rows)
    {
        var random = new Random(rows);
        var vocabulary = new Vocabulary();
        var builder = new MatrixBuilder(vocabulary);
        var hosts = Math.Max(3, (int)(Math.Sqrt(rows) * 1.5));
        var known = new HashSet<Row>();
        while (known.Count < rows)
        {
            var (client, service) = (random.Next(hosts), random.Next(hosts));
            var row = random.Next(20) == 0
                ? Outside(vocabulary, client, random.Next(hosts))
                : Inside(vocabulary, client, service, random);
            if (known.Add(row with { Connections = 0 }))
            {
                builder.Add(row);
            }
        }

        var census = new Census([.. Enumerable.Range(0, hosts).Select(host => (Host(host), 10))], rows * 2, hosts, rows, rows, 0, 0);
        return builder.Build(census, []);
    }

    private static Row Inside(Vocabulary vocabulary, int client, int service, Random random)
    {
        var (name, port) = random.Next(6) == 0 ? ("node_exporter", (ushort)9100) : Tiers[service % Tiers.Length];
        var caller = random.Next(2) == 0 ? Tiers[client % Tiers.Length].Name : Tools[random.Next(Tools.Length)];
        return new Row
        {
            ServiceHost = Text(vocabulary.Hosts, Host(service)), ServiceAddress = Address(vocabulary, 10, service),
            ServiceProcess = Process(vocabulary, name), ServicePort = port,
            ClientHost = Text(vocabulary.Hosts, Host(client)), ClientAddress = Address(vocabulary, 10, client),
            ClientProcess = Process(vocabulary, caller),
            Protocol = Protocol.Tcp, Match = Match.Mirror, Direction = Direction.Listener,
            Connections = 1 + (int)Math.Pow(2, random.NextDouble() * 7),
        };
    }

    private static Row Outside(Vocabulary vocabulary, int client, int peer) => new()
    {
        ServiceAddress = Address(vocabulary, 203, peer), ServicePort = 53, Protocol = Protocol.Udp,
        ClientHost = Text(vocabulary.Hosts, Host(client)), ClientAddress = Address(vocabulary, 10, client),
        ClientProcess = Process(vocabulary, "curl"), Match = Match.External, Direction = Direction.Port, Connections = 1,
    };

    private static string Host(int number) => string.Create(
        CultureInfo.InvariantCulture, $"{Tiers[number % Tiers.Length].Name.Split('.', '-')[0]}-{(number / Tiers.Length) + 1:00}");

    private static int Text(TextTable table, string text) => table.Add(Encoding.UTF8.GetBytes(text));

    private static int Address(Vocabulary vocabulary, int net, int host) => vocabulary.Addresses.Add(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{net}.0.{host / 250}.{(host % 250) + 1}")));

    private static int Process(Vocabulary vocabulary, string name) =>
        vocabulary.Processes.Add(Encoding.UTF8.GetBytes($"/usr/bin/{name}"), Encoding.UTF8.GetBytes(name));
}
