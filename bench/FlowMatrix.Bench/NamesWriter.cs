using System.Globalization;

namespace FlowMatrix.Bench;

/// <summary>
/// Writes rows as the tool's own CSV, and files with very many names: aliases, patterns of filters, networks, rules of
/// a policy. Each service of a host is used by its neighbours, so that nearly each name occurs a few times.
/// </summary>
internal sealed class NamesWriter(string folder, int rows, int names, int seed)
{
    private static readonly string[] Roles = ["web", "db", "cache", "queue", "mail", "auth", "edge", "batch"];

    public void Write()
    {
        Directory.CreateDirectory(folder);
        Write("rows.csv", Rows());
        Write("aliases.yaml", ["alias:", .. Enumerable.Range(0, names).Select(i => $"  {Alias(i)}")]);
        Write(
            "aliases-alternatives.yaml",
            ["alias:", .. Enumerable.Range(0, names).Select(i => $"  {Alternatives(i)}")]
        );
        Write("globs.yaml", ["from-host:", .. Enumerable.Range(0, names).Select(i => $"  - \"{Glob(i)}\"")]);
        Write("names.yaml", ["from-host:", .. Enumerable.Range(0, names).Select(i => $"  - {Host(i)}-typo")]);
        Write("networks.yaml", ["name:", .. Enumerable.Range(0, names).Select(Network)]);
        Write("rules.yaml", ["allow:", .. Enumerable.Range(0, names).SelectMany(Rule)]);
    }

    private IEnumerable<string> Rows()
    {
        yield return "protocol,service_host,service_address,service_port,service_path,service_name,client_host,"
            + "client_address,client_path,client_name";
        for (var i = 0; i < rows; i++)
        {
            var random = new Mixer(seed, 4, i);
            var (client, port) = (random.Next(10) == 0 ? -1 : random.Next(rows), 1024 + random.Next(30_000));
            var from = client < 0 ? $"198.18.{random.Next(256)}.{random.Next(256)}" : Address(client);
            var service = $"TCP,{Host(i)},{Address(i)},{Text(port)},/opt/{Process(i)}/bin/{Process(i)},{Process(i)}";
            yield return client < 0
                ? $"{service},,{from},,"
                : $"{service},{Host(client)},{from},/opt/{Process(client)}/bin/{Process(client)},{Process(client)}";
        }
    }

    /// <summary>
    /// Typical patterns: mostly numbers of replicas, some suffixes, some texts in the middle.
    /// </summary>
    private static string Alias(int i) =>
        (i % 5) switch
        {
            0 => $@"'{Role(i)}-{Text(i)}-\d+': {Role(i)}-{Text(i)}",
            1 => $@"'{Role(i)}-{Text(i)}-(a|b|c\d)\.example\.com': {Role(i)}-{Text(i)}",
            2 => $@"'.*-{Text(i)}-\d+': site-{Text(i)}",
            3 => $@"'svc(\d*){Text(i)}': svc-$1-{Text(i)}",
            _ => $@"'[a-z]+-{Text(i)}-[0-9]{{1,3}}': any-{Text(i)}",
        };

    /// <summary>Patterns that all begin with a group.</summary>
    private static string Alternatives(int i) =>
        $@"'(?:web|db|cache|queue)-({Text(i)}|x{Text(i)})(-\d+)?': group-{Text(i)}";

    private static string Glob(int i) =>
        (i % 4) switch
        {
            0 => $"{Role(i)}-{Text(i)}-*",
            1 => $"*-{Text(i)}-1",
            2 => $"*{Text(i)}-*",
            _ => $"{Role(i)}*{Text(i)}*",
        };

    private static string Network(int i) =>
        $"  198.{Text(18 + (i >> 15))}.{Text((i >> 7) & 255)}.{Text((i << 1) & 255)}/31: site-{Text(i)}";

    private static IEnumerable<string> Rule(int i) =>
        [
            $"  - reason: rule {Text(i)}",
            $"    to-host: \"{Glob(i)}\"",
            $"    to-process: svc{Text(i)}*",
            $"    to-port: {Text(1024 + (i % 30_000))}, {Text(1024 + (i % 30_000))}-{Text(1034 + (i % 30_000))}",
            "    not:",
            $"      from-host: \"old-{Glob(i)}\"",
        ];

    private static string Host(int i) => $"{Role(i)}-{Text(i)}-{Text(i % 7)}";

    private static string Process(int i) => $"svc{Text(i)}";

    private static string Role(int i) => Roles[i % Roles.Length];

    private static string Address(int i) => $"10.{Text(i >> 16)}.{Text((i >> 8) & 255)}.{Text(i & 255)}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void Write(string name, IEnumerable<string> lines) =>
        File.WriteAllText(Path.Combine(folder, name), string.Join('\n', lines) + "\n");
}
