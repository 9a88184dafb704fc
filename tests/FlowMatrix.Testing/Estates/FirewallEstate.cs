using System.Globalization;

namespace FlowMatrix.Testing.Estates;

/// <summary>A database and a web host, with every kind of client that a firewall draft treats differently.</summary>
internal static class FirewallEstate
{
    public static byte[] Json { get; } =
        new EstateBuilder()
            .Host("db", "10.0.0.1", "fd00::1")
            .Listens("0.0.0.0:3306", "mysqld")
            .Listens("[::]:3306", "mysqld")
            .Listens("127.0.0.1:11211", "memcached")
            .Tcp("10.0.0.1:3306", "10.0.0.2:40001", "mysqld")
            .Tcp("10.0.0.1:3306", "10.0.0.3:40002", "mysqld")
            .Tcp("[fd00::1]:3306", "[fd00::2]:40003", "mysqld")
            .Tcp("10.0.0.1:3306", "10.9.1.7:40004", "mysqld")
            .Tcp("10.0.0.1:3306", "10.9.2.8:40005", "mysqld")
            .Tcp("10.0.0.1:3306", "192.0.2.9:40006", "mysqld")
            .Tcp("10.0.0.1:3306", "10.0.0.1:40007", "mysqld")
            .Tcp("10.0.0.1:40007", "10.0.0.1:3306", "backup")
            .Tcp("127.0.0.1:11211", "127.0.0.1:40008", "memcached")
            .Tcp("127.0.0.1:40008", "127.0.0.1:11211", "php")
            .Host("web-1", "10.0.0.2", "fd00::2")
            .Tcp("10.0.0.2:40001", "10.0.0.1:3306", "php")
            .Tcp("[fd00::2]:40003", "[fd00::1]:3306", "php")
            .Tcp("10.0.0.2:40009", "198.51.100.1:443", "curl")
            .Host("web-2", "10.0.0.3")
            .Tcp("10.0.0.3:40002", "10.0.0.1:3306", "php-fpm")
            .Spec.Json();

    /// <summary>For each hostile name a host, a service and a client of that name.</summary>
    public static byte[] Hostile { get; } =
        HostileEstate.Cut(
            new EstateSpec(
                [
                    .. HostileEstate.Names.Select(
                        (name, i) =>
                            new HostSpec(
                                name,
                                [Address(i)],
                                [
                                    new SocketSpec(
                                        "TCP",
                                        "0.0.0.0",
                                        8000,
                                        "0.0.0.0",
                                        0,
                                        "LISTEN",
                                        $"/srv/{name}",
                                        name,
                                        1
                                    ),
                                    new SocketSpec(
                                        "TCP",
                                        Address(i),
                                        8000,
                                        Address(i + 1),
                                        40000,
                                        "ESTABLISHED",
                                        $"/srv/{name}",
                                        name,
                                        1
                                    ),
                                    new SocketSpec(
                                        "TCP",
                                        Address(i),
                                        40000,
                                        Address(i - 1),
                                        8000,
                                        "ESTABLISHED",
                                        $"/opt/{name}",
                                        name,
                                        2
                                    ),
                                    new SocketSpec(
                                        "TCP",
                                        Address(i),
                                        50000,
                                        "192.0.2.1",
                                        443,
                                        "ESTABLISHED",
                                        $"/opt/{name}",
                                        name,
                                        2
                                    ),
                                ]
                            )
                    ),
                ],
                [],
                Past: false
            ).Json()
        );

    public static async Task<Run> OfHostileAsync(string format, params string[] arguments) =>
        (
            await Run.WithAsync(new RunEnvironment { Input = Hostile }, ["-i", "-", "-q", "-f", format, .. arguments])
        ).Succeeded();

    public static Task<Run> RunAsync(string format, params string[] arguments) =>
        Run.WithAsync(new RunEnvironment { Input = Json }, ["-i", "-", "-f", format, .. arguments]);

    /// <summary>The address of a host of the hostile estate; its hosts form a ring.</summary>
    private static string Address(int host)
    {
        var count = HostileEstate.Names.Count;
        return string.Create(CultureInfo.InvariantCulture, $"10.1.0.{((host + count) % count) + 1}");
    }
}
