using FlowMatrix.Core.Text;

namespace FlowMatrix.Sources.Linux.Ssh;

/// <summary>
/// Explains why a host could not be read, from what OpenSSH's client prints. Source: docs/linux.md, "Errors of ssh".
/// </summary>
internal static class SshFailures
{
    private static readonly (string Mark, string Explanation)[] Known =
    [
        (
            "REMOTE HOST IDENTIFICATION HAS CHANGED",
            "its host key has changed: find out why; then remove the old key with ssh-keygen -R"
        ),
        (
            "Host key verification failed",
            "its host key is not known: connect once with ssh and compare the key, or set "
                + "StrictHostKeyChecking=accept-new for it in ~/.ssh/config"
        ),
        (
            "Permission denied (",
            "no key is accepted: give the key in ~/.ssh/config, and load it with ssh-add if it has a passphrase"
        ),
        ("Could not resolve hostname", "its name cannot be resolved"),
        ("Connection refused", "it refuses the connection: does an ssh server listen at this port?"),
        ("Connection timed out during banner exchange", "it accepts the connection, but does not answer as ssh"),
        ("Connection timed out", "it does not answer"),
        ("Network is unreachable", "its network cannot be reached"),
        ("No route to host", "there is no route to it"),
        ("Connection closed by UNKNOWN port 65535", "the jump host failed"),
        ("Bad configuration option", "the configuration of ssh is not valid"),
        ("Bad owner or permissions", "the configuration of ssh has wrong permissions"),
        ("closed by remote host", "the connection broke off"),
        ("Timeout, server", "the connection broke off"),
        ("Connection reset by peer", "the connection broke off"),
    ];

    /// <summary>
    /// Whether trying again can help: the server had too many connections that were not logged in yet.
    /// </summary>
    public static bool IsTransient(string errors) =>
        errors.Contains("kex_exchange_identification", StringComparison.Ordinal)
        && (
            errors.Contains("closed by remote host", StringComparison.Ordinal)
            || errors.Contains("reset by peer", StringComparison.Ordinal)
        );

    /// <summary>A clause for the message.</summary>
    /// <param name="errors">Standard error of ssh.</param>
    /// <param name="output">The first line of standard output, which was no output of the script.</param>
    public static string Explain(int exitCode, string errors, string output)
    {
        if (IsTransient(errors))
        {
            return "it closes the connection before the login: it is not an ssh server, or has too many connections "
                + "(MaxStartups): use a lower --ssh-parallel";
        }

        foreach (var (mark, explanation) in Known)
        {
            if (errors.Contains(mark, StringComparison.Ordinal))
            {
                return $"{explanation} ({Quote(LineWith(errors, mark))})";
            }
        }

        if (output.Length > 0)
        {
            return $"it does not run the script, but prints {Quote(output)}: is the account restricted to a command, "
                + "or is there no sh?";
        }

        var last = errors
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .LastOrDefault();
        return last is not null ? $"ssh failed ({Quote(last)})"
            : exitCode == 0 ? "it does not run the script: is the account restricted to a command, or is there no sh?"
            : $"ssh ended with exit code {exitCode} without a message";
    }

    private static string LineWith(string text, string mark) =>
        text.Split('\n').First(line => line.Contains(mark, StringComparison.Ordinal)).Trim();

    private static string Quote(string text) =>
        $"\"{Printable.Message(text.Length > 200 ? $"{text[..200]}…" : text)}\"";
}
