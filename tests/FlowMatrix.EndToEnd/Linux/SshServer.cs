using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.EndToEnd.Linux;

/// <summary>
/// OpenSSH's server on loopback, with keys and users that exist for one test only: it runs in a mount namespace in
/// which /etc/passwd and /etc/sudoers are files of the test. The client is the system's, with a configuration of the
/// test. A user's name says what is special about the account.
/// </summary>
internal sealed class SshServer : IAsyncDisposable
{
    /// <summary>A login shell that ends in the middle of its output.</summary>
    public const string BreaksOff = "breaks-off";

    private const string Program = "/usr/sbin/sshd";
    private const int FirstUserId = 52_000;

    private static readonly Lazy<string?> Missing = new(Probe);

    private readonly TemporaryFolder _folder = new();
    private Process? _server;

    private SshServer() { }

    /// <summary>Why the server cannot run here; null if it can.</summary>
    public static string? SkipReason => Missing.Value;

    public int Port { get; private set; }

    /// <param name="users">Names with the login shell of each.</param>
    /// <param name="sudoers">Lines of /etc/sudoers.</param>
    public static async Task<SshServer> StartAsync(
        IReadOnlyDictionary<string, string>? users = null,
        string sudoers = ""
    )
    {
        var server = new SshServer();
        await server.StartWithAsync(users ?? new Dictionary<string, string>(), sudoers);
        return server;
    }

    /// <summary>The folder of a user.</summary>
    public string Home(string user) => PathOf($"home/{user}");

    /// <summary>Runs the tool with the client's configuration of the test.</summary>
    public Task<Run> RunAsync(params string[] arguments) =>
        Run.WithAsync(
            new RunEnvironment
            {
                Variables = new Dictionary<string, string>
                {
                    ["PATH"] = $"{PathOf("bin")}:{Environment.GetEnvironmentVariable("PATH")}",
                },
            },
            arguments
        );

    /// <summary>Adds a host to the client's configuration. It is this server, but for what the lines say.</summary>
    private void AddHost(string name, params string[] lines) =>
        File.AppendAllText(
            PathOf("config"),
            string.Concat(
                ((string[])[$"Host {name}", .. lines.Select(line => $"  {line}")]).Select(line => $"{line}\n")
            )
        );

    public string PathOf(string file) => Path.Combine(_folder.FullName, file);

    public async ValueTask DisposeAsync()
    {
        if (_server is { HasExited: false })
        {
            _server.Kill(entireProcessTree: true);
            await _server.WaitForExitAsync();
        }

        _server?.Dispose();
        _folder.Dispose();
    }

    private async Task StartWithAsync(IReadOnlyDictionary<string, string> users, string sudoers)
    {
        Port = FreePort();
        Directory.CreateDirectory(PathOf("bin"));
        Directory.CreateDirectory(PathOf("home"));
        await GenerateKeyAsync("host");
        await GenerateKeyAsync("user");
        await GenerateKeyAsync("stranger");
        await GenerateKeyAsync("forced");
        var keys = await Task.WhenAll(
            ((string[])["user.pub", "forced.pub"]).Select(key => File.ReadAllTextAsync(PathOf(key)))
        );
        _folder.Write("keys", $"{keys[0]}command=\"echo no shell for you\" {keys[1]}");
        await WriteClientAsync();
        await WriteUsersAsync(users);
        _folder.Write(BreaksOff, "#!/bin/sh\necho '== 0123456789abcdef begin 1'\necho '== 0123456789abcdef host'\n");
        MakeExecutable(BreaksOff);
        _folder.Write("sudoers", $"root ALL=(ALL) ALL\n{sudoers}\n");
        _folder.Write(
            "sshd_config",
            $"""
            Port {Port}
            ListenAddress 127.0.0.1
            HostKey {PathOf("host")}
            AuthorizedKeysFile {PathOf("keys")}
            PidFile none
            StrictModes no
            UsePAM no
            MaxStartups 100
            """
        );
        _folder.Write(
            "start.sh",
            $"""
            set -e
            mount -t tmpfs tmpfs /run
            mkdir /run/sshd
            mount --bind {PathOf("passwd")} /etc/passwd
            chown root:root {PathOf("sudoers")}
            chmod 440 {PathOf("sudoers")}
            [ ! -e /etc/sudoers ] || mount --bind {PathOf("sudoers")} /etc/sudoers
            exec {Program} -D -f {PathOf("sshd_config")} -e
            """
        );
        _server = Process.Start(
            new ProcessStartInfo("unshare", ["-m", "sh", PathOf("start.sh")]) { RedirectStandardError = true }
        )!;
        var log = "";
        while (!log.Contains("Server listening on", StringComparison.Ordinal))
        {
            var line = await _server.StandardError.ReadLineAsync();
            Assert.False(line is null, log);
            log += $"{line}\n";
        }

        _ = _server.StandardError.ReadToEndAsync();
    }

    private async Task GenerateKeyAsync(string name) =>
        await CliWrap
            .Cli.Wrap("ssh-keygen")
            .WithArguments(["-q", "-t", "ed25519", "-N", "", "-f", PathOf(name)])
            .ExecuteAsync();

    /// <summary>Writes a wrapper of ssh: its configuration is in the home of the user, whatever HOME is.</summary>
    private async Task WriteClientAsync()
    {
        _folder.Write("bin/ssh", $"#!/bin/sh\nexec /usr/bin/ssh -F {PathOf("config")} \"$@\"\n");
        MakeExecutable("bin/ssh");
        var key = (await File.ReadAllTextAsync(PathOf("host.pub"))).Trim();
        _folder.Write("known", string.Create(CultureInfo.InvariantCulture, $"[127.0.0.1]:{Port} {key}\n"));
        _folder.Write("config", "");
        AddHost("unknown-key", $"UserKnownHostsFile {PathOf("none")}");
        AddHost("wrong-key", $"IdentityFile {PathOf("stranger")}");
        AddHost("closed", "Port 1");
        AddHost("no-name", "HostName no-such-host.invalid");
        AddHost("behind", "ProxyJump jump");
        AddHost("forced", $"IdentityFile {PathOf("forced")}");
        AddHost("* !wrong-key", $"IdentityFile {PathOf("user")}");
        AddHost(
            "*",
            "HostName 127.0.0.1",
            $"Port {Port}",
            "User root",
            "IdentitiesOnly yes",
            $"UserKnownHostsFile {PathOf("known")}"
        );
    }

    private async Task WriteUsersAsync(IReadOnlyDictionary<string, string> users)
    {
        var lines = await File.ReadAllTextAsync("/etc/passwd");
        var id = FirstUserId;
        foreach (var (name, shell) in users)
        {
            lines += string.Create(
                CultureInfo.InvariantCulture,
                $"{name}:*:{++id}:{id}:{name}:{Home(name)}:{PathOf(shell)}\n"
            );
            Directory.CreateDirectory(Home(name));
            await CliWrap.Cli.Wrap("chown").WithArguments([$"{id}:{id}", Home(name)]).ExecuteAsync();
        }

        _folder.Write("passwd", lines);
        await CliWrap.Cli.Wrap("chmod").WithArguments(["755", _folder.FullName, PathOf("home")]).ExecuteAsync();
    }

    private void MakeExecutable(string file)
    {
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode Read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
            const UnixFileMode Execute =
                UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
            File.SetUnixFileMode(PathOf(file), Read | Execute);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? Probe()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "the kernel's tables are those of Linux";
        }

        if (!File.Exists(Program))
        {
            return $"{Program} is not installed (eng/setup.sh installs it)";
        }

        using var probe = Process.Start(
            new ProcessStartInfo("unshare", ["-m", "sh", "-c", "id -u && mount -t tmpfs tmpfs /run"])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        var (user, error) = (probe.StandardOutput.ReadToEnd().Trim(), probe.StandardError.ReadToEnd().Trim());
        probe.WaitForExit();
        return probe.ExitCode != 0 ? $"no mount namespace can be made here (unshare -m): {error}"
            : user != "0" ? "users of the test need root"
            : null;
    }
}

/// <summary>A test that needs a real ssh server. It is skipped, with the reason, if none can run.</summary>
internal sealed class SshFactAttribute : FactAttribute
{
    public SshFactAttribute() => Skip = SshServer.SkipReason;
}

/// <inheritdoc cref="SshFactAttribute"/>
internal sealed class SshTheoryAttribute : TheoryAttribute
{
    public SshTheoryAttribute() => Skip = SshServer.SkipReason;
}
