using System.Text;
using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;

namespace FlowMatrix.Testing;

/// <summary>The real nft, in a network namespace of its own; eng/test.sh installs it.</summary>
internal static class Nft
{
    /// <summary>Why no namespace can be made, as in most containers; null where it can.</summary>
    public static readonly Lazy<string?> Missing = new(Probe);

    /// <summary>What nft would say to the ruleset; nothing if it takes it.</summary>
    public static async Task<string> CheckAsync(string ruleset) =>
        (await RunAsync("/usr/sbin/nft -c -f /dev/stdin", ruleset)).StandardError;

    /// <summary>What the kernel then has, item by item.</summary>
    public static async Task<IReadOnlyList<JsonNode>> LoadAsync(string ruleset) =>
        [.. JsonNode.Parse(await LoadedAsync(ruleset, "-j"))!["nftables"]!.AsArray().Select(item => item!)];

    /// <summary>The same in nft's own words.</summary>
    public static Task<string> ListAsync(string ruleset) => LoadedAsync(ruleset, "");

    private static async Task<string> LoadedAsync(string ruleset, string form)
    {
        var listed = await RunAsync($"/usr/sbin/nft -f /dev/stdin && /usr/sbin/nft {form} list ruleset", ruleset);
        Assert.Equal("", listed.StandardError);
        return listed.StandardOutput;
    }

    private static async Task<BufferedCommandResult> RunAsync(string line, string input) =>
        await CliWrap
            .Cli.Wrap("unshare")
            .WithArguments(["-r", "-n", "sh", "-c", line])
            .WithStandardInputPipe(PipeSource.FromString(input, Encoding.UTF8))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(Encoding.UTF8);

    private static string? Probe()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "nftables is part of Linux";
        }

        using var probe = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("unshare", ["-r", "-n", "/usr/sbin/nft", "list", "ruleset"])
            {
                RedirectStandardError = true,
            }
        )!;
        var error = probe.StandardError.ReadToEnd().Trim();
        probe.WaitForExit();
        return probe.ExitCode == 0
            ? null
            : $"nft cannot run in a network namespace of its own here (unshare -r -n): {error}";
    }
}
