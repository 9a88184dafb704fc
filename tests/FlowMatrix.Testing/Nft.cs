using System.Text;
using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;

namespace FlowMatrix.Testing;

/// <summary>The real nft, in a network namespace of its own; eng/test.sh installs it.</summary>
internal static class Nft
{
    /// <summary>Why nft cannot run, as in most containers, which cannot create a namespace; null if it can.</summary>
    public static readonly Lazy<string?> SkipReason = new(Probe);

    /// <summary>
    /// Checks a ruleset without loading it. Returns the errors of nft; empty if the ruleset is valid.
    /// </summary>
    public static async Task<string> CheckAsync(string ruleset) =>
        (await RunAsync("/usr/sbin/nft -c -f /dev/stdin", ruleset)).StandardError;

    /// <summary>Loads a ruleset and returns the items that the kernel has afterwards.</summary>
    public static async Task<IReadOnlyList<JsonNode>> LoadAsync(string ruleset) =>
        [.. JsonNode.Parse(await LoadedAsync(ruleset, "-j"))!["nftables"]!.AsArray().Select(item => item!)];

    /// <summary>Loads a ruleset and returns the text of "nft list ruleset".</summary>
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
