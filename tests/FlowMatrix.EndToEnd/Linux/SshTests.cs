using System.Net;
using System.Net.Sockets;
using FlowMatrix.Testing;

namespace FlowMatrix.EndToEnd.Linux;

/// <summary>Hosts are read through the system's ssh from a real server.</summary>
public sealed class SshTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TcpClient _client = new();

    /// <summary>A connection of this process, whose row shows that a host was read.</summary>
    public SshTests()
    {
        _listener.Start();
        _client.Connect((IPEndPoint)_listener.LocalEndpoint);
    }

    private int ServicePort => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _client.Dispose();
        _listener.Dispose();
    }

    [SshFact]
    public async Task The_rows_of_a_host_are_read_and_the_connection_of_ssh_is_left_out()
    {
        await using var server = await SshServer.StartAsync();

        var run = (await server.RunAsync("--ssh", "web01")).Succeeded();

        AssertHasRow(run);
        Assert.DoesNotContain(run.Lines, line => line.Contains($",127.0.0.1,{server.Port},", StringComparison.Ordinal));
    }

    [SshFact]
    public async Task This_machine_and_the_same_one_over_ssh_give_the_rows_once()
    {
        await using var server = await SshServer.StartAsync();

        var run = (await server.RunAsync("--local", "--ssh", "web01", "--columns", "connections")).Succeeded();

        Assert.EndsWith(",1", RowOf(run), StringComparison.Ordinal);
    }

    [SshTheory]
    [InlineData("unknown-key", "its host key is not known", "StrictHostKeyChecking=accept-new")]
    [InlineData("wrong-key", "no key is accepted", "Permission denied")]
    [InlineData("closed", "it refuses the connection", "")]
    [InlineData("no-name", "its name cannot be resolved", "")]
    [InlineData("forced", "but prints \"no shell for you\"", "")]
    [InlineData("nologin@web01", "This account is currently not available", "")]
    [InlineData("dies@web01", "the output of the script is cut", "")]
    public async Task A_host_that_cannot_be_read_is_an_error_that_names_the_reason_and_the_remedy(
        string destination,
        string reason,
        string remedy
    )
    {
        await using var server = await SshServer.StartAsync(
            new Dictionary<string, string> { ["nologin"] = "/usr/sbin/nologin", ["dies"] = SshServer.BreaksOff }
        );
        var run = await server.RunAsync("--ssh", destination);

        run.Failed(3, $"{destination}: ", reason, remedy);
    }

    [SshFact]
    public async Task All_hosts_that_fail_are_named_and_nothing_is_written()
    {
        await using var server = await SshServer.StartAsync();
        var path = server.PathOf("matrix.csv");

        var run = await server.RunAsync("--ssh", "web01,unknown-key", "--ssh", "wrong-key", "--output", path);

        run.Failed(3, "2 of 3 hosts cannot be read", "unknown-key: ", "wrong-key: ");
        Assert.False(File.Exists(path));
    }

    [SshFact]
    public async Task A_host_that_does_not_answer_in_time_is_an_error()
    {
        await using var server = await SshServer.StartAsync();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var run = await server.RunAsync(
            "--ssh",
            $"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}",
            "--timeout",
            "2s"
        );

        run.Failed(3, "no complete answer within 2 s (see --timeout)");
    }

    [SshTheory]
    [InlineData("/bin/bash")]
    [InlineData("/usr/bin/fish")]
    [InlineData("/usr/bin/zsh")]
    [InlineData("/bin/mksh")]
    public async Task The_login_shell_and_what_it_prints_do_not_matter(string shell)
    {
        await using var server = await SshServer.StartAsync(new Dictionary<string, string> { ["someone"] = shell });
        await File.WriteAllTextAsync(Path.Combine(server.Home("someone"), ".bashrc"), "echo Welcome to this host!\n");

        var run = await server.RunAsync("--ssh", "someone@web01");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($",127.0.0.1,{ServicePort},,,", run.Text, StringComparison.Ordinal);
        Assert.Contains("sockets have no process", run.Error, StringComparison.Ordinal);
    }

    [SshTheory]
    [InlineData("", true)]
    [InlineData("--no-sudo", false)]
    public async Task Sudo_is_used_where_it_is_allowed(string option, bool isRoot)
    {
        await using var server = await SshServer.StartAsync(
            new Dictionary<string, string> { ["operator"] = "/bin/bash" },
            "operator ALL=(ALL) NOPASSWD: ALL"
        );

        var run = await server.RunAsync(["--ssh", "operator@web01", .. option.Length > 0 ? (string[])[option] : []]);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(isRoot, run.Error.Length == 0);
        Assert.Equal(isRoot, !RowOf(run).Contains($",{ServicePort},,,", StringComparison.Ordinal));
    }

    [SshFact]
    public async Task A_jump_host_is_used_as_the_configuration_says()
    {
        await using var server = await SshServer.StartAsync();
        AssertHasRow((await server.RunAsync("--ssh", "behind")).Succeeded());
    }

    [SshFact]
    public async Task Many_hosts_are_read_at_once()
    {
        await using var server = await SshServer.StartAsync();
        var file = server.PathOf("hosts.txt");
        await File.WriteAllLinesAsync(
            file,
            Enumerable.Range(1, 32).Select(i => $"web{i:d2} # rack {i % 4}").Prepend("# hosts")
        );

        var run = (await server.RunAsync("--ssh-file", file, "--ssh-parallel", "32")).Succeeded();

        AssertHasRow(run);
    }

    [Theory]
    [InlineData("-oProxyCommand=touch x", "must not start with -")]
    [InlineData("root@-oProxyCommand=x", "must not start with -")]
    [InlineData("web01:99999", "has no valid port")]
    [InlineData("web01:0", "has no valid port")]
    [InlineData("@web01:22", "has no host")]
    [InlineData("web 01", "is not user@host:port")]
    public async Task A_destination_that_ssh_would_misunderstand_is_refused(string destination, string problem)
    {
        var run = await Run.WithAsync($"--ssh={destination}");

        run.Failed(2, problem);
    }

    private void AssertHasRow(Run run) => Assert.NotEmpty(RowOf(run));

    private string RowOf(Run run) =>
        Assert.Single(run.Lines, line => line.Contains($",127.0.0.1,{ServicePort},", StringComparison.Ordinal));
}
