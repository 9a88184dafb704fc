using System.Diagnostics;
using FlowMatrix.Testing;

namespace FlowMatrix.EndToEnd.Linux;

/// <summary>
/// Real network namespaces with servers, clients and NAT (<c>namespaces.sh</c>), read from this machine's kernel.
/// </summary>
public sealed class NamespaceTests : IAsyncLifetime
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Linux", "namespaces.sh");

    private Process? _network;

    public async Task InitializeAsync()
    {
        if (NamespaceFactAttribute.SkipReason is null)
        {
            _network = Process.Start(
                new ProcessStartInfo("unshare", ["-n", "bash", Script])
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                }
            )!;
            Assert.Equal("ready", await _network.StandardOutput.ReadLineAsync());
        }
    }

    public async Task DisposeAsync()
    {
        if (_network is not null)
        {
            _network.StandardInput.Close();
            await _network.WaitForExitAsync();
            _network.Dispose();
        }
    }

    [NamespaceFact]
    public async Task This_machine_gives_the_rows_of_the_set_up() =>
        AssertRows(await Tool.RunAsync("--local", "--columns", "connections,match,via"));

    [NamespaceTheory]
    [InlineData("dash")]
    [InlineData("bash")]
    [InlineData("mksh")]
    [InlineData("busybox sh")]
    public async Task The_script_gives_the_rows_of_the_set_up_in_every_shell(string shell)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Linux", "read-host.sh");
        AssertRows(
            await Tool.RunAsync(
                Tool.Shell(
                    $"(echo n=0123456789abcdef; cat {script}) | {shell} -s '' "
                        + "| $flowmatrix --input - --columns connections,match,via"
                )
            )
        );
    }

    [NamespaceFact]
    public async Task The_script_gives_the_rows_with_the_tools_of_busybox()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Linux", "read-host.sh");
        AssertRows(
            await Tool.RunAsync(
                Tool.Shell(
                    "tools=$(mktemp -d) && busybox --install -s $tools && "
                        + $"(echo n=0123456789abcdef; cat {script}) | PATH=$tools $tools/sh -s '' "
                        + "| $flowmatrix --input - --columns connections,match,via; code=$?; rm -r $tools; exit $code"
                )
            )
        );
    }

    /// <summary>Ports that only the set-up uses.</summary>
    private static void AssertRows(ProcessResult run)
    {
        run.Succeeded();
        Assert.Equal(
            [
                "10.98.0.2 25432 172.17.0.2 1 nat ",
                "127.0.0.1 26379 127.0.0.1 2 mirror ",
                "172.17.0.2 80 10.98.0.2 1 nat 10.98.0.1",
            ],
            run.Text.Split('\n')
                .Select(line => line.TrimEnd('\r').Split(','))
                .Where(cells =>
                    cells.Length > 12
                    && cells[3] is "25432" or "26379" or "80"
                    && cells[5].StartsWith("python", StringComparison.Ordinal)
                )
                .Select(cells => $"{cells[2]} {cells[3]} {cells[7]} {cells[10]} {cells[11]} {cells[12]}")
                .Order(StringComparer.Ordinal)
        );
    }
}

/// <summary>A test that makes network namespaces. It is skipped, with the reason, if none can be made.</summary>
internal sealed class NamespaceFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Probed = new(Probe);

    public NamespaceFactAttribute() => Skip = SkipReason;

    public static string? SkipReason => Probed.Value;

    private static string? Probe()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "network namespaces are part of Linux";
        }

        const string Try =
            "ip link add probe0 type veth peer name probe1 && nft add table ip nat && "
            + "nft add chain ip nat x '{ type nat hook output priority -100; }' && [ -r /proc/net/nf_conntrack ]";
        using var probe = Process.Start(
            new ProcessStartInfo("unshare", ["-n", "sh", "-c", Try]) { RedirectStandardError = true }
        )!;
        var error = probe.StandardError.ReadToEnd().Trim();
        probe.WaitForExit();
        return probe.ExitCode == 0 ? null : $"no network namespace with NAT can be made here: {error}";
    }
}

/// <inheritdoc cref="NamespaceFactAttribute"/>
internal sealed class NamespaceTheoryAttribute : TheoryAttribute
{
    public NamespaceTheoryAttribute() => Skip = NamespaceFactAttribute.SkipReason;
}
